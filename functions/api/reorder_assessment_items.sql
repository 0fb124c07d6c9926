create or replace function api.reorder_assessment_items(
    assessment_id uuid,
    item_ids uuid[]
) returns void
language sql
set search_path = pg_catalog, pg_temp
return learn.reorder_assessment_items(assessment_id, item_ids);

comment on function api.reorder_assessment_items(uuid, uuid[]) is
'Reorders the items of an assessment in one statement.

Args: assessment_id: the assessment; item_ids: all of its items, in their new order.
Returns: nothing.
Raises: PT404 assessment.not_found, PT404 course.not_found, PT403 course.edit_denied, PT400
assessment.items_invalid.
Caller: those who teach the course, staff with course.edit; service.';

revoke all on function api.reorder_assessment_items(uuid, uuid[]) from public;
grant execute on function api.reorder_assessment_items(uuid, uuid[]) to staff, service_role;
