-- A row is the right to call a function as the owner: the owner alone writes here.
revoke all on util.job_handlers from public, anon, authenticated, staff, service_role;
grant select on util.job_handlers to service_role;

create policy job_handlers_all_nobody on util.job_handlers
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_handlers_all_nobody on util.job_handlers is
'No client has a way in, whatever is granted.';
