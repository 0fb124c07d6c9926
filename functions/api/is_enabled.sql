create or replace function api.is_enabled(flag text) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
return util.is_enabled(flag);

comment on function api.is_enabled(text) is
'Whether a feature is on for you.

Args: flag: the flag''s key.
Returns: false for an unknown flag; for anonymous callers only a flag at 100 percent is on.
Caller: anyone, for themselves.';

revoke all on function api.is_enabled(text) from public;
grant execute on function api.is_enabled(text) to anon, authenticated, staff, service_role;
