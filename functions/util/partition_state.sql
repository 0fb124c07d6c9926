create or replace function util.partition_state(p_parent text, p_first date) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text := format('%s_%s', split_part(p_parent, '.', 2), to_char(p_first, 'YYYYMM'));
    -- Written with the session's settings, as pg_get_expr writes the existing bounds.
    v_bounds text := format(
        'FOR VALUES FROM (%L) TO (%L)',
        p_first::timestamp at time zone 'UTC',
        (p_first + interval '1 month') at time zone 'UTC'
    );
    v_state text;
begin
    select
        case
            when format('%s.%s', pn.nspname, p.relname) is distinct from p_parent then 'taken'
            when i.inhdetachpending then 'retiring'
            when c.relowner <> p.relowner then 'taken'
            when pg_get_expr(c.relpartbound, c.oid) is distinct from v_bounds then 'taken'
            else 'stands'
        end
    into v_state
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    left join pg_inherits as i on c.oid = i.inhrelid
    left join pg_class as p on i.inhparent = p.oid
    left join pg_namespace as pn on p.relnamespace = pn.oid
    where n.nspname = split_part(p_parent, '.', 1) and c.relname = v_name;
    return coalesce(v_state, 'missing');
end;
$$;

comment on function util.partition_state(text, date) is
'The state of a journal''s partition for one month (UTC).

Args: p_parent: schema.table of the journal; p_first: the month''s first day.
Returns: missing: nothing; stands: the partition, with the month''s bounds and the journal''s owner;
retiring: it is being detached; taken: another object has its name.
Caller: functions of this package, and dbtool.';

revoke all on function util.partition_state(text, date) from public;
