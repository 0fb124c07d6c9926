create or replace function gamification.remove_friend(p_user_id uuid) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_me uuid := auth.uid();
begin
    perform gamification.lock_friendship(v_me, p_user_id);
    delete from gamification.friend_links as f
    where (f.user_id, f.friend_id) in ((v_me, p_user_id), (p_user_id, v_me));
    return found;
end;
$$;

comment on function gamification.remove_friend(uuid) is
'Ends a friendship, withdraws the caller''s request or declines the other person''s. Their common
streak is deleted.

Definer, because it writes the other person''s row too.

Args: p_user_id: the other person.
Returns: whether there was anything to end.
Raises: PT403 user.not_active, PT400 friend.oneself.
Caller: any user, for themselves.';

revoke all on function gamification.remove_friend(uuid) from public;
grant execute on function gamification.remove_friend(uuid) to authenticated, staff;
