-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.job_handlers (
    kind text not null,
    function_name text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_job_handlers PRIMARY KEY (kind),
    constraint ck_job_handlers_function_name CHECK ((function_name ~ '^(?!pg_|information_schema)[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$'::text)),
    constraint ck_job_handlers_kind CHECK (((kind ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text) AND (length(kind) <= 100)))
);

comment on table util.job_handlers is 'Kinds of jobs that the database runs itself. A row lets util.run_job() call a function with the owner''s rights, so only the owner writes here.';
comment on column util.job_handlers.function_name is 'schema.name of a function (payload jsonb) returns jsonb.';

CREATE TRIGGER trg_job_handlers_set_updated_at BEFORE UPDATE ON util.job_handlers FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table util.job_handlers enable row level security;

grant select on table util.job_handlers to service_role;

create policy job_handlers_all_nobody on util.job_handlers as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy job_handlers_all_nobody on util.job_handlers is 'No client gets access, whatever is granted.';
