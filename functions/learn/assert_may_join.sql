create or replace function learn.assert_may_join(
    p_session learn.live_sessions,
    p_user_id uuid
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments := learn.lock_enrollment(p_user_id, (p_session).course_id);
begin
    if
        (p_session).cohort_id is distinct from v_enrollment.cohort_id
        and (p_session).cohort_id is not null
    then
        raise sqlstate 'PT403' using
            message = 'this meeting is for another cohort',
            detail = 'access.denied',
            hint = 'Join a meeting of your own cohort.';
    end if;
    if
        (p_session).status = 'scheduled'
        and (p_session).scheduled_at
        > now() + make_interval(secs => util.setting('learn', 'live.join_early_sec'))
    then
        raise sqlstate 'PT409' using
            message = 'this meeting is not open yet',
            detail = 'live_session.not_open',
            hint = 'Join it shortly before its scheduled_at.';
    end if;
    if
        (p_session).status = 'live'
        and (p_session).max_participants <= (
            select count(*) from learn.live_session_participants as p
            where
                p.session_id = (p_session).id
                and p.role = 'learner'
                and p.left_at is null
                and p.user_id <> p_user_id
        )
    then
        raise sqlstate 'PT409' using
            message = 'this meeting is full',
            detail = 'live_session.full',
            hint = 'Try again when somebody has left, or watch the recording later.';
    end if;
end;
$$;

comment on function learn.assert_may_join(learn.live_sessions, uuid) is
'Refuses learners who may not join a meeting, or not now.

Args: p_session: the row, locked by the caller; p_user_id: the learner.
Returns: nothing.
Raises: as learn.assert_may_study() for the course, PT403 access.denied, PT409
live_session.not_open, PT409 live_session.full.
Caller: functions of this package.';

revoke all on function learn.assert_may_join(learn.live_sessions, uuid) from public;
