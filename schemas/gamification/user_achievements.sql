-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.user_achievements (
    user_id uuid not null,
    achievement_id uuid not null,
    details jsonb default '{}'::jsonb not null,
    unlocked_at timestamp with time zone default now() not null,
    constraint pk_user_achievements PRIMARY KEY (user_id, achievement_id),
    constraint ck_user_achievements_details CHECK (((jsonb_typeof(details) = 'object'::text) AND (length((details)::text) <= 4096))),
    constraint fk_user_achievements_achievement FOREIGN KEY (achievement_id) REFERENCES gamification.achievement_definitions(id),
    constraint fk_user_achievements_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table gamification.user_achievements is 'Achievements that people unlocked, each once. Written by gamification.unlock_achievement() alone.';
comment on column gamification.user_achievements.details is 'The occasion, as the caller described it: an object of at most 4,096 characters.';

CREATE INDEX idx_user_achievements_achievement_id ON gamification.user_achievements USING btree (achievement_id);

alter table gamification.user_achievements enable row level security;

grant select on table gamification.user_achievements to authenticated;
grant select on table gamification.user_achievements to service_role;
grant select on table gamification.user_achievements to staff;

create policy user_achievements_select_own on gamification.user_achievements for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_achievements_select_staff on gamification.user_achievements for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy user_achievements_select_own on gamification.user_achievements is 'Users read what they unlocked.';
comment on policy user_achievements_select_staff on gamification.user_achievements is 'Staff with xp.read_any read everyone''s achievements.';
