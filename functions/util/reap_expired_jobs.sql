create or replace function util.reap_expired_jobs() returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job util.job_queue;
    v_count integer := 0;
begin
    for v_job in
        select *
        from util.job_queue
        where status = 'running' and lease_expires_at <= clock_timestamp()
        order by id
        for update skip locked
    loop
        perform util.end_attempt(v_job, 'expired', 'the lease expired', v_job.run_at);
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function util.reap_expired_jobs() is
'Takes jobs back from workers that were not heard of until their leases expired. Claims find such
jobs too; only this function marks those without an attempt left as dead.

Definer, because nobody may write to the queue but its functions.

Returns: how many attempts were ended.
Caller: service; run each minute by util.run_due_jobs() or a worker.';

revoke all on function util.reap_expired_jobs() from public;
grant execute on function util.reap_expired_jobs() to service_role;
