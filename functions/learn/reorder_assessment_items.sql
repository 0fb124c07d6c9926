create or replace function learn.reorder_assessment_items(
    p_assessment_id uuid,
    p_item_ids uuid[]
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid;
begin
    select a.course_id into v_course_id
    from learn.assessments as a
    where a.id = p_assessment_id
    for no key update;
    if not found then
        raise sqlstate 'PT404' using
            message = format(
                'no assessment has the id %L, or you may not see it', p_assessment_id
            ),
            detail = 'assessment.not_found',
            hint = 'Send an id from the view assessments.';
    end if;
    perform content.assert_may_edit_course(v_course_id);
    if (
        select array_agg(i.id order by i.id) from learn.assessment_items as i
        where i.assessment_id = p_assessment_id
    ) is distinct from (select array_agg(x.id order by x.id) from unnest(p_item_ids) as x (id))
    then
        raise sqlstate 'PT400' using
            message = 'the list does not name each item of the assessment once',
            detail = 'assessment.items_invalid',
            hint = 'Send the ids of all its items in their new order.';
    end if;
    update learn.assessment_items as i
    set item_order = x.item_order
    from unnest(p_item_ids) with ordinality as x (id, item_order)
    where i.id = x.id;
end;
$$;

comment on function learn.reorder_assessment_items(uuid, uuid[]) is
'Reorders the items of an assessment in one statement.

Definer, because nobody writes the order directly.

Args: p_assessment_id: the assessment; p_item_ids: all of its items, in their new order.
Returns: nothing.
Raises: PT404 assessment.not_found, PT404 course.not_found, PT403 course.edit_denied, PT400
assessment.items_invalid.
Caller: those who teach the course, staff with course.edit; service.';

revoke all on function learn.reorder_assessment_items(uuid, uuid[]) from public;
grant execute on function learn.reorder_assessment_items(uuid, uuid[]) to staff, service_role;
