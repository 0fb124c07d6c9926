-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.achievement_definitions (
    id uuid default gen_random_uuid() not null,
    key text not null,
    title text not null,
    description text not null,
    icon_url text,
    rarity text default 'common'::text not null,
    xp_reward integer default 0 not null,
    conditions jsonb,
    is_active boolean default true not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_achievement_definitions PRIMARY KEY (id),
    constraint uq_achievement_definitions_key UNIQUE (key),
    constraint ck_achievement_definitions_conditions CHECK (((conditions IS NULL) OR gamification.is_condition(conditions))),
    constraint ck_achievement_definitions_description CHECK ((length(description) <= 500)),
    constraint ck_achievement_definitions_icon_url CHECK (((icon_url ~ '^https://[^[:space:]]+$'::text) AND (length(icon_url) <= 2000))),
    constraint ck_achievement_definitions_key CHECK ((key ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    constraint ck_achievement_definitions_rarity CHECK ((rarity = ANY (ARRAY['common'::text, 'uncommon'::text, 'rare'::text, 'epic'::text, 'legendary'::text]))),
    constraint ck_achievement_definitions_title CHECK (((length(title) >= 1) AND (length(title) <= 80))),
    constraint ck_achievement_definitions_xp_reward CHECK (((xp_reward >= 0) AND (xp_reward <= 1000000)))
);

comment on table gamification.achievement_definitions is 'Achievements that people can unlock, once each.';
comment on column gamification.achievement_definitions.xp_reward is 'XP credited with it; 0: none. A change counts for those who unlock it afterwards.';
comment on column gamification.achievement_definitions.conditions is 'When gamification.evaluate_achievements() unlocks it, as gamification.is_condition() describes; null: a back end does.';
comment on column gamification.achievement_definitions.is_active is 'Whether it can still be unlocked; people who have it keep it.';

CREATE TRIGGER trg_achievement_definitions_set_updated_at BEFORE UPDATE ON gamification.achievement_definitions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.achievement_definitions enable row level security;

grant select on table gamification.achievement_definitions to anon;
grant select on table gamification.achievement_definitions to authenticated;
grant delete, insert, select, update on table gamification.achievement_definitions to service_role;
grant delete, select on table gamification.achievement_definitions to staff;
grant insert (key, title, description, icon_url, rarity, xp_reward, conditions, is_active), update (title, description, icon_url, rarity, xp_reward, conditions, is_active) on table gamification.achievement_definitions to staff;

create policy achievement_definitions_delete_staff on gamification.achievement_definitions for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy achievement_definitions_insert_staff on gamification.achievement_definitions for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy achievement_definitions_select_any on gamification.achievement_definitions for select to authenticated
using (true);

create policy achievement_definitions_select_public on gamification.achievement_definitions for select to anon
using (true);

create policy achievement_definitions_select_staff on gamification.achievement_definitions for select to staff
using (true);

create policy achievement_definitions_update_staff on gamification.achievement_definitions for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

comment on policy achievement_definitions_delete_staff on gamification.achievement_definitions is 'Staff with gamification.manage remove achievements that nobody has used.';
comment on policy achievement_definitions_insert_staff on gamification.achievement_definitions is 'Staff with gamification.manage add achievements.';
comment on policy achievement_definitions_select_any on gamification.achievement_definitions is 'Everyone may see the achievements.';
comment on policy achievement_definitions_select_public on gamification.achievement_definitions is 'Everyone may see the achievements.';
comment on policy achievement_definitions_select_staff on gamification.achievement_definitions is 'Staff may see the achievements.';
comment on policy achievement_definitions_update_staff on gamification.achievement_definitions is 'Staff with gamification.manage change achievements.';
