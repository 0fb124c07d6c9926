create or replace function learn.is_overdue(
    p_attempt learn.user_assessment_attempts
) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (p_attempt).deadline_at
        + make_interval(secs => util.setting('learn', 'attempt.grace_sec')) < now(),
        false
    );
end;
$$;

comment on function learn.is_overdue(learn.user_assessment_attempts) is
'Whether an attempt''s deadline has passed. The arrival of the request counts, not the time it
waited.

Args: p_attempt: the row.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.is_overdue(learn.user_assessment_attempts) from public;
