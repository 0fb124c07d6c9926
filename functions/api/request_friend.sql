create or replace function api.request_friend(user_id uuid) returns text
language sql
set search_path = pg_catalog, pg_temp
return gamification.request_friend(user_id);

comment on function api.request_friend(uuid) is
'Asks someone to be the caller''s friend; if they asked first, the two become friends.

Args: user_id: a listed person.
Returns: requested or accepted; asking again changes nothing.
Raises: PT403 user.not_active, PT400 friend.oneself, PT404 user.not_found, PT429
friend.too_many_requests, PT409 friend.too_many.
Caller: any user, for themselves.';

revoke all on function api.request_friend(uuid) from public;
grant execute on function api.request_friend(uuid)
to authenticated, staff;
