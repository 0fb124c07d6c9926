create or replace function util.make_partitions(p_payload jsonb) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select jsonb_build_object('made', coalesce(jsonb_agg(p.name), '[]'::jsonb))
    from util.ensure_partitions() as p (name);
end;

comment on function util.make_partitions(jsonb) is
'util.ensure_partitions() as a job.

Args: p_payload: ignored.
Returns: {"made": names of the new partitions}.
Caller: util.run_job.';

revoke all on function util.make_partitions(jsonb) from public;
