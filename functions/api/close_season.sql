create or replace function api.close_season(season_key text) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return gamification.close_season(season_key);

comment on function api.close_season(text) is
'Settles a season: folds the last events and writes final ranks and rewards. The season never
changes afterwards.

Args: season_key: the season, which ended at least seasons.grace_minutes ago.
Returns: when it was closed; closing again changes nothing.
Raises: PT403 gamification.denied, PT404 season.not_found, PT409 season.not_ended.
Caller: staff with gamification.manage; service.';

revoke all on function api.close_season(text) from public;
grant execute on function api.close_season(text)
to staff, service_role;
