create or replace function content.category_ids_below(p_category_id uuid) returns setof uuid
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with recursive below (id) as (
        select p_category_id as id
        union
        select c.id
        from below as b
        inner join content.categories as c on b.id = c.parent_id
    )

    select b.id
    from below as b
    where b.id is not null;
end;

comment on function content.category_ids_below(uuid) is
'A category and all categories below it.

Args: p_category_id: the category; null gives none.
Returns: ids.
Caller: functions of this package.';

revoke all on function content.category_ids_below(uuid) from public;
