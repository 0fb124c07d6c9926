create or replace view api.xp_sources with (security_invoker = true) as
select
    s.id,
    s.source_type,
    s.action_type,
    s.version,
    s.xp_value,
    s.cooldown_sec,
    s.daily_cap,
    s.valid_from,
    s.valid_to,
    s.metadata,
    s.created_at,
    s.updated_at
from gamification.xp_sources as s;

comment on view api.xp_sources is
'Sources of XP and their worth, in versions: the one valid now counts. Changed by '
'publish_xp_source and end_xp_source.';
comment on column api.xp_sources.cooldown_sec is
'Seconds between two credits of a person; 0: none.';
comment on column api.xp_sources.daily_cap is
'Most XP of the source in one day (UTC); null: no cap.';

revoke all on api.xp_sources from public, anon, authenticated, staff, service_role;
grant select on api.xp_sources to anon, authenticated, staff, service_role;
