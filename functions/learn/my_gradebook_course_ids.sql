-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every policy of staff calls this.
create or replace function learn.my_gradebook_course_ids() returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select ci.course_id
    from content.course_instructors as ci
    where ci.user_id = auth.uid()
    union
    select s.scope_id
    from rbac.scope_ids('course', 'gradebook.read') as s (scope_id)
    union
    select s.scope_id
    from rbac.scope_ids('course', 'gradebook.grade') as s (scope_id);
end;
$$;

comment on function learn.my_gradebook_course_ids() is
'The courses whose learners'' work the caller may see: those they teach, and those in which a role
gives them gradebook.read or gradebook.grade. For policies: course_id = any(array(select
learn.my_gradebook_course_ids())).

Definer, because callers may not see who teaches a course that was not published.

Returns: ids.
Caller: staff, for themselves.';

revoke all on function learn.my_gradebook_course_ids() from public;
grant execute on function learn.my_gradebook_course_ids() to staff, service_role;
