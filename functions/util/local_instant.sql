create or replace function util.local_instant(p_local timestamp, p_time_zone text)
returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    -- By the zone's offsets on either side of any change of the clock near by.
    v_utc timestamptz := p_local at time zone 'UTC';
    v_instants timestamptz[] := array(
        select v_utc - ((t.at at time zone p_time_zone) - (t.at at time zone 'UTC'))
        from unnest(array[v_utc - interval '1 day', v_utc + interval '1 day']) as t (at)
        order by t.at
    );
begin
    return coalesce(
        (
            select min(t.at)
            from unnest(v_instants) as t (at)
            where t.at at time zone p_time_zone = p_local
        ),
        (
            select min(t.at)
            from generate_series(v_instants[2], v_instants[1], interval '1 minute') as t (at)
            where t.at at time zone p_time_zone > p_local
        )
    );
end;
$$;

comment on function util.local_instant(timestamp, text) is
'The instant at which clocks in a zone show a time.

Args: p_local: what they show, in whole minutes; p_time_zone: IANA name.
Returns: the first such instant, where there are two; where clocks skip that time, the first instant
after.
Caller: service, and functions of this package.';

revoke all on function util.local_instant(timestamp, text) from public;
grant execute on function util.local_instant(timestamp, text) to service_role;
