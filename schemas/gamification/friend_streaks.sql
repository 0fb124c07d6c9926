-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.friend_streaks (
    user_id uuid not null,
    friend_id uuid not null,
    current_days integer not null,
    longest_days integer not null,
    last_day date not null,
    constraint pk_friend_streaks PRIMARY KEY (user_id, friend_id),
    constraint ck_friend_streaks_days CHECK (((current_days >= 1) AND (longest_days >= current_days))),
    constraint fk_friend_streaks_link FOREIGN KEY (user_id, friend_id) REFERENCES gamification.friend_links(user_id, friend_id) ON DELETE CASCADE
);

comment on table gamification.friend_streaks is 'Days in a row on which two friends were both active, each on that date of their own calendar; a row for each of the two.';
comment on column gamification.friend_streaks.last_day is 'Newest date on which both were active.';

alter table gamification.friend_streaks enable row level security;

grant select on table gamification.friend_streaks to authenticated;
grant select on table gamification.friend_streaks to service_role;
grant select on table gamification.friend_streaks to staff;

create policy friend_streaks_select_own on gamification.friend_streaks for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy friend_streaks_select_staff on gamification.friend_streaks for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy friend_streaks_select_own on gamification.friend_streaks is 'Users read their own.';
comment on policy friend_streaks_select_staff on gamification.friend_streaks is 'Staff with xp.read_any read everyone''s streaks with friends.';
