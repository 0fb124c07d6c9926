create or replace function gamification.user_metrics(p_user_id uuid) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_total_xp bigint;
    v_level integer;
    v_streak_days integer;
    v_longest_days integer;
    v_credits jsonb;
begin
    select u.total_xp, u.current_level into v_total_xp, v_level
    from gamification.user_xp as u
    where u.user_id = p_user_id;
    select s.current_days, s.longest_days into v_streak_days, v_longest_days
    from gamification.user_streaks as s
    where s.user_id = p_user_id;
    select jsonb_object_agg(c.source_type || '.' || c.action_type, c.credits) into v_credits
    from gamification.user_xp_sources as c
    where c.user_id = p_user_id;

    return jsonb_build_object(
        'total_xp', coalesce(v_total_xp, 0),
        'level', coalesce(v_level, 1),
        'streak_days', coalesce(v_streak_days, 0),
        'longest_streak_days', coalesce(v_longest_days, 0),
        'credits', coalesce(v_credits, '{}'),
        'active_days', (
            select count(*) from gamification.user_activity_days as d where d.user_id = p_user_id
        ),
        'achievements', (
            select count(*) from gamification.user_achievements as a where a.user_id = p_user_id
        ),
        'quests', (
            select count(*)
            from gamification.user_quests as q
            where q.user_id = p_user_id and q.completed_at is not null
        ),
        'friends', (
            select count(*)
            from gamification.friend_links as f
            where f.user_id = p_user_id and f.status = 'accepted'
        )
    );
end;
$$;

comment on function gamification.user_metrics(uuid) is
'A person''s metrics, as the conditions of achievements use them.

Args: p_user_id: the person.
Returns: an object with a number for each metric; credits is an object by source.
Caller: functions of this package.';

revoke all on function gamification.user_metrics(uuid) from public;
