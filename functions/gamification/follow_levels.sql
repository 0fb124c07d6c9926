create or replace function gamification.follow_levels(p_payload jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_moved integer := gamification.refresh_levels();
begin
    if v_moved > 0 then
        perform gamification.request_level_refresh();
    end if;
    return jsonb_build_object('moved', v_moved);
end;
$$;

comment on function gamification.follow_levels(jsonb) is
'gamification.refresh_levels() as a job, which asks for itself again until nobody moves.

Args: p_payload: nothing is asked of it.
Returns: {"moved": people}.
Caller: util.run_job.';

revoke all on function gamification.follow_levels(jsonb) from public;
