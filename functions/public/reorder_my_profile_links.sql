create or replace function public.reorder_my_profile_links(p_link_ids uuid[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
    v_moved integer;
begin
    if
        (select count(distinct id) from unnest(p_link_ids) as id) <> cardinality(p_link_ids)
        or array(
            select l.id from public.profile_links as l where l.user_id = v_user_id order by l.id
        ) is distinct from array(select id from unnest(p_link_ids) as id order by id)
    then
        raise sqlstate 'PT400' using
            message = 'the list does not name each of your links once',
            detail = 'profile_link.order_incomplete',
            hint = 'Send the ids of all your links in their new order.';
    end if;

    update public.profile_links as l
    set link_order = wanted.position
    from unnest(p_link_ids) with ordinality as wanted (id, position)
    where l.id = wanted.id and l.link_order <> wanted.position;
    get diagnostics v_moved = row_count;
    return v_moved;
end;
$$;

comment on function public.reorder_my_profile_links(uuid[]) is
'Reorders the caller''s links in one statement.

Args: p_link_ids: ids of all the caller''s links, in the order they are to have.
Returns: how many moved.
Raises: PT400 profile_link.order_incomplete.
Caller: anyone, for themselves.';

revoke all on function public.reorder_my_profile_links(uuid[]) from public;
grant execute on function public.reorder_my_profile_links(uuid[]) to authenticated, staff;
