-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.job_settings (
    id integer default 1 not null,
    keep_runs_days integer default 30 not null,
    retry_base_seconds integer default 10 not null,
    retry_cap_seconds integer default 3600 not null,
    retry_jitter_percent integer default 25 not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_job_settings PRIMARY KEY (id),
    constraint ck_job_settings_keep_runs_days CHECK (((keep_runs_days >= 1) AND (keep_runs_days <= 3650))),
    constraint ck_job_settings_one_row CHECK ((id = 1)),
    constraint ck_job_settings_retry CHECK (((retry_base_seconds <= retry_cap_seconds) AND (retry_base_seconds >= 1) AND (retry_cap_seconds <= 604800))),
    constraint ck_job_settings_retry_jitter_percent CHECK (((retry_jitter_percent >= 0) AND (retry_jitter_percent <= 100)))
);

comment on table util.job_settings is 'One row: how jobs are tried again, and how long is known.';
comment on column util.job_settings.keep_runs_days is 'Days after which job_runs forgets.';
comment on column util.job_settings.retry_base_seconds is 'Pause after the first failure; each further one doubles it.';
comment on column util.job_settings.retry_cap_seconds is 'The longest pause, before jitter.';
comment on column util.job_settings.retry_jitter_percent is 'Up to so much is added by lot, so that jobs that failed together do not return together.';

CREATE TRIGGER trg_job_settings_set_updated_at BEFORE UPDATE ON util.job_settings FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table util.job_settings enable row level security;

grant select on table util.job_settings to service_role;
grant update (keep_runs_days, retry_base_seconds, retry_cap_seconds, retry_jitter_percent) on table util.job_settings to service_role;

create policy job_settings_all_nobody on util.job_settings as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_settings_all_nobody on util.job_settings is 'No client has a way in, whatever is granted.';
