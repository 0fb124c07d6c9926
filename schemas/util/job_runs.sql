-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

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
    started_at timestamp with time zone not null,
    finished_at timestamp with time zone default clock_timestamp() not null,
    constraint pk_job_runs PRIMARY KEY (job_id, lease_token),
    constraint ck_job_runs_outcome CHECK ((outcome = ANY (ARRAY['completed'::text, 'failed'::text, 'dead'::text, 'expired'::text, 'superseded'::text])))
);

comment on table util.job_runs is 'One row for each finished attempt at a job; kept for the setting jobs.keep_runs_days.';
comment on column util.job_runs.lease_token is 'The attempt''s token: a completion that is repeated with it is answered from here.';
comment on column util.job_runs.outcome is 'completed. failed: will be tried again. dead: failed or expired, and no attempt was left. expired: the worker was not heard of. superseded: failed, and the same work was waiting already.';

alter table util.job_runs enable row level security;

grant select on table util.job_runs to service_role;

create policy job_runs_all_nobody on util.job_runs as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_runs_all_nobody on util.job_runs is 'No client gets access, whatever is granted.';
