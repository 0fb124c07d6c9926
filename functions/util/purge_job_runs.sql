create or replace function util.purge_job_runs(p_payload jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_days integer := util.setting('util', 'jobs.keep_runs_days');
    v_count bigint;
begin
    delete from util.job_runs as r
    where r.finished_at < now() - make_interval(days => v_days);
    get diagnostics v_count = row_count;
    return jsonb_build_object('removed', v_count);
end;
$$;

comment on function util.purge_job_runs(jsonb) is
'Forgets runs of jobs that are older than the setting jobs.keep_runs_days says.

Args: p_payload: not used.
Returns: {"removed": how many}.
Caller: util.run_job.';

revoke all on function util.purge_job_runs(jsonb) from public;
