create or replace function gamification.open_xp_account(p_user_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from public.profiles where id = p_user_id and erased_at is null) then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;
    insert into gamification.user_xp (user_id, next_level_at)
    select p_user_id, l.next_level_at
    from gamification.compute_level_info(0) as l
    on conflict (user_id) do nothing;
end;
$$;

comment on function gamification.open_xp_account(uuid) is
'Makes a person''s account, with no XP, unless it exists.

Args: p_user_id: the person.
Returns: nothing.
Raises: PT404 user.not_found.
Caller: functions of the ledger.';

revoke all on function gamification.open_xp_account(uuid) from public;
