-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.quests (
    id uuid default gen_random_uuid() not null,
    key text not null,
    title text not null,
    description text not null,
    recurrence text default 'once'::text not null,
    is_ordered boolean default false not null,
    xp_reward integer default 0 not null,
    is_active boolean default true not null,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_quests PRIMARY KEY (id),
    constraint uq_quests_key UNIQUE (key),
    constraint ck_quests_description CHECK ((length(description) <= 500)),
    constraint ck_quests_key CHECK ((key ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    constraint ck_quests_period CHECK ((ends_at > starts_at)),
    constraint ck_quests_recurrence CHECK ((recurrence = ANY (ARRAY['once'::text, 'daily'::text, 'weekly'::text]))),
    constraint ck_quests_title CHECK (((length(title) >= 1) AND (length(title) <= 80))),
    constraint ck_quests_xp_reward CHECK (((xp_reward >= 0) AND (xp_reward <= 1000000)))
);

comment on table gamification.quests is 'Tasks in steps that are rewarded when all are done.';
comment on column gamification.quests.recurrence is 'once, or again each day or week (from Monday) of the person''s own calendar.';
comment on column gamification.quests.is_ordered is 'Whether a step waits for those before it.';
comment on column gamification.quests.starts_at is 'Null: it has always been open.';
comment on column gamification.quests.ends_at is 'First moment it can no longer advance; null: never.';

CREATE TRIGGER trg_quests_set_updated_at BEFORE UPDATE ON gamification.quests FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.quests enable row level security;

grant select on table gamification.quests to anon;
grant select on table gamification.quests to authenticated;
grant delete, insert, select, update on table gamification.quests to service_role;
grant delete, select on table gamification.quests to staff;
grant insert (key, title, description, recurrence, is_ordered, xp_reward, is_active, starts_at, ends_at), update (title, description, xp_reward, is_active, starts_at, ends_at) on table gamification.quests to staff;

create policy quests_delete_staff on gamification.quests for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy quests_insert_staff on gamification.quests for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy quests_select_any on gamification.quests for select to authenticated
using (true);

create policy quests_select_public on gamification.quests for select to anon
using (true);

create policy quests_select_staff on gamification.quests for select to staff
using (true);

create policy quests_update_staff on gamification.quests for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

comment on policy quests_delete_staff on gamification.quests is 'Staff with gamification.manage remove quests that nobody has used.';
comment on policy quests_insert_staff on gamification.quests is 'Staff with gamification.manage add quests.';
comment on policy quests_select_any on gamification.quests is 'Everyone may see the quests.';
comment on policy quests_select_public on gamification.quests is 'Everyone may see the quests.';
comment on policy quests_select_staff on gamification.quests is 'Staff may see the quests.';
comment on policy quests_update_staff on gamification.quests is 'Staff with gamification.manage change quests.';
