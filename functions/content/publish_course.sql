create or replace function content.publish_course(p_course_id uuid, p_note text default null)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform content.assert_may_edit_course(p_course_id, 'lesson.publish');
    perform from content.courses as c where c.id = p_course_id for no key update;
    return content.freeze_course(p_course_id, p_note);
end;
$$;

comment on function content.publish_course(uuid, text) is
'Publishes a course or its changes: the lessons that are published now are frozen as a new version.
People who enrolled before keep their version. Publishing an archived course lists it again.

Definer, because nobody writes versions directly.

Args: p_course_id: the course; p_note: a release note for learners, up to 2,000 characters.
Returns: the new version''s number, from 1.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT403 course.permission_denied, PT409
course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function content.publish_course(uuid, text) from public;
grant execute on function content.publish_course(uuid, text) to staff, service_role;
