create or replace function util.retry_delay(p_attempt integer) returns interval
language sql volatile
set search_path = pg_catalog, pg_temp
return make_interval(
    secs => least(
        util.setting('util', 'jobs.retry_base_seconds') * power(2, p_attempt - 1),
        util.setting('util', 'jobs.retry_cap_seconds')
    ) * (1 + random() * util.setting('util', 'jobs.retry_jitter_percent') / 100)
);

comment on function util.retry_delay(integer) is
'How long a job pauses after a failure, by the settings jobs.retry_...: doubled each time up to a
cap, and some jitter.

Args: p_attempt: number of the attempt that failed, from 1.
Returns: the pause; at most the cap before jitter, even if the first pause is set to more.
Caller: functions of this package.';

revoke all on function util.retry_delay(integer) from public;
