create or replace function api.end_xp_source(source_type text, action_type text) returns integer
language sql
set search_path = pg_catalog, pg_temp
return gamification.end_xp_source(source_type, action_type);

comment on function api.end_xp_source(text, text) is
'Ends a source of XP now, including versions that have not begun.

Args: source_type, action_type: its names.
Returns: how many versions ended; 0 if the source had ended or never existed.
Raises: PT403 gamification.denied.
Caller: staff with gamification.manage; service.';

revoke all on function api.end_xp_source(text, text) from public;
grant execute on function api.end_xp_source(text, text)
to staff, service_role;
