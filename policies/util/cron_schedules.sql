revoke all on util.cron_schedules from public, anon, authenticated, staff, service_role;
grant select, insert, update, delete on util.cron_schedules to service_role;

create policy cron_schedules_all_nobody on util.cron_schedules
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy cron_schedules_all_nobody on util.cron_schedules is
'No client gets access, whatever is granted.';
