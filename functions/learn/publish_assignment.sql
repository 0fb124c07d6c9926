create or replace function learn.publish_assignment(
    p_assignment_id uuid,
    p_is_published boolean default true
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (
        select a.course_id from learn.assignments as a where a.id = p_assignment_id
    );
begin
    if v_course_id is null then
        raise sqlstate 'PT404' using
            message = format('no assignment has the id %L', p_assignment_id),
            detail = 'assignment.not_found',
            hint = 'Send an id from the view assignments.';
    end if;
    perform content.assert_may_edit_course(v_course_id, 'lesson.publish');
    update learn.assignments
    set
        is_published = p_is_published is true,
        published_at = coalesce(published_at, case when p_is_published then now() end)
    where id = p_assignment_id;
end;
$$;

comment on function learn.publish_assignment(uuid, boolean) is
'Publishes or unpublishes an assignment.

Definer, because nobody writes the publication flag directly.

Args: p_assignment_id: the assignment; p_is_published: false unpublishes it.
Returns: nothing.
Raises: PT404 assignment.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function learn.publish_assignment(uuid, boolean) from public;
grant execute on function learn.publish_assignment(uuid, boolean) to staff, service_role;
