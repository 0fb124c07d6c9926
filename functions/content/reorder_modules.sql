create or replace function content.reorder_modules(p_course_id uuid, p_module_ids uuid[])
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_moved integer;
begin
    perform content.assert_may_edit_course(p_course_id);
    perform from content.courses as c where c.id = p_course_id for no key update;
    if
        array(select id from unnest(p_module_ids) as id order by id) is distinct from array(
            select m.id from content.modules as m where m.course_id = p_course_id order by m.id
        )
    then
        raise sqlstate 'PT400' using
            message = 'the list does not name each module of the course once',
            detail = 'module.order_incomplete',
            hint = 'Send the ids of all its modules in their new order.';
    end if;
    update content.modules as m
    set module_order = wanted.position
    from unnest(p_module_ids) with ordinality as wanted (id, position)
    where m.id = wanted.id and m.module_order <> wanted.position;
    get diagnostics v_moved = row_count;
    return v_moved;
end;
$$;

comment on function content.reorder_modules(uuid, uuid[]) is
'Reorders the modules of a course in one statement. Learners see the new order when the course is
published again.

Definer, because a direct update would silently find no row where this refuses with a stable name.

Args: p_course_id: the course; p_module_ids: ids of all its modules, in the order they are to have.
Returns: how many moved.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT400 module.order_incomplete.
Caller: those who teach the course; service.';

revoke all on function content.reorder_modules(uuid, uuid[]) from public;
grant execute on function content.reorder_modules(uuid, uuid[]) to staff, service_role;
