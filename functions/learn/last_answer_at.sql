create or replace function learn.last_answer_at(p_assessment learn.assessments) returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (p_assessment).closes_at
    + make_interval(secs => util.setting('learn', 'attempt.grace_sec'));
end;
$$;

comment on function learn.last_answer_at(learn.assessments) is
'The last moment at which an assessment accepts answers.

Args: p_assessment: the row.
Returns: the time; null: it has no end.
Caller: functions of this package.';

revoke all on function learn.last_answer_at(learn.assessments) from public;
