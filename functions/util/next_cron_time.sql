create or replace function util.next_cron_time(
    p_cron text,
    p_time_zone text,
    p_after timestamptz
) returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_fields text[] := string_to_array(p_cron, ' ');
    v_days integer[] := util.cron_values(v_fields[3], 1, 31);
    v_months integer[] := util.cron_values(v_fields[4], 1, 12);
    v_weekdays integer[] := util.cron_values(v_fields[5], 0, 7);
    v_either boolean := left(v_fields[3], 1) <> '*' and left(v_fields[5], 1) <> '*';
    v_from timestamp := date_trunc('minute', p_after at time zone p_time_zone);
    v_date date := v_from::date;
    v_is_day boolean;
    v_is_weekday boolean;
    v_local timestamp;
    v_instant timestamptz;
begin
    -- 29 February on one day of the week comes once in 28 years, in 40 around a year like 2100.
    while v_date < v_from + interval '41 years' loop
        v_is_day := date_part('day', v_date) = any(v_days);
        v_is_weekday := date_part('dow', v_date) = any(v_weekdays)
            or date_part('isodow', v_date) = any(v_weekdays);
        if date_part('month', v_date) <> all(v_months) then
            v_date := date_trunc('month', v_date) + interval '1 month';
            continue;
        end if;
        if (v_is_day and v_is_weekday) or (v_either and (v_is_day or v_is_weekday)) then
            for v_local in
                select t.at
                from unnest(util.cron_values(v_fields[2], 0, 23)) as h (hour)
                cross join unnest(util.cron_values(v_fields[1], 0, 59)) as m (minute)
                cross join lateral (
                    select v_date + make_interval(hours => h.hour, mins => m.minute) as at
                ) as t
                where t.at >= v_from
                order by t.at
            loop
                v_instant := util.local_instant(v_local, p_time_zone);
                if v_instant > p_after then
                    return v_instant;
                end if;
            end loop;
        end if;
        v_date := v_date + 1;
    end loop;
    return null;
end;
$$;

comment on function util.next_cron_time(text, text, timestamptz) is
'When a cron line comes due next.

Args: p_cron: as util.is_cron() accepts it. Where neither field of days begins with *, either may
match; else both must; p_time_zone: whose clocks it is about; p_after: a time.
Returns: the first instant after that time. A local time that clocks skip stands for the first
instant after, one that they show twice for the first.
Caller: service, and functions of this package.';

revoke all on function util.next_cron_time(text, text, timestamptz) from public;
grant execute on function util.next_cron_time(text, text, timestamptz) to service_role;
