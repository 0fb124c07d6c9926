create or replace function learn.add_submission(
    p_assignment learn.assignments,
    p_enrollment learn.enrollments,
    p_key uuid,
    p_content text,
    p_file_ids uuid[]
) returns learn.submissions
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_submission learn.submissions;
    v_days_late integer := learn.days_late(p_assignment, p_enrollment, now());
    v_before integer := (
        select count(*) from learn.submissions as s
        where s.assignment_id = (p_assignment).id and s.user_id = (p_enrollment).user_id
    );
begin
    if v_days_late > 0 and not (p_assignment).is_late_allowed then
        raise sqlstate 'PT409' using
            message = 'this assignment no longer accepts work',
            detail = 'assignment.closed',
            hint = 'Ask those who teach the course for a later date.';
    end if;
    if v_before >= (p_assignment).max_submissions then
        raise sqlstate 'PT409' using
            message = 'you have handed in work for this assignment as often as it allows',
            detail = 'assignment.submissions_used',
            hint = 'Wait for the grade, or ask those who teach the course for another try.';
    end if;
    insert into learn.submissions (
        id, assignment_id, course_id, user_id, submission_no, content, file_ids, days_late,
        penalty_percent, max_points
    ) values (
        p_key, (p_assignment).id, (p_enrollment).course_id, (p_enrollment).user_id, v_before + 1,
        p_content, p_file_ids, v_days_late, learn.late_penalty(p_assignment, v_days_late),
        (p_assignment).points
    )
    returning * into strict v_submission;
    return v_submission;
end;
$$;

comment on function learn.add_submission(learn.assignments, learn.enrollments, uuid, text, uuid[])
is
'Stores a submission under the present late policy.

Args: p_assignment: the row; p_enrollment: the learner''s, locked by the caller; p_key: its id;
p_content, p_file_ids: the work.
Returns: the submission.
Raises: PT403 access.denied, PT409 assignment.closed, PT409 assignment.submissions_used.
Caller: functions of this package.';

revoke all on function learn.add_submission(
    learn.assignments, learn.enrollments, uuid, text, uuid[]
) from public;
