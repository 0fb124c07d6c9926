-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.job_queue (
    id bigint generated always as identity not null,
    queue text not null,
    kind text not null,
    payload jsonb default '{}'::jsonb not null,
    priority integer default 100 not null,
    run_at timestamp with time zone default clock_timestamp() not null,
    status text default 'ready'::text not null,
    attempts integer default 0 not null,
    max_attempts integer default 10 not null,
    unique_key text,
    waiting_key text,
    lease_token uuid,
    lease_expires_at timestamp with time zone,
    worker text,
    started_at timestamp with time zone,
    last_error text,
    died_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    constraint pk_job_queue PRIMARY KEY (id),
    constraint ck_job_queue_attempts CHECK (((attempts >= 0) AND (attempts <= max_attempts))),
    constraint ck_job_queue_kind CHECK (((kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text) AND (length(kind) <= 100))),
    constraint ck_job_queue_max_attempts CHECK (((max_attempts >= 1) AND (max_attempts <= 100))),
    constraint ck_job_queue_payload CHECK (((jsonb_typeof(payload) = 'object'::text) AND (pg_column_size(payload) <= 65536))),
    constraint ck_job_queue_priority CHECK (((priority >= 0) AND (priority <= 1000))),
    constraint ck_job_queue_queue CHECK (((queue ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text) AND (length(queue) <= 100))),
    constraint ck_job_queue_run_at CHECK (isfinite(run_at)),
    constraint ck_job_queue_status CHECK ((
CASE status
    WHEN 'ready'::text THEN (lease_token IS NULL)
    WHEN 'running'::text THEN (num_nulls(lease_token, lease_expires_at, worker, started_at) = 0)
    WHEN 'dead'::text THEN (lease_token IS NULL)
    ELSE false
END AND ((status = 'dead'::text) = (died_at IS NOT NULL)))),
    constraint ck_job_queue_unique_key CHECK (((length(unique_key) >= 1) AND (length(unique_key) <= 200))),
    constraint ck_job_queue_waiting_key CHECK (((waiting_key IS NULL) OR ((waiting_key = unique_key) AND (status = 'ready'::text))))
) with (fillfactor=40, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=10000);

comment on table util.job_queue is 'Jobs that are not finished. A completed one is deleted and lives on in job_runs. Written by the functions of this schema alone.';
comment on column util.job_queue.payload is 'Arguments of the job; at most 64 KiB as it is stored.';
comment on column util.job_queue.priority is 'Lower ones first.';
comment on column util.job_queue.run_at is 'When the job is due; a retry moves it.';
comment on column util.job_queue.status is 'ready: waits for its time or a worker. running: a worker holds the lease. dead: its attempts are used up, util.retry_dead_job() gives it new ones.';
comment on column util.job_queue.attempts is 'Attempts begun.';
comment on column util.job_queue.unique_key is 'Names the work among the waiting jobs of a queue.';
comment on column util.job_queue.waiting_key is 'unique_key while the job waits; null from its claim on, when the same work may be asked for anew.';
comment on column util.job_queue.lease_token is 'Proves that a worker holds the present attempt.';
comment on column util.job_queue.lease_expires_at is 'Until when the worker is trusted to be alive; then the job may be given to another.';
comment on column util.job_queue.started_at is 'When the latest attempt began.';

CREATE INDEX idx_job_queue_queue_priority_run_at_id ON util.job_queue USING btree (queue, priority, run_at, id) WHERE (died_at IS NULL);
CREATE UNIQUE INDEX idx_job_queue_queue_waiting_key ON util.job_queue USING btree (queue, waiting_key) WHERE (waiting_key IS NOT NULL);

alter table util.job_queue enable row level security;

grant select on table util.job_queue to service_role;

create policy job_queue_all_nobody on util.job_queue as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_queue_all_nobody on util.job_queue is 'No client gets access, whatever is granted.';
