create or replace function util.fail_job(
    p_job_id bigint,
    p_lease_token uuid,
    p_error text,
    p_retry_at timestamptz default null
) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job util.job_queue;
begin
    if not isfinite(p_retry_at) then
        raise sqlstate 'PT400' using
            message = 'the time of the next attempt is not finite',
            detail = 'job.retry_invalid',
            hint = 'Send a time, or none for the usual pause.';
    end if;
    select * into v_job
    from util.job_queue
    where id = p_job_id and lease_token = p_lease_token
    for update;
    if not found then
        perform util.raise_lease_lost();
    end if;
    return util.end_attempt(
        v_job,
        'failed',
        left(p_error, 8000),
        coalesce(p_retry_at, clock_timestamp() + util.retry_delay(v_job.attempts))
    );
end;
$$;

comment on function util.fail_job(bigint, uuid, text, timestamptz) is
'Ends an attempt that failed. The job is tried again after a pause that doubles each time, until its
attempts are used up.

Definer, because nobody may write to the queue but its functions.

Args: p_job_id, p_lease_token: the attempt; p_error: what went wrong, of which 8000 characters are
kept; p_retry_at: when to try again, null: after util.retry_delay().
Returns: ready; dead if no attempt was left; superseded if the same work (by its unique key) already
waits, which then takes the place of this job.
Raises: PT400 job.retry_invalid, PT409 job.lease_lost (by util.raise_lease_lost).
Caller: service; workers.';

revoke all on function util.fail_job(bigint, uuid, text, timestamptz) from public;
grant execute on function util.fail_job(bigint, uuid, text, timestamptz) to service_role;
