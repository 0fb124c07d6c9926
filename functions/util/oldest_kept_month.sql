create or replace function util.oldest_kept_month(p_parent text) returns date
language sql stable
set search_path = pg_catalog, pg_temp
return (
    select
        (
            date_trunc('month', now() at time zone 'UTC')
            - make_interval(months => t.retention_months)
        )::date
    from util.partitioned_tables as t
    where t.parent_name = p_parent
);

comment on function util.oldest_kept_month(text) is
'The first month (UTC) of a journal that is not to be retired yet.

Args: p_parent: schema.table, a row of util.partitioned_tables.
Returns: the first day of that month; null where nothing is ever retired.
Caller: functions of this package, and dbtool.';

revoke all on function util.oldest_kept_month(text) from public;
