create or replace view api.my_instructor_profile with (security_invoker = true) as
select
    p.user_id,
    p.headline,
    p.bio,
    p.expertise,
    p.is_public,
    p.created_at,
    p.updated_at
from content.instructor_profiles as p
where p.user_id = (select auth.uid());

comment on view api.my_instructor_profile is
'The caller''s profile as a teacher: one row, once it is inserted.';

revoke all on api.my_instructor_profile from public, anon, authenticated, staff, service_role;
grant select on api.my_instructor_profile to staff;
grant insert (headline, bio, expertise, is_public) on api.my_instructor_profile to staff;
grant update (headline, bio, expertise, is_public) on api.my_instructor_profile to staff;
