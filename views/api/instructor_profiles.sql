create or replace view api.instructor_profiles with (security_invoker = true) as
select
    p.user_id,
    p.headline,
    p.bio,
    p.expertise,
    p.is_public,
    p.created_at,
    p.updated_at
from content.instructor_profiles as p;

comment on view api.instructor_profiles is
'Profiles in which teachers present themselves; back ends write those of others.';

revoke all on api.instructor_profiles from public, anon, authenticated, staff, service_role;
grant select on api.instructor_profiles to anon, authenticated, staff, service_role;
