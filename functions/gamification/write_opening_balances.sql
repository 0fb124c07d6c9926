create or replace function gamification.write_opening_balances(p_partition regclass) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_end timestamptz;
begin
    select (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1] into v_end
    from pg_class as c
    inner join pg_inherits as i on c.oid = i.inhrelid
    where c.oid = p_partition and i.inhparent = 'gamification.xp_events'::regclass;
    if v_end is null or v_end > now() then
        raise sqlstate 'PT409' using
            message = format('%s is not a past month of the XP journal', p_partition),
            detail = 'xp.month_not_past',
            hint = 'Send a partition of gamification.xp_events whose month is over.';
    end if;

    -- Everything up to the end: if several months are retired together, the last balance counts.
    execute format(
        $sql$
        insert into gamification.xp_events (
            user_id, created_at, seq, source_type, action_type, xp_delta, xp_before, xp_after,
            level_before, level_after, reference
        )
        select distinct on (e.user_id)
            e.user_id, %1$L, e.seq, 'system', 'opening_balance', e.xp_after, 0, e.xp_after,
            e.level_after, e.level_after, jsonb_build_object('before', %1$L)
        from gamification.xp_events as e
        where e.user_id in (select p.user_id from %2$s as p)
            and e.created_at < %1$L
            and not exists (
                select
                from gamification.xp_events as o
                where o.user_id = e.user_id and o.created_at = %1$L
                    and o.source_type = 'system' and o.action_type = 'opening_balance'
            )
        order by e.user_id, e.seq desc
        $sql$,
        v_end,
        p_partition
    );
end;
$$;

comment on function gamification.write_opening_balances(regclass) is
'Writes each person''s total at the end of a month as one event in the next month, so that the month
can be detached and the rest still adds up. Calling it again changes nothing.

Definer, because nobody writes the ledger directly.

Args: p_partition: a past month of gamification.xp_events.
Returns: nothing.
Raises: PT409 xp.month_not_past.
Caller: service; dbtool before it retires a month.';

revoke all on function gamification.write_opening_balances(regclass) from public;
grant execute on function gamification.write_opening_balances(regclass) to service_role;
