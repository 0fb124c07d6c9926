create or replace view api.my_streak with (security_invoker = true) as
select
    s.user_id,
    s.longest_days,
    s.started_on,
    s.last_active_on,
    s.last_active_at,
    s.time_zone,
    s.freezes,
    case
        when
            (now() at time zone s.time_zone)::date - s.last_active_on - 1 <= s.freezes
            then s.current_days
        else 0
    end as current_days
from gamification.user_streaks as s
where s.user_id = (select auth.uid());

comment on view api.my_streak is
'The caller''s days in a row.';
comment on column api.my_streak.current_days is
'0 once more days were missed than freezes can bridge.';
comment on column api.my_streak.freezes is
'Missed days that will be bridged.';

revoke all on api.my_streak from public, anon, authenticated, staff, service_role;
grant select on api.my_streak to authenticated, staff;
