create or replace function api.submit_assignment(
    assignment_id uuid,
    key uuid,
    content text default null,
    file_ids uuid[] default '{}'
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.submit_assignment(assignment_id, key, content, file_ids);

comment on function api.submit_assignment(uuid, uuid, text, uuid[]) is
'Hands in work for an assignment.

Args: assignment_id: the assignment; key: a new uuid, sent again when the request is repeated;
content: a text; file_ids: files; at least one of the two.
Returns: {submission_id, which is the key, submission_no, submitted_at, days_late,
penalty_percent}.
Raises: PT404 assignment.not_found, PT400 assignment.request_invalid, PT403 user.not_active, PT409
enrollment.required, PT409 cohort.not_started, PT404 lesson.not_found, PT403 access.denied, PT409
prerequisite.unmet, PT409 assignment.closed, PT409 assignment.submissions_used, PT409
idempotency.key_reused.
Caller: anyone with a login, for themselves.';

revoke all on function api.submit_assignment(uuid, uuid, text, uuid[]) from public;
grant execute on function api.submit_assignment(uuid, uuid, text, uuid[]) to authenticated, staff;
