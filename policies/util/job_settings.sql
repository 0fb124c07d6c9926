revoke all on util.job_settings from public, anon, authenticated, staff, service_role;
grant select on util.job_settings to service_role;
grant update (keep_runs_days, retry_base_seconds, retry_cap_seconds, retry_jitter_percent)
on util.job_settings to service_role;

create policy job_settings_all_nobody on util.job_settings
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_settings_all_nobody on util.job_settings is
'No client has a way in, whatever is granted.';
