-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.user_streaks (
    user_id uuid not null,
    current_days integer default 0 not null,
    longest_days integer default 0 not null,
    started_on date,
    last_active_on date,
    last_active_at timestamp with time zone,
    time_zone text,
    freezes integer default 0 not null,
    constraint pk_user_streaks PRIMARY KEY (user_id),
    constraint ck_user_streaks_days CHECK (((current_days >= 0) AND (longest_days >= current_days) AND (freezes >= 0))),
    constraint fk_user_streaks_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table gamification.user_streaks is 'Days in a row on which each person was active, as of last_active_on. Written by gamification.record_activity_day() alone.';
comment on column gamification.user_streaks.current_days is 'Active days of the streak, without those a freeze bridged.';
comment on column gamification.user_streaks.time_zone is 'The person''s time zone when they were last active.';
comment on column gamification.user_streaks.freezes is 'Missed days that will be bridged: earned by streaks, at most as many as settings allow.';

alter table gamification.user_streaks enable row level security;

grant select on table gamification.user_streaks to authenticated;
grant select on table gamification.user_streaks to service_role;
grant select on table gamification.user_streaks to staff;

create policy user_streaks_select_own on gamification.user_streaks for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_streaks_select_staff on gamification.user_streaks for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy user_streaks_select_own on gamification.user_streaks is 'Users read their own streak.';
comment on policy user_streaks_select_staff on gamification.user_streaks is 'Staff with xp.read_any read everyone''s streaks.';
