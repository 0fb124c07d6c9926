create or replace function util.run_due_jobs(p_limit integer default 100) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_began timestamptz := clock_timestamp();
    v_job record;
    v_count integer := 0;
begin
    perform util.enqueue_due_schedules(v_began);
    perform util.reap_expired_jobs();
    -- All of it is one transaction: a caller who enqueues work that it has claimed waits for its
    -- end.
    while v_count < p_limit and clock_timestamp() < v_began + interval '20 seconds' loop
        select c.job_id, c.lease_token into v_job
        from util.claim_jobs('database', 'run_due_jobs ' || pg_backend_pid(), 1, '1 day') as c;
        exit when not found;
        perform util.run_job(v_job.job_id, v_job.lease_token);
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function util.run_due_jobs(integer) is
'One tick: enqueues schedules that are due, takes back expired jobs, and runs what is due in the
queue `database`, for about 20 seconds at most.

Definer, because jobs are run with the owner''s rights.

Args: p_limit: how many jobs at most.
Returns: how many were run, whether they failed or not.
Caller: service; pg_cron each minute (util.schedule_with_pg_cron).';

revoke all on function util.run_due_jobs(integer) from public;
grant execute on function util.run_due_jobs(integer) to service_role;
