revoke all on content.instructor_profiles from public, anon, authenticated, staff, service_role;
grant select on content.instructor_profiles to anon, authenticated, staff;
grant insert (headline, bio, expertise, is_public) on content.instructor_profiles to staff;
grant update (headline, bio, expertise, is_public) on content.instructor_profiles to staff;
grant select, insert, update, delete on content.instructor_profiles to service_role;

create policy instructor_profiles_select_public on content.instructor_profiles
for select to anon
using (is_public);

comment on policy instructor_profiles_select_public on content.instructor_profiles is
'Anyone sees how teachers present themselves.';

create policy instructor_profiles_select_any on content.instructor_profiles
for select to authenticated
using (is_public);

comment on policy instructor_profiles_select_any on content.instructor_profiles is
'Anyone sees how teachers present themselves.';

create policy instructor_profiles_select_staff on content.instructor_profiles
for select to staff
using (
    is_public
    or user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'profile.read_any'))
);

comment on policy instructor_profiles_select_staff on content.instructor_profiles is
'Teachers see their own; staff with profile.read_any see everyone''s.';

create policy instructor_profiles_insert_staff on content.instructor_profiles
for insert to staff
with check (user_id = (select auth.uid()));

comment on policy instructor_profiles_insert_staff on content.instructor_profiles is
'Staff add their own profile as teachers.';

create policy instructor_profiles_update_staff on content.instructor_profiles
for update to staff
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy instructor_profiles_update_staff on content.instructor_profiles is
'Staff change their own profile as teachers.';
