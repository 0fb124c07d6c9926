create or replace function util.retry_delay(p_attempt integer) returns interval
language sql volatile
set search_path = pg_catalog, pg_temp
begin atomic
    select
        make_interval(
            secs => least(s.retry_base_seconds * power(2, p_attempt - 1), s.retry_cap_seconds)
            * (1 + random() * s.retry_jitter_percent / 100)
        )
    from util.job_settings as s;
end;

comment on function util.retry_delay(integer) is
'How long a job pauses after a failure, by util.job_settings: doubled each time up to a cap, and
some jitter.

Args: p_attempt: number of the attempt that failed, from 1.
Returns: the pause.
Caller: functions of this package.';

revoke all on function util.retry_delay(integer) from public;
