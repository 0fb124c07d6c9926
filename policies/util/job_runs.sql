-- Written by functions of the package alone.
revoke all on util.job_runs from public, anon, authenticated, staff, service_role;
grant select on util.job_runs to service_role;

create policy job_runs_all_nobody on util.job_runs
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_runs_all_nobody on util.job_runs is
'No client gets access, whatever is granted.';
