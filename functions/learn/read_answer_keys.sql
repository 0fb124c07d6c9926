create or replace function learn.read_answer_keys(p_assessment_id uuid)
returns table (item_id uuid, correct jsonb, guidance text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (
        select a.course_id from learn.assessments as a where a.id = p_assessment_id
    );
begin
    if v_course_id is null then
        raise sqlstate 'PT404' using
            message = format(
                'no assessment has the id %L, or you may not see it', p_assessment_id
            ),
            detail = 'assessment.not_found',
            hint = 'Send an id from the view assessments.';
    end if;
    -- People with course.edit can overwrite the keys; that alone does not let them read the keys.
    if
        not util.is_service()
        and not learn.teaches(auth.uid(), v_course_id)
        and not rbac.has_permission_in(auth.uid(), 'gradebook.grade', 'course', v_course_id)
    then
        raise sqlstate 'PT404' using
            message = format(
                'no assessment has the id %L, or you may not see it', p_assessment_id
            ),
            detail = 'assessment.not_found',
            hint = 'Send an id from the view assessments.';
    end if;
    return query
    select i.id, k.correct, k.guidance
    from learn.assessment_items as i
    left join learn.answer_keys as k on i.id = k.item_id
    where i.assessment_id = p_assessment_id
    order by i.item_order;
end;
$$;

comment on function learn.read_answer_keys(uuid) is
'Right answers of an assessment, as its authors last saved them.

Definer, because no client touches the keys.

Args: p_assessment_id: the assessment.
Returns: a row for each item, in order; a person grades an item without a key.
Raises: PT404 assessment.not_found, also for callers who may not see them.
Caller: those who teach the course or hold gradebook.grade, everywhere or in the course; service.';

revoke all on function learn.read_answer_keys(uuid) from public;
grant execute on function learn.read_answer_keys(uuid) to staff, service_role;
