create or replace function util.assert_claim(
    p_queue text,
    p_worker text,
    p_limit integer,
    p_lease interval
) returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(
        p_queue ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(p_queue) <= 100
        and length(p_worker) between 1 and 200
        and p_limit between 1 and 1000
        and p_lease between interval '1 second' and interval '7 days',
        false
    ) then
        return true;
    end if;
    raise sqlstate 'PT400' using
        message = 'the queue, worker, limit or lease is invalid',
        detail = 'job.claim_invalid',
        hint = 'Send the name of a queue, a worker of 1 to 200 characters, a limit from 1 to '
        '1000 and a lease from a second to a week.';
end;
$$;

comment on function util.assert_claim(text, text, integer, interval) is
'Refuses arguments that util.claim_jobs() cannot use.

Args: as for util.claim_jobs().
Returns: true.
Raises: PT400 job.claim_invalid.
Caller: util.claim_jobs.';

revoke all on function util.assert_claim(text, text, integer, interval) from public;
