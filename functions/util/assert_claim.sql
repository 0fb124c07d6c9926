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
        message = 'not a claim',
        detail = 'job.claim_invalid',
        hint = 'A queue''s name, a worker of 1 to 200 characters, 1 to 1000 jobs, and a lease from '
        'a second to a week.';
end;
$$;

comment on function util.assert_claim(text, text, integer, interval) is
'Refuses arguments that util.claim_jobs() has no use for.

Args: as there.
Returns: true.
Raises: PT400 job.claim_invalid.
Caller: util.claim_jobs.';

revoke all on function util.assert_claim(text, text, integer, interval) from public;
