create or replace function api.accept_friend(user_id uuid) returns text
language sql
set search_path = pg_catalog, pg_temp
return gamification.accept_friend(user_id);

comment on function api.accept_friend(uuid) is
'Accepts the request of someone who asked to be the caller''s friend.

Args: user_id: the person who asked.
Returns: accepted; accepting again changes nothing.
Raises: PT403 user.not_active, PT400 friend.oneself, PT404 friend.request_not_found, PT409
friend.too_many.
Caller: any user, for themselves.';

revoke all on function api.accept_friend(uuid) from public;
grant execute on function api.accept_friend(uuid)
to authenticated, staff;
