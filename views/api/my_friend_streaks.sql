create or replace view api.my_friend_streaks with (security_invoker = true) as
select
    s.user_id,
    s.friend_id,
    s.current_days,
    s.longest_days,
    s.last_day
from gamification.friend_streaks as s
where s.user_id = (select auth.uid());

comment on view api.my_friend_streaks is
'Days in a row on which the caller and a friend were both active.';

revoke all on api.my_friend_streaks from public, anon, authenticated, staff, service_role;
grant select on api.my_friend_streaks to authenticated, staff;
