create or replace function util.ensure_partitions(p_at timestamptz default now())
returns setof text
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with present as (
        select date_trunc('month', p_at at time zone 'UTC') as month
    ),

    wanted as (
        select
            t.parent_name,
            (present.month + make_interval(months => ahead.months))::date as month
        from present
        cross join util.partitioned_tables as t
        cross join generate_series(0, t.months_ahead) as ahead (months)
        inner join pg_class as c on to_regclass(t.parent_name) = c.oid and c.relkind = 'p'
    ),

    made as (
        select util.ensure_partition(w.parent_name, w.month) as partition_name
        from wanted as w
        where util.partition_state(w.parent_name, w.month) = 'missing'
    )

    select m.partition_name
    from made as m
    where m.partition_name is not null;
end;

comment on function util.ensure_partitions(timestamptz) is
'Makes every journal''s partitions for the month of a time and the months ahead of it. A month whose
name another object has is left for `dbtool partitions` to report, so that one journal does not stop
the others.

Definer, because only the owner of a journal can add to it.

Args: p_at: the time; its month is taken in UTC whatever the session''s zone.
Returns: names of the partitions made.
Caller: service; run daily by pg_cron or a worker.';

revoke all on function util.ensure_partitions(timestamptz) from public;
grant execute on function util.ensure_partitions(timestamptz) to service_role;
