create or replace function gamification.fill_streak(
    p_streak gamification.user_streaks,
    p_day date
) returns gamification.user_streaks
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_first date;
    v_last date;
begin
    -- A day minus its position is the same date for all days of one run.
    select min(r.day), max(r.day) into strict v_first, v_last
    from (
        select
            d.day,
            d.day - row_number() over (order by d.day)::integer as run
        from gamification.user_activity_days as d
        where d.user_id = p_streak.user_id
    ) as r
    group by r.run
    having p_day between min(r.day) and max(r.day);

    if v_last >= p_streak.started_on then
        p_streak.started_on := least(p_streak.started_on, v_first);
        p_streak.current_days := (
            select count(*)
            from gamification.user_activity_days as d
            where
                d.user_id = p_streak.user_id
                and d.day between p_streak.started_on and p_streak.last_active_on
        );
    end if;
    p_streak.longest_days := greatest(
        p_streak.longest_days, p_streak.current_days, v_last - v_first + 1
    );
    return p_streak;
end;
$$;

comment on function gamification.fill_streak(gamification.user_streaks, date) is
'Computes a streak after a day is recorded late: the day may join it to the run before. Freezes used
in the meantime are not given back.

Args: p_streak: the streak so far; p_day: a day before its last, already recorded.
Returns: the streak.
Caller: gamification.extend_streak().';

revoke all on function gamification.fill_streak(gamification.user_streaks, date) from public;
