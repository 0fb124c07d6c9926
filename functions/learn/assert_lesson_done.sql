create or replace function learn.assert_lesson_done(
    p_progress learn.user_progress,
    p_version_id uuid
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_percent integer := util.setting('learn', 'lesson.min_watched_percent');
    v_needed integer := (
        select vl.duration_sec * v_percent / 100
        from content.content_version_lessons as vl
        where
            vl.version_id = p_version_id
            and vl.lesson_id = (p_progress).lesson_id
            and vl.lesson_type = 'video'
    );
begin
    if (p_progress).watch_time_sec < v_needed then
        raise sqlstate 'PT409' using
            message = format(
                'only %s of the required %s seconds of this lesson were watched',
                (p_progress).watch_time_sec,
                v_needed
            ),
            detail = 'lesson.not_watched',
            hint = 'Watch more of the lesson; record_progress reports the watched seconds.';
    end if;
    if exists (
        select from learn.required_assessments as r
        where
            r.version_id = p_version_id
            and r.lesson_id = (p_progress).lesson_id
            and not learn.has_passed((p_progress).user_id, r.assessment_id)
    ) then
        raise sqlstate 'PT409' using
            message = 'a required assessment of this lesson is not passed yet',
            detail = 'lesson.assessment_open',
            hint = 'Pass the required assessments of the lesson first.';
    end if;
    if exists (
        select from learn.required_assignments as r
        where
            r.version_id = p_version_id
            and r.lesson_id = (p_progress).lesson_id
            and not learn.has_passed_assignment((p_progress).user_id, r.assignment_id)
    ) then
        raise sqlstate 'PT409' using
            message = 'a required assignment of this lesson is not passed yet',
            detail = 'lesson.assignment_open',
            hint = 'Hand in the required assignments of the lesson and wait for the grade.';
    end if;
end;
$$;

comment on function learn.assert_lesson_done(learn.user_progress, uuid) is
'Refuses to complete a lesson that is not finished.

Args: p_progress: the learner''s row; p_version_id: the publication that they read.
Returns: nothing.
Raises: PT409 lesson.not_watched, PT409 lesson.assessment_open, PT409 lesson.assignment_open.
Caller: functions of this package.';

revoke all on function learn.assert_lesson_done(learn.user_progress, uuid) from public;
