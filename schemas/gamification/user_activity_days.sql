-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.user_activity_days (
    user_id uuid not null,
    day date not null,
    constraint pk_user_activity_days PRIMARY KEY (user_id, day),
    constraint fk_user_activity_days_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table gamification.user_activity_days is 'Days of each person''s own calendar on which they were active.';

alter table gamification.user_activity_days enable row level security;

grant select on table gamification.user_activity_days to authenticated;
grant select on table gamification.user_activity_days to service_role;
grant select on table gamification.user_activity_days to staff;

create policy user_activity_days_select_own on gamification.user_activity_days for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_activity_days_select_staff on gamification.user_activity_days for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy user_activity_days_select_own on gamification.user_activity_days is 'Users read their own days.';
comment on policy user_activity_days_select_staff on gamification.user_activity_days is 'Staff with xp.read_any read everyone''s active days.';
