create or replace function api.leave_live_session(session_id uuid) returns integer
language sql
set search_path = pg_catalog, pg_temp
return learn.leave_live_session(session_id);

comment on function api.leave_live_session(uuid) is
'Leaves a meeting.

Args: session_id: the meeting.
Returns: the seconds for which the caller took part.
Raises: PT404 live_session.not_found.
Caller: anyone with a login, for themselves.';

revoke all on function api.leave_live_session(uuid) from public;
grant execute on function api.leave_live_session(uuid) to authenticated, staff;
