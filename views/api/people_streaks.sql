create or replace view api.people_streaks with (security_invoker = true) as
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
from gamification.user_streaks as s;

comment on view api.people_streaks is
'Everyone''s days in a row, for staff with xp.read_any and back ends.';
comment on column api.people_streaks.current_days is
'0 once more days were missed than freezes can bridge.';
comment on column api.people_streaks.freezes is
'Missed days that will be bridged.';

revoke all on api.people_streaks from public, anon, authenticated, staff, service_role;
grant select on api.people_streaks to staff, service_role;
