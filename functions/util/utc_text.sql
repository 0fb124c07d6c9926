create or replace function util.utc_text(p_time timestamptz) returns text
language sql stable
set search_path = pg_catalog, pg_temp
return to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');

comment on function util.utc_text(timestamptz) is
'A time as errors tell it, the same whatever zone a session has: 2026-12-01T08:00:00Z.

Args: p_time: the time.
Returns: the text, in UTC and to the second.
Caller: functions of this package.';

revoke all on function util.utc_text(timestamptz) from public;
