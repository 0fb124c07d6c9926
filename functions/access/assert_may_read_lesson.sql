create or replace function access.assert_may_read_lesson(
    p_course_id uuid,
    p_lesson_id uuid,
    p_version_id uuid
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if auth.uid() is not null then
        perform rbac.assert_active(auth.uid());
    end if;
    if not access.person_can_read_lesson(auth.uid(), p_lesson_id) then
        if exists (select from content.lessons as l where l.id = p_lesson_id and l.is_visible) then
            raise sqlstate 'PT403' using
                message = 'this lesson is not open to you',
                detail = 'access.denied',
                hint = 'Call explain_access with the course of the lesson to see what opens it.';
        end if;
        raise sqlstate 'PT404' using
            message = format('no lesson has the id %L, or you may not see it', p_lesson_id),
            detail = 'lesson.not_found',
            hint = 'Send an id from the view lessons.';
    end if;
    perform learn.assert_prerequisites(auth.uid(), p_course_id, p_lesson_id, p_version_id);
end;
$$;

comment on function access.assert_may_read_lesson(uuid, uuid, uuid) is
'Refuses callers who take no course with a lesson and may not read it. What a lesson requires binds
them as it binds learners.

Args: p_course_id: the course of the lesson, null for none; p_lesson_id: the lesson; p_version_id:
the newest publication of the course.
Returns: nothing.
Raises: PT403 user.not_active, PT403 access.denied, PT404 lesson.not_found, PT409
prerequisite.unmet.
Caller: functions of this package.';

revoke all on function access.assert_may_read_lesson(uuid, uuid, uuid) from public;
