create or replace function learn.assert_may_read(p_user_id uuid, p_course_id uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if not access.person_can_read_course(p_user_id, p_course_id) then
        raise sqlstate 'PT403' using
            message = 'this course is not open to you',
            detail = 'access.denied',
            hint = 'Call explain_access to see what opens the course.';
    end if;
end;
$$;

comment on function learn.assert_may_read(uuid, uuid) is
'Refuses learners who no longer have access to their course.

Args: p_user_id: the person; p_course_id: the course.
Returns: nothing.
Raises: PT403 access.denied.
Caller: functions of this package.';

revoke all on function learn.assert_may_read(uuid, uuid) from public;
