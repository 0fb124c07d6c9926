create or replace function gamification.extend_friend_streaks(p_user_id uuid, p_day date)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_friend_id uuid;
begin
    -- If the days of two friends come at the same moment, the second waits and sees the first.
    perform
    from gamification.friend_links as f
    where
        f.status = 'accepted'
        and (
            (f.user_id = p_user_id and f.friend_id > p_user_id)
            or (f.friend_id = p_user_id and f.user_id < p_user_id)
        )
    order by f.user_id, f.friend_id
    for no key update;

    for v_friend_id in
        select f.friend_id
        from gamification.friend_links as f
        inner join gamification.user_activity_days as d on f.friend_id = d.user_id
        where f.user_id = p_user_id and f.status = 'accepted' and d.day = p_day
        order by f.friend_id
    loop
        insert into gamification.friend_streaks as s (
            user_id, friend_id, current_days, longest_days, last_day
        )
        select pair.user_id, pair.friend_id, 1, 1, p_day
        from (
            values
            (least(p_user_id, v_friend_id), greatest(p_user_id, v_friend_id)),
            (greatest(p_user_id, v_friend_id), least(p_user_id, v_friend_id))
        ) as pair (user_id, friend_id)
        on conflict on constraint pk_friend_streaks do update
        set
            current_days = case s.last_day when p_day - 1 then s.current_days + 1 else 1 end,
            longest_days = greatest(
                s.longest_days, case s.last_day when p_day - 1 then s.current_days + 1 else 1 end
            ),
            last_day = p_day
        where s.last_day < p_day;
    end loop;
end;
$$;

comment on function gamification.extend_friend_streaks(uuid, date) is
'Counts a day for a person''s streaks with those friends who were active on the same date.

Args: p_user_id: the person; p_day: the date, already recorded. A day before the last that counted
changes nothing.
Returns: nothing.
Caller: gamification.record_activity_day().';

revoke all on function gamification.extend_friend_streaks(uuid, date) from public;
