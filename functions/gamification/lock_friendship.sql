create or replace function gamification.lock_friendship(p_user_id uuid, p_friend_id uuid)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform rbac.assert_active(p_user_id);
    if p_user_id = p_friend_id then
        raise sqlstate 'PT400' using
            message = 'you cannot be your own friend',
            detail = 'friend.oneself',
            hint = 'Send the id of another person.';
    end if;
    -- Both people's friends, in one order for everybody, so that limits hold and nobody deadlocks.
    perform pg_advisory_xact_lock(
        hashtextextended('gamification.friend_links:' || person.id::text, 0)
    )
    from (
        select p.id
        from unnest(array[p_user_id, p_friend_id]) as p (id)
        where p.id is not null
        order by p.id
    ) as person;
end;
$$;

comment on function gamification.lock_friendship(uuid, uuid) is
'Locks the friends of two people until the transaction ends, so that only the caller changes them.

Args: p_user_id: the acting person; p_friend_id: the other person.
Returns: nothing.
Raises: PT403 user.not_active, PT400 friend.oneself.
Caller: functions of this package.';

revoke all on function gamification.lock_friendship(uuid, uuid) from public;
