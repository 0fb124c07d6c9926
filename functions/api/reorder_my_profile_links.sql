create or replace function api.reorder_my_profile_links(link_ids uuid[]) returns integer
language sql
set search_path = pg_catalog, pg_temp
return public.reorder_my_profile_links(link_ids);

comment on function api.reorder_my_profile_links(uuid[]) is
'Reorders your links.

Args: link_ids: ids of all your links, in the order they are to have.
Returns: how many moved.
Raises: PT400 profile_link.order_incomplete.
Caller: anyone, for themselves.';

revoke all on function api.reorder_my_profile_links(uuid[]) from public;
grant execute on function api.reorder_my_profile_links(uuid[]) to authenticated, staff;
