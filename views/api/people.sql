create or replace view api.people with (security_invoker = true) as
select
    p.id,
    p.username,
    p.username_key,
    p.display_name,
    p.avatar_url,
    p.bio,
    p.locale,
    p.time_zone,
    p.country,
    p.is_public,
    p.is_listed,
    p.status,
    p.erased_at,
    p.created_at,
    p.updated_at
from public.profiles as p;

comment on view api.people is
'Everyone, for staff with profile.read_any; other staff see themselves and people who want to be '
'seen. Back ends set the status here.';
comment on column api.people.username_key is
'username in lower case: look people up by it.';
comment on column api.people.status is
'active; inactive: closed by its owner; suspended: by a moderator; pending: not confirmed.';
comment on column api.people.is_listed is
'Whether others see the person: public, active and not erased.';
comment on column api.people.erased_at is
'When personal data was removed on request; null: it was not.';

revoke all on api.people from public, anon, authenticated, staff, service_role;
grant select on api.people to staff, service_role;
grant update (
    username, display_name, avatar_url, bio, locale, time_zone, country, is_public, status
) on api.people to service_role;
