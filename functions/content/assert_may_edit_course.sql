create or replace function content.assert_may_edit_course(
    p_course_id uuid,
    p_permission text default null
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_may_edit boolean := util.is_service()
    or exists (select from content.my_course_ids() as m (id) where m.id = p_course_id)
    or rbac.has_permission(auth.uid(), 'course.edit');
begin
    -- Callers who may not see the course do not learn whether it exists.
    if not exists (
        select
        from content.courses as c
        where
            c.id = p_course_id
            and (v_may_edit or c.is_visible or rbac.has_permission(auth.uid(), 'course.read_any'))
    ) then
        raise sqlstate 'PT404' using
            message = format('no course has the id %L, or you may not see it', p_course_id),
            detail = 'course.not_found',
            hint = 'Send an id from the view courses.';
    end if;
    if not v_may_edit then
        raise sqlstate 'PT403' using
            message = 'you do not teach this course',
            detail = 'course.edit_denied',
            hint = 'Ask someone who leads the course to add you to those who teach it.';
    end if;
    if
        p_permission is not null
        and not util.is_service()
        and not rbac.has_permission_in(auth.uid(), p_permission, 'course', p_course_id)
    then
        raise sqlstate 'PT403' using
            message = format('the permission %s is required', p_permission),
            detail = 'course.permission_denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
end;
$$;

comment on function content.assert_may_edit_course(uuid, text) is
'Refuses callers who do not teach a course and may not edit it by a role.

Args: p_course_id: the course; p_permission: a permission that they need too, everywhere or in this
course; null: none.
Returns: nothing.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT403 course.permission_denied.
Caller: functions of this package.';

revoke all on function content.assert_may_edit_course(uuid, text) from public;
