create or replace function api.join_live_session(session_id uuid) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.join_live_session(session_id);

comment on function api.join_live_session(uuid) is
'Returns where a meeting is held. A caller who joins while it is live takes part; after its end they
get the recording.

The person and meeting are the key: after a repeated call they still take part.

Args: session_id: the meeting.
Returns: {session_id, status, role: host or learner, join_url, recording_url}.
Raises: PT404 live_session.not_found, PT403 user.not_active, PT409 enrollment.required, PT409
cohort.not_started, PT403 access.denied, PT409 live_session.not_open, PT409 live_session.full.
Caller: anyone with a login, for themselves.';

revoke all on function api.join_live_session(uuid) from public;
grant execute on function api.join_live_session(uuid) to authenticated, staff;
