create or replace function learn.submit_attempt(
    p_attempt_id uuid,
    p_answers jsonb default '{}'
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts := learn.lock_attempt(p_attempt_id, auth.uid());
    v_is_late boolean := learn.is_overdue(v_attempt);
begin
    if v_attempt.status = 'open' then
        perform learn.assert_may_study(auth.uid(), v_attempt.course_id);
    end if;
    perform learn.assert_answers(
        (select v.items from learn.assessment_versions as v where v.id = v_attempt.version_id),
        p_answers
    );
    if v_attempt.status = 'open' then
        v_attempt := learn.close_attempt(
            v_attempt, case when v_is_late then '{}' else p_answers end, v_is_late
        );
    -- The same answers again change nothing; answers after the deadline change nothing either.
    elsif not v_attempt.was_late and v_attempt.answers || p_answers <> v_attempt.answers then
        raise sqlstate 'PT409' using
            message = 'this attempt was already handed in with other answers',
            detail = 'attempt.closed',
            hint = 'Show its result; answers cannot change after an attempt is handed in.';
    end if;
    return jsonb_build_object(
        'attempt_id', v_attempt.id,
        'status', v_attempt.status,
        'submitted_at', v_attempt.submitted_at,
        'was_late', v_attempt.was_late,
        'result', (
            select jsonb_build_object(
                'score', r.score, 'max_score', r.max_score, 'is_passed', r.is_passed
            )
            from learn.attempt_results as r
            -- By the clock: a call that waited for another one began before the result existed.
            where r.attempt_id = v_attempt.id and r.shown_at <= clock_timestamp()
        )
    );
end;
$$;

comment on function learn.submit_attempt(uuid, jsonb) is
'Hands in an attempt. Items that no person must grade are graded at once. A pass earns XP and, if
nothing else is missing, completes the course. Answers sent after the deadline are ignored: the
saved ones count.

Definer, because nobody writes attempts and results directly. The attempt is the key: handing it in
again with the same answers changes nothing.

Args: p_attempt_id: the caller''s attempt; p_answers: as learn.save_answers() takes them, those
that were not saved yet.
Returns: {attempt_id, status: graded, or submitted where a person grades, submitted_at, was_late,
result: {score, max_score, is_passed}, or null while it is not shown}.
Raises: PT404 attempt.not_found, as learn.assert_may_study() for the course, PT400
attempt.answers_invalid, PT409 attempt.closed.
Caller: anyone with a login, for themselves.';

revoke all on function learn.submit_attempt(uuid, jsonb) from public;
grant execute on function learn.submit_attempt(uuid, jsonb) to authenticated, staff;
