create or replace function learn.publish_assessment(
    p_assessment_id uuid,
    p_is_published boolean default true
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_assessment learn.assessments;
    v_problem text;
begin
    select * into v_assessment
    from learn.assessments as a
    where a.id = p_assessment_id
    for update;
    if not found then
        raise sqlstate 'PT404' using
            message = format(
                'no assessment has the id %L, or you may not see it', p_assessment_id
            ),
            detail = 'assessment.not_found',
            hint = 'Send an id from the view assessments.';
    end if;
    perform content.assert_may_edit_course(v_assessment.course_id, 'lesson.publish');
    if p_is_published is not true then
        update learn.assessments set is_published = false where id = p_assessment_id;
        return null;
    end if;
    -- The locks keep items and keys as they are between this check and the freeze.
    perform from learn.assessment_items as i
    where i.assessment_id = p_assessment_id
    for update;
    select coalesce(
        string_agg(
            format('item %s %s', i.item_order, learn.item_problem(i, k.correct)), '; '
            order by i.item_order
        ) filter (where learn.item_problem(i, k.correct) is not null),
        case when count(*) = 0 then 'it has no items' end
    ) into v_problem
    from learn.assessment_items as i
    left join learn.answer_keys as k on i.id = k.item_id
    where i.assessment_id = p_assessment_id;
    if v_problem is not null then
        raise sqlstate 'PT409' using
            message = 'this assessment is not complete',
            detail = 'assessment.incomplete',
            hint = left('Correct the assessment and publish it again: ' || v_problem, 500);
    end if;
    return learn.freeze_assessment(v_assessment);
end;
$$;

comment on function learn.publish_assessment(uuid, boolean) is
'Publishes an assessment or its changes: its items and keys are frozen as a new version. Open
attempts keep the version they began with. A required assessment counts only for learners whose
publication of the course is not older than it.

Definer, because nobody writes versions directly.

Args: p_assessment_id: the assessment; p_is_published: false unpublishes it.
Returns: the version''s number; null if it was unpublished.
Raises: PT404 assessment.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied, PT409 assessment.incomplete.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function learn.publish_assessment(uuid, boolean) from public;
grant execute on function learn.publish_assessment(uuid, boolean) to staff, service_role;
