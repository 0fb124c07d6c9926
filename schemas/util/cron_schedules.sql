-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.cron_schedules (
    name text not null,
    cron text not null,
    time_zone text default 'UTC'::text not null,
    queue text default 'database'::text not null,
    kind text not null,
    payload jsonb default '{}'::jsonb not null,
    is_active boolean default true not null,
    next_run_at timestamp with time zone,
    last_run_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_cron_schedules PRIMARY KEY (name),
    constraint ck_cron_schedules_cron CHECK (util.is_cron(cron)),
    constraint ck_cron_schedules_kind CHECK (((kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text) AND (length(kind) <= 100))),
    constraint ck_cron_schedules_name CHECK (((name ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text) AND (length(name) <= 100))),
    constraint ck_cron_schedules_payload CHECK (((jsonb_typeof(payload) = 'object'::text) AND (pg_column_size(payload) <= 65536))),
    constraint ck_cron_schedules_queue CHECK (((queue ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text) AND (length(queue) <= 100))),
    constraint ck_cron_schedules_time_zone CHECK (((time_zone ~ '^(UTC|Etc/GMT[+-][0-9]{1,2}|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$'::text) AND (timezone(time_zone, '2000-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL)))
);

comment on table util.cron_schedules is 'Recurring jobs. A job that was missed runs once when ticks resume; one that still waits is not enqueued twice.';
comment on column util.cron_schedules.cron is 'Minute, hour, day of the month, month, day of the week (0 and 7: Sunday): numbers, lists, ranges, steps. Where both days are restricted, either may match.';
comment on column util.cron_schedules.time_zone is 'IANA name, such as Africa/Algiers. A local time that the clock skips runs at the first instant after; one that it shows twice runs once, so intervals are better kept in UTC.';
comment on column util.cron_schedules.next_run_at is 'When it is due next, kept by the database; null while it is not active.';

CREATE TRIGGER trg_cron_schedules_plan BEFORE INSERT OR UPDATE OF cron, time_zone, is_active ON util.cron_schedules FOR EACH ROW EXECUTE FUNCTION util.plan_schedule();

CREATE TRIGGER trg_cron_schedules_set_updated_at BEFORE UPDATE ON util.cron_schedules FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table util.cron_schedules enable row level security;

grant delete, insert, select, update on table util.cron_schedules to service_role;

create policy cron_schedules_all_nobody on util.cron_schedules as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy cron_schedules_all_nobody on util.cron_schedules is 'No client gets access, whatever is granted.';
