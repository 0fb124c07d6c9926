create table gamification.settings (
    key text not null,
    value integer not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_settings primary key (key),
    constraint ck_settings_key check (key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'),
    constraint ck_settings_value check (value >= 0)
);

create trigger trg_settings_set_updated_at
before update on gamification.settings
for each row execute function util.set_updated_at();

alter table gamification.settings enable row level security;

comment on table gamification.settings is
'Limits of the game that an operator may change, one number a row.';
comment on column gamification.settings.description is 'What the number limits, and its unit.';

create table learn.settings (
    key text not null,
    value integer not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_settings primary key (key),
    constraint ck_settings_key check (key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'),
    constraint ck_settings_value check (value >= 0)
);

create trigger trg_settings_set_updated_at
before update on learn.settings
for each row execute function util.set_updated_at();

alter table learn.settings enable row level security;

comment on table learn.settings is
'Limits of learning that an operator may change, one number a row.';
comment on column learn.settings.description is 'What the number limits, and its unit.';

create table util.job_settings (
    id integer not null default 1,
    keep_runs_days integer not null default 30,
    retry_base_seconds integer not null default 10,
    retry_cap_seconds integer not null default 3600,
    retry_jitter_percent integer not null default 25,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_job_settings primary key (id),
    constraint ck_job_settings_one_row check (id = 1),
    constraint ck_job_settings_keep_runs_days check (keep_runs_days between 1 and 3650),
    constraint ck_job_settings_retry
    check (
        retry_base_seconds <= retry_cap_seconds
        and retry_base_seconds >= 1
        and retry_cap_seconds <= 604800
    ),
    constraint ck_job_settings_retry_jitter_percent
    check (retry_jitter_percent between 0 and 100)
);

create trigger trg_job_settings_set_updated_at
before update on util.job_settings
for each row execute function util.set_updated_at();

alter table util.job_settings enable row level security;

comment on table util.job_settings is 'One row: how jobs are tried again, and how long is known.';
comment on column util.job_settings.keep_runs_days is 'Days after which job_runs forgets.';
comment on column util.job_settings.retry_base_seconds is
'Pause after the first failure; each further one doubles it.';
comment on column util.job_settings.retry_cap_seconds is 'The longest pause, before jitter.';
comment on column util.job_settings.retry_jitter_percent is
'Up to so much is added by lot, so that jobs that failed together do not return together.';

-- Rows that a back end added may hold more than the old columns.
insert into gamification.settings (key, value, description, created_at, updated_at)
select
    s.key,
    least(greatest(s.value, 0), 2147483647),
    s.description,
    s.created_at,
    s.updated_at
from util.settings as s
where s.schema = 'gamification';

insert into learn.settings (key, value, description, created_at, updated_at)
select
    s.key,
    least(greatest(s.value, 0), 2147483647),
    s.description,
    s.created_at,
    s.updated_at
from util.settings as s
where s.schema = 'learn';

insert into util.job_settings (
    keep_runs_days, retry_base_seconds, retry_cap_seconds, retry_jitter_percent, created_at,
    updated_at
)
select
    coalesce(j.keep_runs_days, 30),
    least(coalesce(j.retry_base_seconds, 10), coalesce(j.retry_cap_seconds, 3600)),
    coalesce(j.retry_cap_seconds, 3600),
    coalesce(j.retry_jitter_percent, 25),
    j.created_at,
    j.updated_at
from (
    select
        max(s.value) filter (where s.key = 'jobs.keep_runs_days') as keep_runs_days,
        max(s.value) filter (where s.key = 'jobs.retry_base_seconds') as retry_base_seconds,
        max(s.value) filter (where s.key = 'jobs.retry_cap_seconds') as retry_cap_seconds,
        max(s.value) filter (where s.key = 'jobs.retry_jitter_percent') as retry_jitter_percent,
        min(s.created_at) as created_at,
        max(s.updated_at) as updated_at
    from util.settings as s
    where s.schema = 'util' and s.key like 'jobs.%'
) as j
where j.created_at is not null;

comment on table util.job_runs is
'One row for each finished attempt at a job; kept for job_settings.keep_runs_days.';

drop table util.settings;
