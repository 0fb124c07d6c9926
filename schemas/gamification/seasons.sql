-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.seasons (
    id uuid default gen_random_uuid() not null,
    key text not null,
    title text not null,
    starts_at timestamp with time zone not null,
    ends_at timestamp with time zone,
    rewards jsonb default '[]'::jsonb not null,
    closed_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_seasons PRIMARY KEY (id),
    constraint uq_seasons_key UNIQUE (key),
    constraint ck_seasons_closed_after_end CHECK (((closed_at IS NULL) OR (closed_at >= ends_at))),
    constraint ck_seasons_key CHECK ((key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'::text)),
    constraint ck_seasons_period CHECK ((ends_at > starts_at)),
    constraint ck_seasons_rewards CHECK (gamification.is_reward_table(rewards)),
    constraint ck_seasons_title CHECK (((length(title) >= 1) AND (length(title) <= 80)))
);

comment on table gamification.seasons is 'Periods with a ranking of their own by the XP earned in them; they may overlap. A closed season never changes again.';
comment on column gamification.seasons.ends_at is 'First moment after the season; null: it never ends.';
comment on column gamification.seasons.rewards is 'Cosmetic rewards by final rank, as gamification.is_reward_table() describes; of several that fit the one with the lowest up_to_rank is won.';
comment on column gamification.seasons.closed_at is 'When final ranks were settled; null: open.';

CREATE INDEX idx_seasons_open ON gamification.seasons USING btree (starts_at) WHERE (closed_at IS NULL);

CREATE TRIGGER trg_seasons_set_updated_at BEFORE UPDATE ON gamification.seasons FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.seasons enable row level security;

grant select on table gamification.seasons to anon;
grant select on table gamification.seasons to authenticated;
grant delete, insert, select, update on table gamification.seasons to service_role;
grant delete, select on table gamification.seasons to staff;
grant insert (key, title, starts_at, ends_at, rewards), update (title, rewards) on table gamification.seasons to staff;

create policy seasons_delete_staff on gamification.seasons for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy seasons_insert_staff on gamification.seasons for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy seasons_select_any on gamification.seasons for select to authenticated
using (true);

create policy seasons_select_public on gamification.seasons for select to anon
using (true);

create policy seasons_select_staff on gamification.seasons for select to staff
using (true);

create policy seasons_update_staff on gamification.seasons for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

comment on policy seasons_delete_staff on gamification.seasons is 'Staff with gamification.manage remove seasons that nobody has used.';
comment on policy seasons_insert_staff on gamification.seasons is 'Staff with gamification.manage add seasons.';
comment on policy seasons_select_any on gamification.seasons is 'Everyone may see the seasons.';
comment on policy seasons_select_public on gamification.seasons is 'Everyone may see the seasons.';
comment on policy seasons_select_staff on gamification.seasons is 'Staff may see the seasons.';
comment on policy seasons_update_staff on gamification.seasons is 'Staff with gamification.manage change seasons.';
