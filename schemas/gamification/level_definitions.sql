-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.level_definitions (
    id uuid default gen_random_uuid() not null,
    level integer not null,
    min_xp bigint not null,
    title text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_level_definitions PRIMARY KEY (id),
    constraint uq_level_definitions_level UNIQUE (level),
    constraint uq_level_definitions_min_xp UNIQUE (min_xp) DEFERRABLE,
    constraint ck_level_definitions_level CHECK (((level >= 1) AND (level <= 1000))),
    constraint ck_level_definitions_min_xp CHECK ((((level = 1) = (min_xp = 0)) AND (min_xp >= 0))),
    constraint ck_level_definitions_title CHECK (((length(title) >= 1) AND (length(title) <= 80)))
);

comment on table gamification.level_definitions is 'Levels and the XP that each requires, from level 1 at 0 XP up without gaps. user_xp keeps the level of each person; gamification.refresh_levels() updates it after a change.';
comment on column gamification.level_definitions.min_xp is 'Total XP from which a person has the level.';

CREATE CONSTRAINT TRIGGER trg_level_definitions_assert_levels_rise AFTER INSERT OR DELETE OR UPDATE ON gamification.level_definitions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gamification.assert_levels_rise();

CREATE TRIGGER trg_level_definitions_queue_level_refresh AFTER INSERT OR DELETE OR UPDATE ON gamification.level_definitions FOR EACH ROW EXECUTE FUNCTION gamification.queue_level_refresh();

CREATE TRIGGER trg_level_definitions_set_updated_at BEFORE UPDATE ON gamification.level_definitions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.level_definitions enable row level security;

grant select on table gamification.level_definitions to anon;
grant select on table gamification.level_definitions to authenticated;
grant delete, insert, select, update on table gamification.level_definitions to service_role;
grant delete, select on table gamification.level_definitions to staff;
grant insert (level, min_xp, title), update (level, min_xp, title) on table gamification.level_definitions to staff;

create policy level_definitions_delete_staff on gamification.level_definitions for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy level_definitions_insert_staff on gamification.level_definitions for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy level_definitions_select_any on gamification.level_definitions for select to authenticated
using (true);

create policy level_definitions_select_public on gamification.level_definitions for select to anon
using (true);

create policy level_definitions_select_staff on gamification.level_definitions for select to staff
using (true);

create policy level_definitions_update_staff on gamification.level_definitions for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

comment on policy level_definitions_delete_staff on gamification.level_definitions is 'Staff with gamification.manage remove levels that nobody has used.';
comment on policy level_definitions_insert_staff on gamification.level_definitions is 'Staff with gamification.manage add levels.';
comment on policy level_definitions_select_any on gamification.level_definitions is 'Everyone may see the levels.';
comment on policy level_definitions_select_public on gamification.level_definitions is 'Everyone may see the levels.';
comment on policy level_definitions_select_staff on gamification.level_definitions is 'Staff may see the levels.';
comment on policy level_definitions_update_staff on gamification.level_definitions is 'Staff with gamification.manage change levels.';
