create or replace function learn.review_attempt(p_attempt_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts;
    v_result learn.attempt_results;
    v_shows_answers boolean;
begin
    select * into v_attempt
    from learn.user_assessment_attempts as t
    where t.id = p_attempt_id and t.user_id = auth.uid();
    if not found then
        raise sqlstate 'PT404' using
            message = format('no attempt has the id %L, or it is not yours', p_attempt_id),
            detail = 'attempt.not_found',
            hint = 'Send the attempt_id that start_attempt returned.';
    end if;
    select * into v_result
    from learn.attempt_results as r
    where r.attempt_id = p_attempt_id and r.shown_at <= now();
    if not found then
        raise sqlstate 'PT409' using
            message = 'the result of this attempt is not shown yet',
            detail = 'attempt.result_hidden',
            hint = 'Wait until the attempt is graded and the assessment shows its results.';
    end if;
    select a.review_shows = 'answers' into strict v_shows_answers
    from learn.assessments as a
    where a.id = v_attempt.assessment_id;
    return jsonb_build_object(
        'attempt_id', p_attempt_id,
        'attempt_no', v_attempt.attempt_no,
        'submitted_at', v_attempt.submitted_at,
        'was_late', v_attempt.was_late,
        'score', v_result.score,
        'max_score', v_result.max_score,
        'is_passed', v_result.is_passed,
        'feedback', v_result.feedback
    ) || case
        when v_shows_answers then jsonb_build_object(
            'items', (
                select jsonb_agg(
                    i.item || jsonb_build_object(
                        'answer', v_attempt.answers -> (i.item ->> 'id'),
                        'earned', v_result.item_points -> (i.item ->> 'id'),
                        'feedback', v_result.item_feedback -> (i.item ->> 'id')
                    )
                    order by i.position
                )
                from jsonb_array_elements(learn.shown_items(v_attempt))
                with ordinality as i (item, position)
            )
        )
        else '{}'
    end;
end;
$$;

comment on function learn.review_attempt(uuid) is
'The result of one of the caller''s attempts, once it is shown. Right answers are never shown.

Definer, because nobody reads questions directly.

Args: p_attempt_id: the attempt.
Returns: {attempt_id, attempt_no, submitted_at, was_late, score, max_score, is_passed, feedback}
and, where the assessment shows answers, items: as learn.start_attempt() with answer, earned and
feedback.
Raises: PT404 attempt.not_found, PT409 attempt.result_hidden.
Caller: anyone with a login, for themselves.';

revoke all on function learn.review_attempt(uuid) from public;
grant execute on function learn.review_attempt(uuid) to authenticated, staff;
