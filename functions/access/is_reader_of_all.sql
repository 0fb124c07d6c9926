create or replace function access.is_reader_of_all(p_course_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return util.is_service()
    or learn.teaches(auth.uid(), p_course_id)
    or rbac.has_permission(auth.uid(), 'course.read_any');
end;
$$;

comment on function access.is_reader_of_all(uuid) is
'Whether the caller reads a course as its teacher, as staff or as a back end, not as a learner.

Args: p_course_id: the course, null for none.
Returns: true or false.
Caller: functions of this package.';

revoke all on function access.is_reader_of_all(uuid) from public;
