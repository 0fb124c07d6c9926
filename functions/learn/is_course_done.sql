create or replace function learn.is_course_done(p_enrollment learn.enrollments) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return not exists (
        select
        from content.content_version_lessons as vl
        left join learn.user_progress as up
            on
                vl.lesson_id = up.lesson_id
                and up.user_id = (p_enrollment).user_id
                and up.status = 'completed'
        where vl.version_id = (p_enrollment).version_id and up.user_id is null
    ) and not exists (
        select from learn.required_assessments as r
        where
            r.version_id = (p_enrollment).version_id
            and not learn.has_passed((p_enrollment).user_id, r.assessment_id)
    ) and not exists (
        select from learn.required_assignments as r
        where
            r.version_id = (p_enrollment).version_id
            and not learn.has_passed_assignment((p_enrollment).user_id, r.assignment_id)
    );
end;
$$;

comment on function learn.is_course_done(learn.enrollments) is
'Whether a learner has done everything that the publication they read requires.

Args: p_enrollment: the row.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.is_course_done(learn.enrollments) from public;
