-- Written by functions of the package alone.
revoke all on util.job_queue from public, anon, authenticated, staff, service_role;
grant select on util.job_queue to service_role;

create policy job_queue_all_nobody on util.job_queue
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_queue_all_nobody on util.job_queue is
'No client gets access, whatever is granted.';
