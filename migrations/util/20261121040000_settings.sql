-- Numbers that an operator may change stood in three tables of two shapes. They move into one, with
-- the operators' values.
create table util.settings (
    schema text not null,
    key text not null,
    value bigint not null,
    unit text not null,
    min_value bigint not null,
    max_value bigint not null,
    description text not null,
    managed_by text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_settings primary key (schema, key),
    constraint fk_settings_managed_by foreign key (managed_by) references rbac.permissions (name),
    constraint ck_settings_schema check (schema ~ '^[a-z][a-z0-9_]*$'),
    constraint ck_settings_key check (key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'),
    constraint ck_settings_unit
    check (unit in ('seconds', 'minutes', 'hours', 'days', 'count', 'percent', 'ratio')),
    constraint ck_settings_value check (value between min_value and max_value)
);

create index idx_settings_managed_by on util.settings (managed_by);

create trigger trg_settings_set_updated_at
before update on util.settings
for each row execute function util.set_updated_at();

alter table util.settings enable row level security;

comment on table util.settings is
'Numbers that an operator may change: limits, delays, retention. The package declares the rows; '
'only their values change.';
comment on column util.settings.schema is 'The schema whose functions read it.';
comment on column util.settings.key is 'area.what, unique in its schema.';
comment on column util.settings.value is 'In the row''s unit, from min_value to max_value.';
comment on column util.settings.unit is
'What value counts: seconds, minutes, hours or days; count, of things; percent; ratio, so many for '
'one.';
comment on column util.settings.min_value is 'The lowest value with which the package works.';
comment on column util.settings.max_value is 'The highest value with which the package works.';
comment on column util.settings.description is 'What the number limits.';
comment on column util.settings.managed_by is
'The permission whose holders see the row and change its value.';

-- The rows below name these before reference rows come, which say the same of them.
insert into rbac.permissions (name, description)
values
('gamification.manage', 'Change levels, sources of XP, achievements, quests and seasons.'),
('job.manage', 'Change how jobs are tried again and how long their runs are kept.'),
('learn.manage', 'Change the limits of learning.')
on conflict (name) do nothing;

-- Rows that equal the reference rows stay the package's to word; the others are the operator's.
insert into util.settings (
    schema, key, value, unit, min_value, max_value, description, managed_by, created_at, updated_at
)
select
    old.schema,
    old.key,
    old.value,
    coalesce(known.unit, 'count'),
    coalesce(known.min_value, 0),
    -- The old tables had no upper bound.
    greatest(coalesce(known.max_value, 2147483647), old.value),
    old.description,
    old.managed_by,
    old.created_at,
    old.updated_at
from (
    select
        'learn' as schema,
        s.key,
        s.value,
        s.description,
        'learn.manage' as managed_by,
        s.created_at,
        s.updated_at
    from learn.settings as s
    union all
    select
        'gamification' as schema,
        s.key,
        s.value,
        s.description,
        'gamification.manage' as managed_by,
        s.created_at,
        s.updated_at
    from gamification.settings as s
    union all
    select
        'util' as schema,
        j.key,
        j.value,
        j.description,
        'job.manage' as managed_by,
        s.created_at,
        s.updated_at
    from util.job_settings as s
    cross join lateral (
        values
        (
            'jobs.keep_runs_days', s.keep_runs_days,
            'Days after which runs of jobs are forgotten.'
        ),
        (
            'jobs.retry_base_seconds', s.retry_base_seconds,
            'Pause after a job''s first failure; each further one doubles it, up to '
            'jobs.retry_cap_seconds.'
        ),
        (
            'jobs.retry_cap_seconds', s.retry_cap_seconds,
            'The longest pause after a failure, before jitter; a longer jobs.retry_base_seconds is '
            'cut to it.'
        ),
        (
            'jobs.retry_jitter_percent', s.retry_jitter_percent,
            'Up to so much is added to a pause at random, so that jobs that failed together do not '
            'return together.'
        )
    ) as j (key, value, description)
) as old
left join (
    values
    ('gamification', 'friends.max', 'count', 0, 100000),
    ('gamification', 'friends.max_requests', 'count', 0, 10000),
    ('gamification', 'seasons.grace_minutes', 'minutes', 0, 10080),
    ('gamification', 'streaks.freeze_every_days', 'days', 0, 36500),
    ('gamification', 'streaks.late_days', 'days', 0, 36500),
    ('gamification', 'streaks.max_freezes', 'count', 0, 36500),
    ('learn', 'attempt.grace_sec', 'seconds', 0, 86400),
    ('learn', 'lesson.min_watched_percent', 'percent', 0, 100),
    ('learn', 'live.join_early_sec', 'seconds', 0, 604800),
    ('learn', 'live.min_attended_sec', 'seconds', 0, 86400),
    ('learn', 'proctoring.max_events', 'count', 0, 1000000),
    ('learn', 'progress.max_speed', 'ratio', 0, 100),
    ('util', 'jobs.keep_runs_days', 'days', 1, 3650),
    ('util', 'jobs.retry_base_seconds', 'seconds', 1, 604800),
    ('util', 'jobs.retry_cap_seconds', 'seconds', 1, 604800),
    ('util', 'jobs.retry_jitter_percent', 'percent', 0, 100)
) as known (schema, key, unit, min_value, max_value)
    on old.schema = known.schema and old.key = known.key;

drop view if exists api.gamification_settings;
drop view if exists api.learn_settings;
drop function if exists util.retry_delay(integer);
-- squawk-ignore ban-drop-table
drop table gamification.settings;
-- squawk-ignore ban-drop-table
drop table learn.settings;
-- squawk-ignore ban-drop-table
drop table util.job_settings;

comment on table util.job_runs is
'One row for each finished attempt at a job; kept for the setting jobs.keep_runs_days.';
