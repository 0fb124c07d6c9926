create or replace function learn.teaches(p_user_id uuid, p_course_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select
        from content.course_instructors as ci
        inner join rbac.active_people as ap on ci.user_id = ap.user_id
        where ci.course_id = p_course_id and ci.user_id = p_user_id
    );
end;
$$;

comment on function learn.teaches(uuid, uuid) is
'Whether somebody teaches a course, and can act.

Args: p_user_id: the person; p_course_id: the course.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.teaches(uuid, uuid) from public;
