create or replace function api.remove_friend(user_id uuid) returns boolean
language sql
set search_path = pg_catalog, pg_temp
return gamification.remove_friend(user_id);

comment on function api.remove_friend(uuid) is
'Ends a friendship, withdraws the caller''s request or declines the other person''s. Their common
streak is deleted.

Args: user_id: the other person.
Returns: whether there was anything to end.
Raises: PT403 user.not_active, PT400 friend.oneself.
Caller: any user, for themselves.';

revoke all on function api.remove_friend(uuid) from public;
grant execute on function api.remove_friend(uuid)
to authenticated, staff;
