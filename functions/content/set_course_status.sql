create or replace function content.set_course_status(p_course_id uuid, p_status text) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course content.courses;
begin
    perform content.assert_may_edit_course(
        p_course_id, case when p_status = 'archived' then 'lesson.publish' end
    );
    select * into strict v_course
    from content.courses as c
    where c.id = p_course_id
    for no key update;
    if v_course.status = p_status then
        return p_status;
    end if;
    if
        (
            (v_course.status = 'draft' and p_status = 'under_review')
            or (v_course.status = 'under_review' and p_status = 'draft')
            or (
                v_course.status = 'archived' and p_status = 'draft'
                and v_course.published_at is null
            )
            or p_status = 'archived'
        ) is not true
    then
        raise sqlstate 'PT409' using
            message = format('a course cannot change from %s to %L', v_course.status, p_status),
            detail = 'course.status_invalid',
            hint = 'Call publish_course to publish a course; archive one that was published '
            'before.';
    end if;
    update content.courses as c
    set status = p_status, archived_at = case p_status when 'archived' then now() end
    where c.id = p_course_id;
    return p_status;
end;
$$;

comment on function content.set_course_status(uuid, text) is
'Sends a draft to review, takes it back, or archives a course. An archived course leaves the
catalogue; its learners can continue. content.publish_course() publishes.

Definer, because a course''s status is not written directly.

Args: p_course_id: the course; p_status: draft, under_review or archived.
Returns: the status.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT403 course.permission_denied, PT409
course.status_invalid.
Caller: those who teach the course, for archiving only with lesson.publish; service.';

revoke all on function content.set_course_status(uuid, text) from public;
grant execute on function content.set_course_status(uuid, text) to staff, service_role;
