create or replace function learn.assert_may_grade(p_course_id uuid, p_user_id uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if
        not util.is_service()
        and not learn.teaches(auth.uid(), p_course_id)
        and not rbac.has_permission_in(auth.uid(), 'gradebook.grade', 'course', p_course_id)
    then
        raise sqlstate 'PT404' using
            message = 'there is no such work, or you may not grade it',
            detail = 'grade.not_found',
            hint = 'Check the id; grading is for those who teach the course or hold '
            'gradebook.grade.';
    end if;
    if p_user_id = auth.uid() then
        raise sqlstate 'PT403' using
            message = 'you cannot grade your own work',
            detail = 'grade.own_work',
            hint = 'Ask another person who may grade in this course.';
    end if;
end;
$$;

comment on function learn.assert_may_grade(uuid, uuid) is
'Refuses callers who may not grade somebody''s work in a course. They get the same error as for work
that does not exist.

Args: p_course_id: the course; null: there is no such work; p_user_id: the learner.
Returns: nothing.
Raises: PT404 grade.not_found, PT403 grade.own_work.
Caller: functions of this package.';

revoke all on function learn.assert_may_grade(uuid, uuid) from public;
