create or replace function learn.has_part(
    p_user_id uuid,
    p_course_id uuid,
    p_lesson_id uuid
) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from learn.enrollments as e
        where
            e.user_id = p_user_id
            and e.course_id = p_course_id
            and (
                p_lesson_id is null
                or exists (
                    select from content.content_version_lessons as vl
                    where vl.version_id = e.version_id and vl.lesson_id = p_lesson_id
                )
            )
    );
end;
$$;

comment on function learn.has_part(uuid, uuid, uuid) is
'Whether something of a course, or of a lesson, exists for somebody: it is in the publication that
they enrolled in, then or now. Whether they may study it is learn.assert_may_study()''s to say.

Args: p_user_id: the person; p_course_id: the course; p_lesson_id: its lesson, null for none.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.has_part(uuid, uuid, uuid) from public;
