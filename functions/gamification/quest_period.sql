create or replace function gamification.quest_period(p_user_id uuid, p_recurrence text) returns date
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_today date;
begin
    select (now() at time zone p.time_zone)::date into v_today
    from public.profiles as p
    where p.id = p_user_id and p.erased_at is null;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;
    return case p_recurrence
        when 'daily' then v_today
        when 'weekly' then date_trunc('week', v_today::timestamp)::date
        else date '1970-01-01'
    end;
end;
$$;

comment on function gamification.quest_period(uuid, text) is
'First day of the period that a quest is in for a person, by their own calendar.

Args: p_user_id: the person; p_recurrence: once, daily or weekly.
Returns: today, this Monday, or 1970-01-01 for a quest that does not recur.
Raises: PT404 user.not_found.
Caller: functions of this package.';

revoke all on function gamification.quest_period(uuid, text) from public;
