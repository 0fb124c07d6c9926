create or replace function gamification.record_activity_day(
    p_user_id uuid,
    p_at timestamptz default now(),
    out day date,
    out current_days integer,
    out longest_days integer,
    out freezes integer,
    out is_new boolean
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_zone text;
    v_late_days integer := util.setting('gamification', 'streaks.late_days');
    v_streak gamification.user_streaks;
begin
    select p.time_zone into v_zone
    from public.profiles as p
    where p.id = p_user_id and p.erased_at is null;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;
    if (p_at between now() - make_interval(days => v_late_days) and now() + interval '5 minutes')
        is not true
    then
        raise sqlstate 'PT400' using
            message = format('activity at %L cannot be recorded now', p_at),
            detail = 'activity.time_invalid',
            hint = format('Send a time between %s days ago and now.', v_late_days);
    end if;
    day := (p_at at time zone v_zone)::date;

    insert into gamification.user_streaks (user_id) values (p_user_id)
    on conflict (user_id) do nothing;
    select * into strict v_streak
    from gamification.user_streaks as s
    where s.user_id = p_user_id
    for update;
    insert into gamification.user_activity_days (user_id, day)
    values (p_user_id, record_activity_day.day)
    on conflict on constraint pk_user_activity_days do nothing;
    is_new := found;
    if is_new then
        v_streak := gamification.extend_streak(v_streak, day, p_at, v_zone);
        update gamification.user_streaks as s
        set
            current_days = v_streak.current_days,
            longest_days = v_streak.longest_days,
            started_on = v_streak.started_on,
            last_active_on = v_streak.last_active_on,
            last_active_at = v_streak.last_active_at,
            time_zone = v_streak.time_zone,
            freezes = v_streak.freezes
        where s.user_id = p_user_id;
        perform gamification.extend_friend_streaks(p_user_id, day);
    elsif p_at > v_streak.last_active_at then
        update gamification.user_streaks as s
        set last_active_at = p_at, time_zone = v_zone
        where s.user_id = p_user_id;
    end if;
    current_days := v_streak.current_days;
    longest_days := v_streak.longest_days;
    freezes := v_streak.freezes;
end;
$$;

comment on function gamification.record_activity_day(uuid, timestamptz) is
'Counts a day on which a person was active, by the calendar of their time zone, and updates their
streak and their streaks with friends.

Definer, because nobody writes streaks directly.

Args: p_user_id: the person; p_at: the time, at most streaks.late_days ago.
Returns: the person''s date, the streak that ends with their last active day, the longest streak so
far, the freezes left, and whether the day is new. The day is its own key.
Raises: PT404 user.not_found, PT400 activity.time_invalid.
Caller: service, and functions of this package.';

revoke all on function gamification.record_activity_day(uuid, timestamptz) from public;
grant execute on function gamification.record_activity_day(uuid, timestamptz) to service_role;
