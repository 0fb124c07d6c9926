create or replace function util.complete_job(
    p_job_id bigint,
    p_lease_token uuid,
    p_result jsonb default null
) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if pg_column_size(p_result) > 65536 then
        raise sqlstate 'PT400' using
            message = 'the result is larger than 64 KiB',
            detail = 'job.result_too_large',
            hint = 'Store the result elsewhere and send a reference to it.';
    end if;
    with finished as (
        delete from util.job_queue
        where id = p_job_id and lease_token = p_lease_token
        returning id, lease_token, queue, kind, attempts, worker, started_at
    )

    insert into util.job_runs (
        job_id, lease_token, queue, kind, attempt, worker, outcome, result, started_at
    )
    select
        f.id,
        f.lease_token,
        f.queue,
        f.kind,
        f.attempts,
        f.worker,
        'completed' as outcome,
        p_result as result,
        f.started_at
    from finished as f;
    if found then
        return true;
    end if;
    if exists (
        select
        from util.job_runs
        where job_id = p_job_id and lease_token = p_lease_token and outcome = 'completed'
    ) then
        return false;
    end if;
    return util.raise_lease_lost();
end;
$$;

comment on function util.complete_job(bigint, uuid, jsonb) is
'Completes an attempt. Work in the same transaction takes effect exactly once: it is undone if this
refuses.

Definer, because nobody may write to the queue but its functions.

Args: p_job_id, p_lease_token: the attempt; p_result: the result to keep, up to 64 KiB.
Returns: true; false if this attempt was already completed (its answer was lost).
Raises: PT400 job.result_too_large, PT409 job.lease_lost (by util.raise_lease_lost).
Caller: service; workers.';

revoke all on function util.complete_job(bigint, uuid, jsonb) from public;
grant execute on function util.complete_job(bigint, uuid, jsonb) to service_role;
