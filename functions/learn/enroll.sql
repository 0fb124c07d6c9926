create or replace function learn.enroll(
    p_course_id uuid,
    p_key text,
    p_cohort_id uuid default null
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_answer jsonb;
    v_source text;
begin
    v_answer := util.claim_idempotency_key(
        auth.uid(),
        'learn.enroll',
        p_key,
        jsonb_build_object('course_id', p_course_id, 'cohort_id', p_cohort_id)
    );
    if v_answer is not null then
        return v_answer;
    end if;
    perform rbac.assert_active(auth.uid());
    if not exists (select from content.courses as c where c.id = p_course_id and c.is_visible) then
        raise sqlstate 'PT404' using
            message = format('no course has the id %L, or you may not see it', p_course_id),
            detail = 'course.not_found',
            hint = 'Send an id from the view courses.';
    end if;
    if not exists (select from content.courses as c where c.id = p_course_id and c.is_published)
    then
        raise sqlstate 'PT409' using
            message = 'this course is archived and takes no new learners',
            detail = 'course.archived',
            hint = 'Choose another course.';
    end if;
    v_source := learn.enrollment_source(auth.uid(), p_course_id);
    if v_source is null then
        raise sqlstate 'PT403' using
            message = 'this course is not open to you',
            detail = 'access.denied',
            hint = 'Call explain_access to see what opens the course.';
    end if;
    perform learn.assert_cohort_open(p_course_id, p_cohort_id);
    perform learn.assert_prerequisites(auth.uid(), p_course_id);
    return util.store_idempotent_response(
        auth.uid(),
        'learn.enroll',
        p_key,
        learn.take_seat(auth.uid(), p_course_id, p_cohort_id, v_source)
    );
end;
$$;

comment on function learn.enroll(uuid, text, uuid) is
'Enrols the caller in the newest publication of a course. If no seat is free, they join the
waitlist; seats go in the order of arrival.

Definer, because nobody writes enrolments directly.

Args: p_course_id: the course; p_key: idempotency key; p_cohort_id: one of the course''s cohorts,
null for none. Being enrolled already is not an error.
Returns: {status: active or completed, enrollment_id, course_id, cohort_id, version_id, source,
expires_at}, or {status: waiting, course_id, cohort_id, position}.
Raises: PT400 idempotency.key_required, PT409 idempotency.key_reused, PT403 user.not_active, PT404
course.not_found, PT409 course.archived, PT403 access.denied, PT404 cohort.not_found, PT409
cohort.closed, PT409 prerequisite.unmet, PT409 enrollment.exists.
Caller: anyone with a login, for themselves.';

revoke all on function learn.enroll(uuid, text, uuid) from public;
grant execute on function learn.enroll(uuid, text, uuid) to authenticated, staff;
