create or replace function gamification.request_friend(p_user_id uuid) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_me uuid := auth.uid();
    v_status text;
begin
    perform gamification.lock_friendship(v_me, p_user_id);
    select f.status into v_status
    from gamification.friend_links as f
    where f.user_id = v_me and f.friend_id = p_user_id;
    if v_status in ('requested', 'accepted') then
        return v_status;
    end if;
    if v_status = 'received' then
        return gamification.accept_friend(p_user_id);
    end if;
    if not exists (select from public.profiles as p where p.id = p_user_id and p.is_listed) then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;
    if (
        select count(*)
        from gamification.friend_links as f
        where f.user_id = v_me and f.status = 'requested'
    ) >= util.setting('gamification', 'friends.max_requests') then
        raise sqlstate 'PT429' using
            message = 'too many of your requests wait for an answer',
            detail = 'friend.too_many_requests',
            hint = 'Take some requests back with remove_friend.';
    end if;
    insert into gamification.friend_links (user_id, friend_id, status)
    values (v_me, p_user_id, 'requested'), (p_user_id, v_me, 'received');
    return 'requested';
end;
$$;

comment on function gamification.request_friend(uuid) is
'Asks someone to be the caller''s friend; if they asked first, the two become friends.

Definer, because it writes the other person''s row too.

Args: p_user_id: a listed person.
Returns: requested or accepted; asking again changes nothing.
Raises: PT403 user.not_active, PT400 friend.oneself, PT404 user.not_found, PT429
friend.too_many_requests, PT409 friend.too_many.
Caller: any user, for themselves.';

revoke all on function gamification.request_friend(uuid) from public;
grant execute on function gamification.request_friend(uuid) to authenticated, staff;
