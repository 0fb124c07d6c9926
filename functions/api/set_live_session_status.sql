create or replace function api.set_live_session_status(session_id uuid, status text) returns void
language sql
set search_path = pg_catalog, pg_temp
return learn.set_live_session_status(session_id, status);

comment on function api.set_live_session_status(uuid, text) is
'Begins, ends or cancels a meeting. When it ends, people who took part long enough get XP.

Args: session_id: the meeting; status: live, ended or cancelled.
Returns: nothing.
Raises: PT404 live_session.not_found, PT404 course.not_found, PT403 course.edit_denied, PT409
live_session.status_invalid.
Caller: those who teach the course, staff with course.edit; service.';

revoke all on function api.set_live_session_status(uuid, text) from public;
grant execute on function api.set_live_session_status(uuid, text) to staff, service_role;
