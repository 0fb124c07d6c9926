create or replace function content.reorder_lessons(p_module_id uuid, p_lesson_ids uuid[])
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (select m.course_id from content.modules as m where m.id = p_module_id);
    v_moved integer;
begin
    if v_course_id is null then
        raise sqlstate 'PT404' using
            message = format('no module has the id %L', p_module_id),
            detail = 'module.not_found',
            hint = 'Send an id from the view modules.';
    end if;
    perform content.assert_may_edit_course(v_course_id);
    perform from content.courses as c where c.id = v_course_id for no key update;
    if
        p_lesson_ids is null
        or exists (
            select
            from unnest(p_lesson_ids) as wanted (id)
            left join content.lessons as l on wanted.id = l.id and l.course_id = v_course_id
            where l.id is null
        )
        or (select count(distinct id) from unnest(p_lesson_ids) as id) <> cardinality(p_lesson_ids)
        or exists (
            select
            from content.lessons as l
            where l.module_id = p_module_id and l.id <> all (p_lesson_ids)
        )
    then
        raise sqlstate 'PT400' using
            message = 'the list does not name each lesson of the module once',
            detail = 'lesson.order_incomplete',
            hint = 'Send the ids of all its lessons in their new order; lessons of other modules '
            'of the course move here when they are named.';
    end if;
    update content.lessons as l
    set lesson_order = wanted.position, module_id = p_module_id
    from unnest(p_lesson_ids) with ordinality as wanted (id, position)
    where
        l.id = wanted.id
        and (l.lesson_order <> wanted.position or l.module_id <> p_module_id);
    get diagnostics v_moved = row_count;
    return v_moved;
end;
$$;

comment on function content.reorder_lessons(uuid, uuid[]) is
'Reorders the lessons of a module in one statement. Lessons of other modules of the course move into
it when they are named. Learners see the new order when the course is published again.

Definer, because a direct update would silently find no row where this refuses with a stable name.

Args: p_module_id: the module; p_lesson_ids: ids of all its lessons, in the order they are to have.
Returns: how many moved.
Raises: PT404 module.not_found, PT404 course.not_found, PT403 course.edit_denied, PT400
lesson.order_incomplete.
Caller: those who teach the course; service.';

revoke all on function content.reorder_lessons(uuid, uuid[]) from public;
grant execute on function content.reorder_lessons(uuid, uuid[]) to staff, service_role;
