create or replace function access.person_can_read_lesson(
    p_user_id uuid,
    p_lesson_id uuid
) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (select l.course_id from content.lessons as l where l.id = p_lesson_id);
begin
    return access.is_open_lesson(p_lesson_id)
    or exists (
        select
        from access.effective_access as ea
        where
            ea.user_id = p_user_id and ea.course_id = v_course_id and ea.lesson_id = p_lesson_id
    )
    or access.person_can_read_course(p_user_id, v_course_id);
end;
$$;

comment on function access.person_can_read_lesson(uuid, uuid) is
'Whether someone may read a lesson: as a preview, by an override, or with its course.

Args: p_user_id: the person; null: someone without a login; p_lesson_id: the lesson.
Returns: true or false; false for a lesson that does not exist.
Caller: functions of this package.';

revoke all on function access.person_can_read_lesson(uuid, uuid) from public;
