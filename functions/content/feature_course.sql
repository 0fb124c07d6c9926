create or replace function content.feature_course(p_course_id uuid, p_is_featured boolean)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not (util.is_service() or rbac.has_permission(auth.uid(), 'category.manage')) then
        raise sqlstate 'PT403' using
            message = 'the permission category.manage is required',
            detail = 'course.permission_denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    update content.courses as c
    set is_featured = p_is_featured
    where c.id = p_course_id and c.is_visible;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no course has the id %L, or you may not see it', p_course_id),
            detail = 'course.not_found',
            hint = 'Send an id from the view courses.';
    end if;
    return p_is_featured;
end;
$$;

comment on function content.feature_course(uuid, boolean) is
'Features a published course in the catalogue, or stops featuring it.

Definer, because those who keep the catalogue need not be able to edit courses.

Args: p_course_id: the course; p_is_featured: whether to feature it.
Returns: the new value.
Raises: PT403 course.permission_denied, PT404 course.not_found.
Caller: staff with category.manage; service.';

revoke all on function content.feature_course(uuid, boolean) from public;
grant execute on function content.feature_course(uuid, boolean) to staff, service_role;
