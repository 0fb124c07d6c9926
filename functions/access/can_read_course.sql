create or replace function access.can_read_course(p_course_id uuid) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return access.person_can_read_course(auth.uid(), p_course_id)
    or (
        (rbac.has_permission(auth.uid(), 'course.read_any') or util.is_service())
        and exists (select from content.courses as x where x.id = p_course_id)
    );
end;
$$;

comment on function access.can_read_course(uuid) is
'Whether the caller may read the lessons of a course.

Definer, because callers may not read the rules of drafts or other people''s entitlements.

Args: p_course_id: the course.
Returns: true or false; false for a course that does not exist.
Caller: anyone, for themselves.';

revoke all on function access.can_read_course(uuid) from public;
grant execute on function access.can_read_course(uuid) to anon, authenticated, staff, service_role;
