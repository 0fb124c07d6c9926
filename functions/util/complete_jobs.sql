create or replace function util.complete_jobs(p_job_ids bigint[], p_lease_tokens uuid[])
returns bigint[]
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
    v_completed bigint;
begin
    with finished as (
        delete from util.job_queue as q
        using unnest(p_job_ids, p_lease_tokens) as a (job_id, lease_token)
        where q.id = a.job_id and q.lease_token = a.lease_token
        returning q.id, q.lease_token, q.queue, q.kind, q.attempts, q.worker, q.started_at
    )

    insert into util.job_runs (
        job_id, lease_token, queue, kind, attempt, worker, outcome, started_at
    )
    select
        f.id,
        f.lease_token,
        f.queue,
        f.kind,
        f.attempts,
        f.worker,
        'completed' as outcome,
        f.started_at
    from finished as f;
    get diagnostics v_completed = row_count;
    if v_completed = cardinality(p_job_ids) then
        return '{}';
    end if;
    return array(
        select a.job_id
        from unnest(p_job_ids, p_lease_tokens) as a (job_id, lease_token)
        where not exists (
            select
            from util.job_runs as r
            where
                r.job_id = a.job_id and r.lease_token = a.lease_token
                and r.outcome = 'completed'
        )
    );
end;
$$;

comment on function util.complete_jobs(bigint[], uuid[]) is
'Completes many attempts, for workers that take many small jobs at a time. A lost lease does not
stop the others, so use this for effects that were applied elsewhere or can be repeated.

Definer, because nobody may write to the queue but its functions.

Args: p_job_ids, p_lease_tokens: the attempts, in the same order.
Returns: ids of the jobs whose lease was lost; empty if all are completed.
Caller: service; workers.';

revoke all on function util.complete_jobs(bigint[], uuid[]) from public;
grant execute on function util.complete_jobs(bigint[], uuid[]) to service_role;
