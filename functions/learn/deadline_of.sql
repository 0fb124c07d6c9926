create or replace function learn.deadline_of(
    p_assessment learn.assessments,
    p_started_at timestamptz,
    p_time_limit_sec integer
) returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
return least(p_started_at + make_interval(secs => p_time_limit_sec), (p_assessment).closes_at);

comment on function learn.deadline_of(learn.assessments, timestamptz, integer) is
'When an attempt ends by itself.

Args: p_assessment: the assessment; p_started_at: when the attempt began; p_time_limit_sec: of the
attempt''s version, null for none.
Returns: the time; null: never.
Caller: functions of this package.';

revoke all on function learn.deadline_of(learn.assessments, timestamptz, integer) from public;
