create or replace function api.record_proctoring_event(
    attempt_id uuid,
    violation_type text,
    details jsonb default '{}',
    file_id uuid default null
) returns void
language sql
set search_path = pg_catalog, pg_temp
return learn.record_proctoring_event(attempt_id, violation_type, details, file_id);

comment on function api.record_proctoring_event(uuid, text, jsonb, uuid) is
'Reports what the learner''s browser noticed during a proctored attempt.

Reports are only hints: the person who controls the browser can suppress them.

Args: attempt_id: the caller''s open attempt; violation_type: phone_detected, multiple_faces,
no_face, looking_away, audio_detected, tab_switch, copy_paste or other; details: an object;
file_id: a screenshot.
Returns: nothing.
Raises: PT404 proctoring.not_open, PT400 proctoring.request_invalid.
Caller: anyone with a login, for themselves.';

revoke all on function api.record_proctoring_event(uuid, text, jsonb, uuid) from public;
grant execute on function api.record_proctoring_event(uuid, text, jsonb, uuid)
to authenticated, staff;
