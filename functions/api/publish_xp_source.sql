create or replace function api.publish_xp_source(
    source_type text,
    action_type text,
    xp_value integer,
    cooldown_sec integer default 0,
    daily_cap integer default null,
    valid_from timestamptz default null,
    metadata jsonb default '{}'
) returns integer
language sql
set search_path = pg_catalog, pg_temp
return gamification.publish_xp_source(
    source_type, action_type, xp_value, cooldown_sec, daily_cap, valid_from, metadata
);

comment on function api.publish_xp_source(
    text, text, integer, integer, integer, timestamptz, jsonb
) is
'Makes a new version of a source of XP and ends the one before it at the same moment. Credits made
so far stay as they are.

Args: source_type, action_type: its names; xp_value: 1 to 1,000,000; cooldown_sec: seconds between
two credits of a person; daily_cap: most XP a day (UTC), null for no cap; valid_from: the start,
null for now, never in the past; metadata: an object for the app.
Returns: the version.
Raises: PT403 gamification.denied, PT400 xp_source.invalid, PT409 xp_source.later_version.
Caller: staff with gamification.manage; service.';

revoke all on function api.publish_xp_source(
    text, text, integer, integer, integer, timestamptz, jsonb
) from public;
grant execute on function api.publish_xp_source(
    text, text, integer, integer, integer, timestamptz, jsonb
) to staff, service_role;
