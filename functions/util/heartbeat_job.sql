create or replace function util.heartbeat_job(
    p_job_id bigint,
    p_lease_token uuid,
    p_lease interval default '1 minute'
) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_expires_at timestamptz;
begin
    if not coalesce(p_lease between interval '1 second' and interval '7 days', false) then
        raise sqlstate 'PT400' using
            message = format('%L is not a length for a lease', p_lease),
            detail = 'job.lease_invalid',
            hint = 'Send an interval from a second to a week.';
    end if;
    update util.job_queue
    set lease_expires_at = clock_timestamp() + p_lease
    where id = p_job_id and lease_token = p_lease_token
    returning lease_expires_at into v_expires_at;
    if not found then
        perform util.raise_lease_lost();
    end if;
    return v_expires_at;
end;
$$;

comment on function util.heartbeat_job(bigint, uuid, interval) is
'Extends a lease: the worker is alive and at work.

Definer, because nobody may write to the queue but its functions.

Args: p_job_id, p_lease_token: the attempt; p_lease: how long from now.
Returns: when the lease expires now.
Raises: PT400 job.lease_invalid, PT409 job.lease_lost (by util.raise_lease_lost).
Caller: service; workers.';

revoke all on function util.heartbeat_job(bigint, uuid, interval) from public;
grant execute on function util.heartbeat_job(bigint, uuid, interval) to service_role;
