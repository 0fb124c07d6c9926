create or replace function learn.assert_may_read_gradebook(p_course_id uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if not (
        util.is_service()
        or learn.teaches(auth.uid(), p_course_id)
        or rbac.has_permission(auth.uid(), 'progress.read_any')
        or rbac.has_permission_in(auth.uid(), 'gradebook.read', 'course', p_course_id)
    ) then
        raise sqlstate 'PT404' using
            message = 'there is no such gradebook, or you may not read it',
            detail = 'gradebook.not_found',
            hint = 'Check the id; the gradebook is for those who teach the course or hold '
            'gradebook.read.';
    end if;
end;
$$;

comment on function learn.assert_may_read_gradebook(uuid) is
'Refuses callers who may not see everybody''s results in a course.

Args: p_course_id: the course.
Returns: nothing.
Raises: PT404 gradebook.not_found, the same as for a course that does not exist.
Caller: functions of this package.';

revoke all on function learn.assert_may_read_gradebook(uuid) from public;
