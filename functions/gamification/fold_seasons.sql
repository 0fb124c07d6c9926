create or replace function gamification.fold_seasons(p_payload jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object('folded', gamification.fold_season_scores());
end;
$$;

comment on function gamification.fold_seasons(jsonb) is
'gamification.fold_season_scores() as a job. The next minute continues where the limit stopped it.

Args: p_payload: ignored.
Returns: {"folded": scores written}.
Caller: util.run_job.';

revoke all on function gamification.fold_seasons(jsonb) from public;
