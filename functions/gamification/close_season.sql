create or replace function gamification.close_season(p_season_key text) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_season gamification.seasons;
    v_grace integer := util.setting('gamification', 'seasons.grace_minutes');
begin
    perform gamification.assert_may_manage();
    select * into v_season from gamification.seasons as s where s.key = p_season_key for update;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no season has the key %L', p_season_key),
            detail = 'season.not_found',
            hint = 'Send a key from the view seasons.';
    end if;
    if v_season.closed_at is not null then
        return v_season.closed_at;
    end if;
    -- A credit counts from the time its transaction began: transactions still at work get time to
    -- end.
    if (v_season.ends_at + make_interval(mins => v_grace) <= now()) is not true then
        raise sqlstate 'PT409' using
            message = 'the season has not ended long enough ago',
            detail = 'season.not_ended',
            hint = format('Close the season %s minutes after its end or later.', v_grace);
    end if;

    perform gamification.fold_season(v_season.id, null);
    update gamification.season_scores as s
    set
        final_rank = r.final_rank,
        reward = (
            select w.reward ->> 'reward'
            from jsonb_array_elements(v_season.rewards) as w (reward)
            where (w.reward ->> 'up_to_rank')::bigint >= r.final_rank
            order by (w.reward ->> 'up_to_rank')::bigint
            limit 1
        )
    from (
        select
            x.user_id,
            rank() over (order by x.score desc) as final_rank
        from gamification.season_scores as x
        where x.season_id = v_season.id
    ) as r
    where s.season_id = v_season.id and s.user_id = r.user_id;
    update gamification.seasons as s
    set closed_at = now()
    where s.id = v_season.id
    returning s.closed_at into v_season.closed_at;
    return v_season.closed_at;
end;
$$;

comment on function gamification.close_season(text) is
'Settles a season: folds the last events and writes final ranks and rewards. The season never
changes afterwards.

Definer, because nobody writes scores directly.

Args: p_season_key: the season, which ended at least seasons.grace_minutes ago.
Returns: when it was closed; closing again changes nothing.
Raises: PT403 gamification.denied, PT404 season.not_found, PT409 season.not_ended.
Caller: staff with gamification.manage; service.';

revoke all on function gamification.close_season(text) from public;
grant execute on function gamification.close_season(text) to staff, service_role;
