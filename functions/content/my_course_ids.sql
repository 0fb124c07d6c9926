-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every staff policy calls this.
create or replace function content.my_course_ids(p_as_lead boolean default false)
returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select ci.course_id
    from content.course_instructors as ci
    where ci.user_id = auth.uid() and (ci.is_lead or not p_as_lead)
    union
    select s.scope_id
    from rbac.scope_ids('course', 'course.edit') as s (scope_id);
end;
$$;

comment on function content.my_course_ids(boolean) is
'The courses that the caller teaches, or may edit by a role in that course, for policies:
course_id = any(array(select content.my_course_ids())).

Definer, because callers may not see who teaches a course that was not published.

Args: p_as_lead: only courses in which the caller may choose who else teaches.
Returns: ids; holding course.edit everywhere adds none.
Caller: staff, for themselves.';

revoke all on function content.my_course_ids(boolean) from public;
grant execute on function content.my_course_ids(boolean) to staff, service_role;
