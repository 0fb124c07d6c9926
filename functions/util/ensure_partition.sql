create or replace function util.ensure_partition(p_parent text, p_month date) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_schema text := split_part(p_parent, '.', 1);
    v_table text := split_part(p_parent, '.', 2);
    v_first date := date_trunc('month', p_month::timestamp)::date;
    v_name text := format('%s_%s', v_table, to_char(v_first, 'YYYYMM'));
begin
    if not exists (select from util.partitioned_tables where parent_name = p_parent) then
        raise sqlstate 'PT404' using
            message = 'not a registered journal',
            detail = 'partition.unknown_parent',
            hint = 'Journals are the rows of util.partitioned_tables.';
    end if;
    if p_month is null or p_month not between date '2000-01-01' and date '2199-12-31' then
        raise sqlstate 'PT400' using
            message = 'not a month between 2000 and 2199', detail = 'partition.month_invalid';
    end if;
    if to_regclass(format('%I.%I', v_schema, v_name)) is not null then
        return null;
    end if;

    -- One at a time; and LIKE with ATTACH, because PARTITION OF would take a lock on the parent
    -- that busy writers deadlock with.
    perform pg_advisory_xact_lock(hashtextextended('util.ensure_partition', 0));
    -- Asked of the table: to_regclass may still answer from before the wait.
    if exists (
        select
        from pg_class as c
        inner join pg_namespace as n on c.relnamespace = n.oid
        where n.nspname = v_schema and c.relname = v_name
    ) then
        return null;
    end if;
    execute format(
        'create table %I.%I (like %I.%I including defaults including constraints '
        'including generated including storage including comments)',
        v_schema, v_name, v_schema, v_table
    );
    execute format('alter table %I.%I enable row level security', v_schema, v_name);
    execute format(
        'revoke all on %I.%I from public, anon, authenticated, staff, service_role',
        v_schema, v_name
    );
    execute format(
        'create policy %I on %I.%I as restrictive for all to public using (false)',
        v_name || '_all_nobody', v_schema, v_name
    );
    execute format(
        'comment on policy %I on %I.%I is %L',
        v_name || '_all_nobody', v_schema, v_name, 'Partitions are reached through their parent.'
    );
    execute format(
        'alter table %I.%I attach partition %I.%I for values from (%L) to (%L)',
        v_schema, v_table, v_schema, v_name,
        to_char(v_first, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(v_first + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
    );
    return format('%I.%I', v_schema, v_name);
end;
$$;

comment on function util.ensure_partition(text, date) is
'Makes a journal''s partition for one month (UTC) unless it is there, as closed as its parent is
open: row level security on, no grants, nothing allowed.

Definer, because only the owner of a journal can add to it.

Args: p_parent: schema.table, a row of util.partitioned_tables; p_month: any day of the month.
Returns: schema.table of the new partition; null where it stood already.
Raises: PT404 partition.unknown_parent, PT400 partition.month_invalid.
Caller: service, and functions of this package.';

revoke all on function util.ensure_partition(text, date) from public;
grant execute on function util.ensure_partition(text, date) to service_role;
