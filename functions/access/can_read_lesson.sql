create or replace function access.can_read_lesson(p_lesson_id uuid) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return access.person_can_read_lesson(auth.uid(), p_lesson_id)
    or (
        (rbac.has_permission(auth.uid(), 'course.read_any') or util.is_service())
        and exists (select from content.lessons as x where x.id = p_lesson_id)
    );
end;
$$;

comment on function access.can_read_lesson(uuid) is
'Whether the caller may read a lesson.

Definer, because callers may not read the rules of drafts or other people''s entitlements.

Args: p_lesson_id: the lesson.
Returns: true or false; false for a lesson that does not exist.
Caller: anyone, for themselves.';

revoke all on function access.can_read_lesson(uuid) from public;
grant execute on function access.can_read_lesson(uuid) to anon, authenticated, staff, service_role;
