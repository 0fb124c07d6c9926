create or replace function learn.submit_assignment(
    p_assignment_id uuid,
    p_key uuid,
    p_content text default null,
    p_file_ids uuid[] default '{}'
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_assignment learn.assignments;
    v_enrollment learn.enrollments;
    v_submission learn.submissions;
begin
    select * into v_assignment
    from learn.assignments as a
    where
        a.id = p_assignment_id
        and a.is_published
        and learn.has_part(auth.uid(), a.course_id, a.lesson_id);
    if not found then
        raise sqlstate 'PT404' using
            message = format(
                'no assignment in the courses you take has the id %L', p_assignment_id
            ),
            detail = 'assignment.not_found',
            hint = 'Enrol in its course first, or check the id.';
    end if;
    if
        p_key is null
        or p_file_ids is null
        or cardinality(p_file_ids) > 20
        or array_position(p_file_ids, null) is not null
        or length(p_content) > 200000
        or (coalesce(p_content, '') !~ '[^[:space:]]' and cardinality(p_file_ids) = 0)
    then
        raise sqlstate 'PT400' using
            message = 'a key and a text or files are required',
            detail = 'assignment.request_invalid',
            hint = 'Send a uuid as key, and a text of up to 200,000 characters, or up to 20 '
            'files, or both.';
    end if;
    v_enrollment := learn.lock_enrollment(
        auth.uid(), v_assignment.course_id, v_assignment.lesson_id
    );
    select * into v_submission from learn.submissions as s where s.id = p_key;
    if not found then
        v_submission := learn.add_submission(
            v_assignment, v_enrollment, p_key, p_content, p_file_ids
        );
    elsif
        (
            v_submission.user_id, v_submission.assignment_id, v_submission.content,
            v_submission.file_ids
        ) is distinct from (auth.uid(), p_assignment_id, p_content, p_file_ids)
    then
        raise sqlstate 'PT409' using
            message = 'the key was used for another submission',
            detail = 'idempotency.key_reused',
            hint = 'Send a new uuid as key.';
    end if;
    return jsonb_build_object(
        'submission_id', v_submission.id,
        'submission_no', v_submission.submission_no,
        'submitted_at', v_submission.submitted_at,
        'days_late', v_submission.days_late,
        'penalty_percent', v_submission.penalty_percent
    );
end;
$$;

comment on function learn.submit_assignment(uuid, uuid, text, uuid[]) is
'Hands in work for an assignment.

Definer, because nobody writes submissions directly.

Args: p_assignment_id: the assignment; p_key: a new uuid, sent again when the request is repeated;
p_content: a text; p_file_ids: files; at least one of the two.
Returns: {submission_id, which is the key, submission_no, submitted_at, days_late,
penalty_percent}.
Raises: PT404 assignment.not_found, PT400 assignment.request_invalid, as learn.assert_may_study(),
PT409 assignment.closed, PT409 assignment.submissions_used, PT409 idempotency.key_reused.
Caller: anyone with a login, for themselves.';

revoke all on function learn.submit_assignment(uuid, uuid, text, uuid[]) from public;
grant execute on function learn.submit_assignment(uuid, uuid, text, uuid[]) to authenticated, staff;
