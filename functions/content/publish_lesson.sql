create or replace function content.publish_lesson(
    p_lesson_id uuid,
    p_is_published boolean default true
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (select l.course_id from content.lessons as l where l.id = p_lesson_id);
    v_course_status text;
begin
    if v_course_id is null then
        raise sqlstate 'PT404' using
            message = format('no lesson has the id %L, or you may not see it', p_lesson_id),
            detail = 'lesson.not_found',
            hint = 'Send an id from the view lessons.';
    end if;
    perform content.assert_may_edit_course(v_course_id, 'lesson.publish');
    select c.status into strict v_course_status
    from content.courses as c
    where c.id = v_course_id
    for no key update;
    if
        p_is_published
        and not exists (select from content.lesson_bodies as b where b.lesson_id = p_lesson_id)
    then
        raise sqlstate 'PT409' using
            message = 'the lesson has no body',
            detail = 'lesson.body_missing',
            hint = 'Write its body in lesson_bodies first.';
    end if;
    update content.lessons as l
    set is_published = p_is_published
    where l.id = p_lesson_id and l.course_id = v_course_id and l.is_published <> p_is_published;
    if not found or v_course_status <> 'published' then
        return null;
    end if;
    return content.freeze_course(v_course_id, null);
end;
$$;

comment on function content.publish_lesson(uuid, boolean) is
'Publishes or unpublishes a lesson. In a published course this makes a new version of the course; in
any other the change waits until the course is published.

Definer, because nobody writes versions directly.

Args: p_lesson_id: the lesson; p_is_published: false unpublishes it.
Returns: the number of the course''s new version; null if none was made.
Raises: PT404 lesson.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied, PT409 lesson.body_missing, PT409 course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function content.publish_lesson(uuid, boolean) from public;
grant execute on function content.publish_lesson(uuid, boolean) to staff, service_role;
