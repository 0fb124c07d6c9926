create or replace function learn.save_answers(
    p_attempt_id uuid,
    p_answers jsonb
) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts := learn.lock_attempt(p_attempt_id, auth.uid());
begin
    perform learn.assert_may_study(auth.uid(), v_attempt.course_id);
    perform learn.assert_answers(
        (select v.items from learn.assessment_versions as v where v.id = v_attempt.version_id),
        p_answers
    );
    if v_attempt.status <> 'open' or learn.is_overdue(v_attempt) then
        raise sqlstate 'PT409' using
            message = 'this attempt has ended',
            detail = 'attempt.closed',
            hint = 'Show its result, or start another attempt.';
    end if;
    update learn.user_assessment_attempts as t
    set answers = t.answers || p_answers
    where t.id = p_attempt_id;
    return now();
end;
$$;

comment on function learn.save_answers(uuid, jsonb) is
'Saves answers of an open attempt, so that they count even if it is never handed in.

Definer, because nobody writes attempts directly.

Args: p_attempt_id: the caller''s attempt; p_answers: {item id: answer}, those that changed.
single_choice: an option''s id; multiple_select: a list of them; true_false: true or false;
short_answer, long_answer and code: a text; fill_blank: a list of texts; null: none.
Returns: the time of saving.
Raises: PT404 attempt.not_found, as learn.assert_may_study() for the course, PT400
attempt.answers_invalid, PT409 attempt.closed.
Caller: anyone with a login, for themselves.';

revoke all on function learn.save_answers(uuid, jsonb) from public;
grant execute on function learn.save_answers(uuid, jsonb) to authenticated, staff;
