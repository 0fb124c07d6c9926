create or replace view api.my_profile with (security_invoker = true) as
select
    p.id,
    p.username,
    p.display_name,
    p.avatar_url,
    p.bio,
    p.locale,
    p.time_zone,
    p.country,
    p.is_public,
    p.is_listed,
    p.status,
    p.created_at,
    p.updated_at
from public.profiles as p
where p.id = (select auth.uid());

comment on view api.my_profile is
'The caller''s own profile: one row.';
comment on column api.my_profile.username is
'Unique regardless of case; 3 to 32 letters, digits, dots, dashes and underscores.';
comment on column api.my_profile.country is
'ISO 3166-1 alpha-2; null: not given.';
comment on column api.my_profile.locale is
'Language and perhaps region: fr, en, ar-DZ.';
comment on column api.my_profile.time_zone is
'IANA name, such as Africa/Algiers.';
comment on column api.my_profile.is_public is
'Whether you want to be seen by others.';
comment on column api.my_profile.is_listed is
'Whether others see you: public, active and not erased.';
comment on column api.my_profile.status is
'active; inactive: closed by its owner; suspended: by a moderator; pending: not confirmed.';

revoke all on api.my_profile from public, anon, authenticated, staff, service_role;
grant select on api.my_profile to authenticated, staff;
grant update (
    username, display_name, avatar_url, bio, locale, time_zone, country, is_public
) on api.my_profile to authenticated, staff;
