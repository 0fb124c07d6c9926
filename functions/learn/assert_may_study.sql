create or replace function learn.assert_may_study(
    p_user_id uuid,
    p_course_id uuid,
    p_lesson_id uuid default null
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
    v_starts_at timestamptz;
begin
    perform rbac.assert_active(p_user_id);
    select * into v_enrollment
    from learn.enrollments as e
    where
        e.user_id = p_user_id
        and e.course_id = p_course_id
        and e.status in ('active', 'completed')
        and (e.expires_at is null or e.expires_at > now());
    if not found then
        raise sqlstate 'PT409' using
            message = 'you are not enrolled in this course',
            detail = 'enrollment.required',
            hint = 'Call enroll first; an enrolment that was dropped or expired can be made again.';
    end if;
    select g.starts_at into v_starts_at
    from learn.cohorts as g
    where g.id = v_enrollment.cohort_id and g.starts_at > now();
    if found then
        raise sqlstate 'PT409' using
            message = 'your cohort has not begun yet',
            detail = 'cohort.not_started',
            hint = format('It begins at %s.', util.utc_text(v_starts_at));
    end if;
    if
        p_lesson_id is not null
        and not exists (
            select from content.content_version_lessons as vl
            where vl.version_id = v_enrollment.version_id and vl.lesson_id = p_lesson_id
        )
    then
        raise sqlstate 'PT404' using
            message = format(
                'the version of the course that you take has no lesson with the id %L', p_lesson_id
            ),
            detail = 'lesson.not_found',
            hint = 'Call adopt_course_version to take up the newest version, or check the id.';
    end if;
    if not (
        access.person_can_read_course(p_user_id, p_course_id)
        or access.person_can_read_lesson(p_user_id, p_lesson_id)
    ) then
        raise sqlstate 'PT403' using
            message = 'this course is not open to you, or this lesson of it is not',
            detail = 'access.denied',
            hint = 'Call explain_access with the course to see what opens it.';
    end if;
    if
        p_lesson_id is not null
        and not exists (
            select from learn.user_progress as up
            where
                up.user_id = p_user_id
                and up.lesson_id = p_lesson_id
                and up.status = 'completed'
        )
    then
        perform learn.assert_prerequisites(
            p_user_id, p_course_id, p_lesson_id, v_enrollment.version_id
        );
    end if;
end;
$$;

comment on function learn.assert_may_study(uuid, uuid, uuid) is
'Refuses people who may not study a course, or a lesson of it, now. Reading a lesson,
reports and completion, attempts, submissions and meetings all ask here. The sets that policies use
agree with it: learn.my_studied_course_ids() and learn.my_lesson_ids().

A completed lesson stays open, whatever it requires later.

Args: p_user_id: the person; p_course_id: the course; p_lesson_id: its lesson; null: what the
course as a whole has.
Returns: nothing.
Raises, the first that applies: PT403 user.not_active, PT409 enrollment.required, PT409
cohort.not_started, PT404 lesson.not_found, PT403 access.denied, PT409 prerequisite.unmet.
Caller: functions of this package.';

revoke all on function learn.assert_may_study(uuid, uuid, uuid) from public;
