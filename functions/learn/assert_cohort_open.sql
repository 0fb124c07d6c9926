create or replace function learn.assert_cohort_open(p_course_id uuid, p_cohort_id uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cohort learn.cohorts;
begin
    if p_cohort_id is null then
        return;
    end if;
    select * into v_cohort
    from learn.cohorts as g
    where g.id = p_cohort_id and g.course_id = p_course_id and g.is_published;
    if not found then
        raise sqlstate 'PT404' using
            message = format('this course has no cohort with the id %L', p_cohort_id),
            detail = 'cohort.not_found',
            hint = 'Send an id from the view cohorts, or none.';
    end if;
    if
        v_cohort.enroll_from > now()
        or v_cohort.enroll_until <= now()
        or v_cohort.access_until <= now()
    then
        raise sqlstate 'PT409' using
            message = 'enrolment in this cohort is closed now',
            detail = 'cohort.closed',
            hint = 'Choose another cohort, or try again between its enroll_from and enroll_until.';
    end if;
end;
$$;

comment on function learn.assert_cohort_open(uuid, uuid) is
'Refuses cohorts that nobody can enrol in now.

Args: p_course_id: the course; p_cohort_id: its cohort; null: nothing to refuse.
Returns: nothing.
Raises: PT404 cohort.not_found, PT409 cohort.closed.
Caller: functions of this package.';

revoke all on function learn.assert_cohort_open(uuid, uuid) from public;
