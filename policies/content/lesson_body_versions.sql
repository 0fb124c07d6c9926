-- Read and written by functions alone.
revoke all on content.lesson_body_versions from public, anon, authenticated, staff, service_role;
grant select on content.lesson_body_versions to service_role;

create policy lesson_body_versions_all_nobody on content.lesson_body_versions
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy lesson_body_versions_all_nobody on content.lesson_body_versions is
'Clients read bodies only through a function that checks their access.';
