create or replace function gamification.fold_season_scores(
    p_season_key text default null,
    p_limit integer default 50000
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_season gamification.seasons;
    v_folded integer := 0;
begin
    if p_season_key is not null and not exists (
        select from gamification.seasons where key = p_season_key
    ) then
        raise sqlstate 'PT404' using
            message = format('no season has the key %L', p_season_key),
            detail = 'season.not_found',
            hint = 'Send a key from the view seasons.';
    end if;
    for v_season in
        select *
        from gamification.seasons as s
        where
            s.closed_at is null
            and s.starts_at <= now()
            and (p_season_key is null or s.key = p_season_key)
        order by s.starts_at, s.id
    loop
        v_folded := v_folded + gamification.fold_season(
            v_season.id,
            -- People who earned XP only after the end change nothing and must not use up the limit.
            case when v_season.ends_at <= now() then null else p_limit end
        );
    end loop;
    return v_folded;
end;
$$;

comment on function gamification.fold_season_scores(text, integer) is
'Brings the scores of open seasons up to date with the journal.

Definer, because nobody writes scores directly.

Args: p_season_key: one season, or null for all that are open; p_limit: most people to fold for
each season in one call.
Returns: how many scores were written; 0: all are up to date.
Raises: PT404 season.not_found.
Caller: service; a job.';

revoke all on function gamification.fold_season_scores(text, integer) from public;
grant execute on function gamification.fold_season_scores(text, integer) to service_role;
