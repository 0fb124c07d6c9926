create or replace function gamification.accept_friend(p_user_id uuid) returns text
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
    if v_status = 'accepted' then
        return v_status;
    end if;
    if v_status is distinct from 'received' then
        raise sqlstate 'PT404' using
            message = format('%s has not asked to be your friend', p_user_id),
            detail = 'friend.request_not_found',
            hint = 'Call request_friend to ask them.';
    end if;
    if (
        select max(x.friends)
        from (
            select count(*) as friends
            from gamification.friend_links as f
            where f.user_id in (v_me, p_user_id) and f.status = 'accepted'
            group by f.user_id
        ) as x
    ) >= util.setting('gamification', 'friends.max') then
        raise sqlstate 'PT409' using
            message = 'one of you already has the greatest number of friends',
            detail = 'friend.too_many',
            hint = 'Remove a friend first, or ask the other person to.';
    end if;
    update gamification.friend_links as f
    set status = 'accepted', accepted_at = now()
    where (f.user_id, f.friend_id) in ((v_me, p_user_id), (p_user_id, v_me));
    return 'accepted';
end;
$$;

comment on function gamification.accept_friend(uuid) is
'Accepts the request of someone who asked to be the caller''s friend.

Definer, because it writes the other person''s row too.

Args: p_user_id: the person who asked.
Returns: accepted; accepting again changes nothing.
Raises: PT403 user.not_active, PT400 friend.oneself, PT404 friend.request_not_found, PT409
friend.too_many.
Caller: any user, for themselves.';

revoke all on function gamification.accept_friend(uuid) from public;
grant execute on function gamification.accept_friend(uuid) to authenticated, staff;
