-- A row is the right to call a function as the owner, so only the owner writes here.
revoke all on util.job_handlers from public, anon, authenticated, staff, service_role;
grant select on util.job_handlers to service_role;

create policy job_handlers_all_nobody on util.job_handlers
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_handlers_all_nobody on util.job_handlers is
'No client gets access, whatever is granted.';
