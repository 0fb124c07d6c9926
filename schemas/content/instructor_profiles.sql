-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.instructor_profiles (
    user_id uuid default auth.uid() not null,
    headline text,
    bio text,
    expertise text[] default '{}'::text[] not null,
    is_public boolean default true not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_instructor_profiles PRIMARY KEY (user_id),
    constraint ck_instructor_profiles_bio CHECK ((length(bio) <= 5000)),
    constraint ck_instructor_profiles_expertise CHECK (((cardinality(expertise) <= 30) AND (length((expertise)::text) <= 3000))),
    constraint ck_instructor_profiles_headline CHECK ((length(headline) <= 150)),
    constraint fk_instructor_profiles_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table content.instructor_profiles is 'Profiles in which teachers present themselves.';
comment on column content.instructor_profiles.is_public is 'Whether others see it.';

CREATE TRIGGER trg_instructor_profiles_set_updated_at BEFORE UPDATE ON content.instructor_profiles FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.instructor_profiles enable row level security;

grant select on table content.instructor_profiles to anon;
grant select on table content.instructor_profiles to authenticated;
grant delete, insert, select, update on table content.instructor_profiles to service_role;
grant select on table content.instructor_profiles to staff;
grant insert (headline, bio, expertise, is_public), update (headline, bio, expertise, is_public) on table content.instructor_profiles to staff;

create policy instructor_profiles_insert_staff on content.instructor_profiles for insert to staff
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy instructor_profiles_select_any on content.instructor_profiles for select to authenticated
using (is_public);

create policy instructor_profiles_select_public on content.instructor_profiles for select to anon
using (is_public);

create policy instructor_profiles_select_staff on content.instructor_profiles for select to staff
using ((is_public OR (user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'profile.read_any'::text) AS has_permission)));

create policy instructor_profiles_update_staff on content.instructor_profiles for update to staff
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

comment on policy instructor_profiles_insert_staff on content.instructor_profiles is 'Staff add their own profile as teachers.';
comment on policy instructor_profiles_select_any on content.instructor_profiles is 'Anyone sees how teachers present themselves.';
comment on policy instructor_profiles_select_public on content.instructor_profiles is 'Anyone sees how teachers present themselves.';
comment on policy instructor_profiles_select_staff on content.instructor_profiles is 'Teachers see their own; staff with profile.read_any see everyone''s.';
comment on policy instructor_profiles_update_staff on content.instructor_profiles is 'Staff change their own profile as teachers.';
