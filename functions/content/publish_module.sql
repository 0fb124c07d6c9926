create or replace function content.publish_module(
    p_module_id uuid,
    p_is_published boolean default true
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (select m.course_id from content.modules as m where m.id = p_module_id);
    v_course_status text;
begin
    if v_course_id is null then
        raise sqlstate 'PT404' using
            message = format('no module has the id %L', p_module_id),
            detail = 'module.not_found',
            hint = 'Send an id from the view modules.';
    end if;
    perform content.assert_may_edit_course(v_course_id, 'lesson.publish');
    select c.status into strict v_course_status
    from content.courses as c
    where c.id = v_course_id
    for no key update;
    update content.modules as m
    set is_published = p_is_published
    where m.id = p_module_id and m.is_published <> p_is_published;
    if
        not found
        or v_course_status <> 'published'
        or not exists (
            select from content.lessons as l where l.module_id = p_module_id and l.is_published
        )
    then
        return null;
    end if;
    return content.freeze_course(v_course_id, null);
end;
$$;

comment on function content.publish_module(uuid, boolean) is
'Publishes a module, so that its published lessons are shown, or unpublishes it. In a published
course this makes a new version of the course.

Definer, because nobody writes versions directly.

Args: p_module_id: the module; p_is_published: false unpublishes it.
Returns: the number of the course''s new version; null if none was made.
Raises: PT404 module.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied, PT409 course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function content.publish_module(uuid, boolean) from public;
grant execute on function content.publish_module(uuid, boolean) to staff, service_role;
