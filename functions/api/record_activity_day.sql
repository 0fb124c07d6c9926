create or replace function api.record_activity_day(
    user_id uuid,
    at timestamptz default now(),
    out day date,
    out current_days integer,
    out longest_days integer,
    out freezes integer,
    out is_new boolean
)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.day,
        x.current_days,
        x.longest_days,
        x.freezes,
        x.is_new
    from gamification.record_activity_day(user_id, at) as x;
end;

comment on function api.record_activity_day(uuid, timestamptz) is
'Counts a day on which a person was active, by the calendar of their time zone, and updates their
streak and their streaks with friends.

Args: user_id: the person; at: the time, at most streaks.late_days ago.
Returns: the person''s date, the streak that ends with their last active day, the longest streak so
far, the freezes left, and whether the day is new. The day is its own key.
Raises: PT404 user.not_found, PT400 activity.time_invalid.
Caller: service.';

revoke all on function api.record_activity_day(uuid, timestamptz) from public;
grant execute on function api.record_activity_day(uuid, timestamptz)
to service_role;
