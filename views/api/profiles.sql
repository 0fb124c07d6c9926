create or replace view api.profiles with (security_invoker = true) as
select
    p.id,
    p.username,
    p.username_key,
    p.display_name,
    p.avatar_url,
    p.bio,
    p.country,
    p.is_listed,
    p.created_at
from public.profiles as p
where p.is_listed;

comment on view api.profiles is
'People who want to be seen: public, active and not erased.';
comment on column api.profiles.username is
'Unique regardless of case; 3 to 32 letters, digits, dots, dashes and underscores.';
comment on column api.profiles.country is
'ISO 3166-1 alpha-2; null: not given.';
comment on column api.profiles.username_key is
'username in lower case: look people up by it.';
comment on column api.profiles.is_listed is
'Always true here.';

revoke all on api.profiles from public, anon, authenticated, staff, service_role;
grant select on api.profiles to anon, authenticated, staff, service_role;
