create or replace function util.ensure_partition(p_parent text, p_month date) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- No request waits long, whatever its session allows.
set lock_timeout = '5s'
as $$
declare
    v_first date := date_trunc('month', p_month::timestamp)::date;
    v_schema text := split_part(p_parent, '.', 1);
    v_table text := split_part(p_parent, '.', 2);
    v_name text := format('%s_%s', v_table, to_char(v_first, 'YYYYMM'));
    v_journal text := format('%I.%I', v_schema, v_table);
    v_partition text := format('%I.%I', v_schema, v_name);
    v_policy text := quote_ident(v_name || '_all_nobody');
    v_state text;
begin
    if not exists (select from util.partitioned_tables where parent_name = p_parent) then
        raise sqlstate 'PT404' using
            message = format('%L is not a registered journal', p_parent),
            detail = 'partition.unknown_parent',
            hint = 'Send parent_name from a row of util.partitioned_tables.';
    end if;
    if p_month is null or p_month not between date '2000-01-01' and date '2199-12-31' then
        raise sqlstate 'PT400' using
            message = format('%L is not in a month between 2000 and 2199', p_month),
            detail = 'partition.month_invalid',
            hint = 'Send a day of the month to make.';
    end if;
    v_state := util.partition_state(p_parent, v_first);
    if v_state = 'stands' then
        return null;
    end if;
    if v_state = 'retiring' or v_first < util.oldest_kept_month(p_parent) then
        raise sqlstate 'PT409' using
            message = 'this month of the journal is retired',
            detail = 'partition.retired',
            hint = 'Choose a later month, or increase retention_months in util.partitioned_tables.';
    end if;

    -- One at a time; and LIKE with ATTACH, because PARTITION OF would take a lock on the parent
    -- that busy writers deadlock with.
    perform pg_advisory_xact_lock(hashtextextended('util.ensure_partition', 0));
    v_state := util.partition_state(p_parent, v_first);
    if v_state = 'stands' then
        return null;
    end if;
    if v_state <> 'missing' then
        raise sqlstate 'PT409' using
            message = 'another object has the name of the partition',
            detail = 'partition.name_taken',
            hint = 'Rename the table of that name: it is not the partition of that month, or '
            'another role owns it.';
    end if;
    execute format(
        'create table %s (like %s including defaults including constraints '
        'including generated including storage including comments)', v_partition, v_journal
    );
    execute format('alter table %s enable row level security', v_partition);
    execute format(
        'revoke all on %s from public, anon, authenticated, staff, service_role', v_partition
    );
    execute format(
        'create policy %s on %s as restrictive for all to public using (false) with check (false)',
        v_policy, v_partition
    );
    execute format(
        'comment on policy %s on %s is %L',
        v_policy, v_partition, 'Partitions are reached through their parent.'
    );
    execute format(
        'alter table %s attach partition %s for values from (%L) to (%L)', v_journal, v_partition,
        to_char(v_first, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(v_first + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
    );
    return v_partition;
end;
$$;

comment on function util.ensure_partition(text, date) is
'Makes a journal''s partition for one month (UTC) unless it exists. Clients reach it only through
its parent: row level security is on, nothing is granted. Waits 5 seconds at most.

Definer, because only the owner of a journal can add to it.

Args: p_parent: schema.table, a row of util.partitioned_tables; p_month: any day of the month.
Returns: schema.table of the new partition; null if it already existed.
Raises: PT404 partition.unknown_parent, PT400 partition.month_invalid, PT409 partition.retired,
PT409 partition.name_taken.
Caller: service, and functions of this package.';

revoke all on function util.ensure_partition(text, date) from public;
grant execute on function util.ensure_partition(text, date) to service_role;
