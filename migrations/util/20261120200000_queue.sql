create function util.cron_values(p_field text, p_lowest integer, p_highest integer)
returns integer[]
language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part text;
    v_found text[];
    v_from integer;
    v_to integer;
    v_step integer;
    v_values integer[] := '{}';
begin
    foreach v_part in array string_to_array(p_field, ',') loop
        v_found := regexp_match(
            v_part, '^(?:(\*)|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?$'
        );
        if v_found is null then
            return null;
        end if;
        v_from := coalesce(v_found[2]::integer, p_lowest);
        v_to := coalesce(v_found[3]::integer, v_found[2]::integer, p_highest);
        v_step := coalesce(v_found[4]::integer, 1);
        if v_from < p_lowest or v_to > p_highest or v_from > v_to or v_step = 0
            -- A step over one number means different things to different crons.
            or (v_found[4] is not null and v_found[1] is null and v_found[3] is null)
        then
            return null;
        end if;
        v_values := v_values || array(select generate_series(v_from, v_to, v_step));
    end loop;
    return (select array_agg(distinct v order by v) from unnest(v_values) as v);
end;
$$;

comment on function util.cron_values(text, integer, integer) is
'The numbers that one field of a cron line stands for.

Args: p_field: numbers, ranges (a-b), * and steps (/n after a range or *), joined by commas;
p_lowest, p_highest: the field''s bounds.
Returns: the numbers in order, each once; null where the field is not valid.
Caller: constraints, and functions of this package.';

revoke all on function util.cron_values(text, integer, integer) from public;
grant execute on function util.cron_values(text, integer, integer) to service_role;

create function util.is_cron(p_cron text) returns boolean
language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    v_fields text[] := string_to_array(p_cron, ' ');
    v_days integer[] := util.cron_values(v_fields[3], 1, 31);
    v_months integer[] := util.cron_values(v_fields[4], 1, 12);
begin
    return coalesce(
        cardinality(v_fields) = 5
        and util.cron_values(v_fields[1], 0, 59) is not null
        and util.cron_values(v_fields[2], 0, 23) is not null
        and v_days is not null
        and v_months is not null
        and util.cron_values(v_fields[5], 0, 7) is not null
        -- Some day of some year must match: 30 February never does. A day of the week may stand in.
        and (
            v_days[1] <= 29
            or (v_days[1] = 30 and v_months <> '{2}')
            or v_months && '{1, 3, 5, 7, 8, 10, 12}'
            or left(v_fields[5], 1) <> '*'
        ),
        false
    );
end;
$$;

comment on function util.is_cron(text) is
'Whether a text is a cron line that comes due at some time.

Args: p_cron: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday), with one
space between them.
Returns: false where a field is not valid or no such day exists.
Caller: constraints.';

revoke all on function util.is_cron(text) from public;
grant execute on function util.is_cron(text) to service_role;

create table util.job_queue (
    id bigint generated always as identity,
    queue text not null,
    kind text not null,
    payload jsonb not null default '{}',
    priority integer not null default 100,
    run_at timestamptz not null default clock_timestamp(),
    status text not null default 'ready',
    attempts integer not null default 0,
    max_attempts integer not null default 10,
    unique_key text,
    waiting_key text,
    lease_token uuid,
    lease_expires_at timestamptz,
    worker text,
    started_at timestamptz,
    last_error text,
    died_at timestamptz,
    created_at timestamptz not null default now(),
    constraint pk_job_queue primary key (id),
    constraint ck_job_queue_queue
    check (queue ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(queue) <= 100),
    constraint ck_job_queue_kind
    check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(kind) <= 100),
    constraint ck_job_queue_payload
    check (jsonb_typeof(payload) = 'object' and pg_column_size(payload) <= 65536),
    constraint ck_job_queue_priority check (priority between 0 and 1000),
    constraint ck_job_queue_run_at check (isfinite(run_at)),
    constraint ck_job_queue_max_attempts check (max_attempts between 1 and 100),
    constraint ck_job_queue_attempts check (attempts between 0 and max_attempts),
    constraint ck_job_queue_unique_key check (length(unique_key) between 1 and 200),
    constraint ck_job_queue_waiting_key
    check (waiting_key is null or (waiting_key = unique_key and status = 'ready')),
    constraint ck_job_queue_status
    check (
        case status
            when 'ready' then lease_token is null
            when 'running' then num_nulls(lease_token, lease_expires_at, worker, started_at) = 0
            when 'dead' then lease_token is null
            else false
        end
        and (status = 'dead') = (died_at is not null)
    )
)
-- Room for the version that a claim makes on the same page: as no index names what a claim changes
-- (hence died_at and waiting_key beside status), claims write to no index.
with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

create index idx_job_queue_queue_priority_run_at_id
on util.job_queue (queue, priority, run_at, id)
where died_at is null;

create unique index idx_job_queue_queue_waiting_key
on util.job_queue (queue, waiting_key)
where waiting_key is not null;

alter table util.job_queue enable row level security;

comment on table util.job_queue is
'Jobs that are not finished. A completed one is deleted and lives on in job_runs. Written by the '
'functions of this schema alone.';
comment on column util.job_queue.payload is 'What the job is about; 64 KiB as it is stored.';
comment on column util.job_queue.priority is 'Lower ones first.';
comment on column util.job_queue.run_at is 'When the job is due; a retry moves it.';
comment on column util.job_queue.status is
'ready: waits for its time or a worker. running: a worker holds the lease. dead: its attempts are '
'used up, util.retry_dead_job() gives it new ones.';
comment on column util.job_queue.attempts is 'Attempts begun.';
comment on column util.job_queue.unique_key is 'Names the work among the waiting jobs of a queue.';
comment on column util.job_queue.waiting_key is
'unique_key while the job waits; null from its claim on, when the same work may be asked for anew.';
comment on column util.job_queue.lease_token is 'Proves that a worker holds the present attempt.';
comment on column util.job_queue.lease_expires_at is
'Until when the worker is trusted to be alive; then the job may be given to another.';
comment on column util.job_queue.started_at is 'When the latest attempt began.';

create table util.job_runs (
    job_id bigint not null,
    lease_token uuid not null,
    queue text not null,
    kind text not null,
    attempt integer not null,
    worker text not null,
    outcome text not null,
    error text,
    result jsonb,
    started_at timestamptz not null,
    finished_at timestamptz not null default clock_timestamp(),
    constraint pk_job_runs primary key (job_id, lease_token),
    constraint ck_job_runs_outcome
    check (outcome in ('completed', 'failed', 'dead', 'expired', 'superseded'))
);

alter table util.job_runs enable row level security;

comment on table util.job_runs is
'One row for each finished attempt at a job; kept for job_settings.keep_runs_days.';
comment on column util.job_runs.lease_token is
'The attempt''s token: a completion that is repeated with it is answered from here.';
comment on column util.job_runs.outcome is
'completed. failed: will be tried again. dead: failed or expired, and no attempt was left. '
'expired: the worker was not heard of. superseded: failed, and the same work was waiting already.';

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

create table util.job_handlers (
    kind text not null,
    function_name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_job_handlers primary key (kind),
    constraint ck_job_handlers_kind
    check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(kind) <= 100),
    constraint ck_job_handlers_function_name
    check (function_name ~ '^(?!pg_|information_schema)[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$')
);

create trigger trg_job_handlers_set_updated_at
before update on util.job_handlers
for each row execute function util.set_updated_at();

alter table util.job_handlers enable row level security;

comment on table util.job_handlers is
'Kinds of jobs that the database runs itself. A row lets util.run_job() call a function with the '
'owner''s rights, so only the owner writes here.';
comment on column util.job_handlers.function_name is
'schema.name of a function (payload jsonb) returns jsonb.';

create table util.cron_schedules (
    name text not null,
    cron text not null,
    time_zone text not null default 'UTC',
    queue text not null default 'database',
    kind text not null,
    payload jsonb not null default '{}',
    is_active boolean not null default true,
    next_run_at timestamptz,
    last_run_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_cron_schedules primary key (name),
    constraint ck_cron_schedules_name
    check (name ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(name) <= 100),
    constraint ck_cron_schedules_cron check (util.is_cron(cron)),
    -- As of public.profiles.
    constraint ck_cron_schedules_time_zone
    check (
        time_zone ~ '^(UTC|Etc/GMT[+-][0-9]{1,2}|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$'
        and timezone(time_zone, timestamptz '2000-01-01 00:00:00+00') is not null
    ),
    constraint ck_cron_schedules_queue
    check (queue ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(queue) <= 100),
    constraint ck_cron_schedules_kind
    check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' and length(kind) <= 100),
    constraint ck_cron_schedules_payload
    check (jsonb_typeof(payload) = 'object' and pg_column_size(payload) <= 65536)
);

create trigger trg_cron_schedules_set_updated_at
before update on util.cron_schedules
for each row execute function util.set_updated_at();

alter table util.cron_schedules enable row level security;

comment on table util.cron_schedules is
'Jobs that come again. One that was missed runs once when somebody ticks again; one that still '
'waits is not enqueued twice.';
comment on column util.cron_schedules.cron is
'Minute, hour, day of the month, month, day of the week (0 and 7: Sunday): numbers, lists, ranges, '
'steps. Where both days are restricted, either may match.';
comment on column util.cron_schedules.time_zone is
'IANA name, such as Africa/Algiers. A local time that the clock skips runs at the first instant '
'after; one that it shows twice runs once, so intervals are better kept in UTC.';
comment on column util.cron_schedules.next_run_at is
'When it is due next, kept by the database; null while it is not active.';
