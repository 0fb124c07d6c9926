// What an app does with people and roles, typed by what `supabase gen types` made of the schema.
import { anyone, client, must, run } from "./door";

const me = process.env.DOOR_USER!;

async function main() {
  const learner = client("LEARNER");
  const staff = client("ADMINISTRATOR");

  const listed = await anyone
    .from("profiles")
    .select("username, display_name, profile_links(kind, url)", { count: "exact" })
    .order("username")
    .range(0, 9);
  must(!listed.error && listed.count! > 1, "anyone lists people", listed);
  const hidden = await anyone.from("my_profile").select();
  must(hidden.error?.code === "42501", "anyone has no profile", hidden);

  const mine = await learner
    .from("my_profile")
    .select("id, username, bio, my_profile_links(url, link_order), my_roles(roles(name))")
    .single();
  must(mine.data?.id === me, "my profile", mine);
  const changed = await learner
    .from("my_profile")
    .update({ bio: "Learns.", time_zone: "Africa/Algiers" })
    .eq("id", me)
    .select("bio")
    .single();
  must(changed.data?.bio === "Learns.", "my profile is changed", changed);
  const promoted = await learner.from("my_profile").update({ status: "active" }).eq("id", me);
  must(promoted.error?.code === "42501", "my status is not mine", promoted);

  const link = await learner
    .from("my_profile_links")
    .insert({ url: "https://example.com/js", link_order: 15 })
    .select("id, user_id")
    .single();
  must(link.data?.user_id === me, "a link needs no owner", link);
  const links = await learner.from("my_profile_links").select("id").order("link_order");
  const turned = links.data!.map((row) => row.id!).reverse();
  const moved = await learner.rpc("reorder_my_profile_links", { link_ids: turned });
  must(!moved.error, "links are reordered", moved);
  const removed = await learner.from("my_profile_links").delete().eq("id", link.data!.id!);
  must(!removed.error, "a link is removed", removed);

  const interests = await learner
    .from("my_interests")
    .upsert([{ interest: "Python" }, { interest: "Chess" }], {
      onConflict: "user_id,interest_key",
      ignoreDuplicates: true,
    })
    .select("interest");
  must(interests.data?.length === 1, "interests are added once", interests);

  const may = await learner.rpc("my_permissions", {}, { get: true });
  must(Array.isArray(may.data), "what I may do", may);
  const denied = await learner.rpc("create_api_key", { name: "mine" });
  must(denied.error?.details === "api_key.create_denied", "an error has its name", denied);

  const granted = await staff.rpc("grant_role", { user_id: me, role: "premium_member", reason: "won" });
  must(typeof granted.data === "string", "staff grant a role", granted);
  const key = await learner.rpc("create_api_key", { name: "mine" }).single();
  must(key.data!.api_key.startsWith("fdn_"), "what was denied is allowed now", key);
  const revoked = await staff.rpc("revoke_role", {
    user_id: me, role: "premium_member", reason: "over",
  });
  must(revoked.data === true, "staff take it back", revoked);

  const flag = await staff
    .from("feature_flags")
    .upsert({ key: "js.test", description: "Tests.", is_enabled: true }, { onConflict: "key" })
    .select("key")
    .single();
  must(flag.data?.key === "js.test", "staff keep flags", flag);
  const on = await learner.rpc("is_enabled", { flag: "js.test" });
  must(on.data === true, "and people see them", on);
}

run(main);
