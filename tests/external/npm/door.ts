// The real door. The address and the tokens of people come from the test.
import { createClient } from "@supabase/supabase-js";
import type { Database } from "./database.types";

const address = process.env.DOOR_URL!;

/** A client of one of the test's people, or of nobody. */
export function client(person?: "ADMINISTRATOR" | "INSTRUCTOR" | "LEARNER") {
  const token = person && process.env[`DOOR_TOKEN_${person}`]!;
  return createClient<Database, "api">(address, token ?? "anon", {
    db: { schema: "api" },
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      // A plain PostgREST has no gateway before it: neither its path nor a key for anon.
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        if (!token) headers.delete("Authorization");
        return fetch(String(input).replace("/rest/v1", ""), { ...init, headers });
      },
    },
    ...(token ? { accessToken: async () => token } : {}),
  });
}

/** Stops the program, with what it saw. */
export function must(holds: boolean, what: string, seen: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}

export const anyone = client();

/** Says "done", or what failed. */
export function run(main: () => Promise<void>): void {
  main().then(
    () => console.log("done"),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
