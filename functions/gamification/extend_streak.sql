create or replace function gamification.extend_streak(
    p_streak gamification.user_streaks,
    p_day date,
    p_at timestamptz,
    p_zone text
) returns gamification.user_streaks
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_every integer := util.setting('gamification', 'streaks.freeze_every_days');
    v_missed integer := p_day - p_streak.last_active_on - 1;
begin
    if p_day < p_streak.last_active_on then
        return gamification.fill_streak(p_streak, p_day);
    end if;

    -- A flight to the east can skip a date although less than a day went by.
    if v_missed > 0
        and p_zone <> p_streak.time_zone
        and p_at < p_streak.last_active_at + interval '24 hours'
    then
        v_missed := 0;
    end if;
    if v_missed <= p_streak.freezes then
        p_streak.freezes := p_streak.freezes - v_missed;
        p_streak.current_days := p_streak.current_days + 1;
    else
        p_streak.current_days := 1;
        p_streak.started_on := p_day;
    end if;
    if v_every > 0 and p_streak.current_days % v_every = 0 then
        p_streak.freezes := greatest(
            p_streak.freezes,
            least(p_streak.freezes + 1, util.setting('gamification', 'streaks.max_freezes'))
        );
    end if;
    p_streak.longest_days := greatest(p_streak.longest_days, p_streak.current_days);
    p_streak.last_active_on := p_day;
    p_streak.last_active_at := greatest(p_streak.last_active_at, p_at);
    p_streak.time_zone := p_zone;
    return p_streak;
end;
$$;

comment on function gamification.extend_streak(
    gamification.user_streaks, date, timestamptz, text
) is
'Computes a streak after one more active day.

Args: p_streak: the streak so far; p_day: a new day; p_at: the time; p_zone: the time zone of the
day.
Returns: the streak: longer, bridged by freezes, restarted, or filled if the day came late.
Caller: gamification.record_activity_day().';

revoke all on function gamification.extend_streak(
    gamification.user_streaks, date, timestamptz, text
) from public;
