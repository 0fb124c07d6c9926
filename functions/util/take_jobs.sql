create or replace function util.take_jobs(
    p_queue text,
    p_priority integer,
    p_run_at timestamptz,
    p_id bigint,
    p_now timestamptz,
    p_limit integer,
    p_worker text,
    p_lease interval
) returns table (
    job_id bigint,
    kind text,
    payload jsonb,
    attempt integer,
    max_attempts integer,
    lease_token uuid,
    lease_expires_at timestamptz,
    run_at timestamptz
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_lost_token uuid;
    v_lost_worker text;
    v_lost_started_at timestamptz;
begin
    for job_id, kind, payload, attempt, max_attempts, lease_token, lease_expires_at, run_at,
        v_lost_token, v_lost_worker, v_lost_started_at
    in
        with picked as (
            select q.id, q.lease_token, q.worker, q.started_at
            from util.job_queue as q
            where
                q.queue = p_queue and q.died_at is null and q.priority = p_priority
                and (q.run_at, q.id) >= (p_run_at, p_id) and q.run_at <= p_now
                and (q.lease_expires_at is null or q.lease_expires_at <= p_now)
                and q.attempts < q.max_attempts
            order by q.run_at, q.id
            limit p_limit
            for update skip locked
        )

        update util.job_queue as q
        set
            status = 'running', attempts = q.attempts + 1, waiting_key = null,
            lease_token = gen_random_uuid(), lease_expires_at = p_now + p_lease,
            worker = p_worker, started_at = p_now
        from picked
        where q.id = picked.id
        returning
            q.id, q.kind, q.payload, q.attempts, q.max_attempts, q.lease_token,
            q.lease_expires_at, q.run_at, picked.lease_token, picked.worker, picked.started_at
    loop
        if v_lost_token is not null then
            insert into util.job_runs (
                job_id, lease_token, queue, kind, attempt, worker, outcome, started_at
            )
            values (
                job_id, v_lost_token, p_queue, kind, attempt - 1, v_lost_worker, 'expired',
                v_lost_started_at
            );
        end if;
        return next;
    end loop;
end;
$$;

comment on function util.take_jobs(
    text, integer, timestamptz, bigint, timestamptz, integer, text, interval
) is
'Takes jobs of one priority that are due, in order, from one job on. Where a lease expired, the
attempt that lost it ends as expired.

Args: p_queue and p_priority: whose jobs; p_run_at and p_id: the job to begin at; p_now: what is due;
p_limit: how many at most; p_worker: who takes them; p_lease: for how long.
Returns: the jobs, as util.claim_jobs(), and when each was due.
Caller: util.claim_jobs, whose settings keep the plan.';

revoke all on function util.take_jobs(
    text, integer, timestamptz, bigint, timestamptz, integer, text, interval
) from public;
