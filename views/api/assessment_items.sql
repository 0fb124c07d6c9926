create or replace view api.assessment_items with (security_invoker = true) as
select
    i.id,
    i.assessment_id,
    i.course_id,
    i.item_order,
    i.item_type,
    i.prompt,
    i.options,
    i.points,
    i.penalty,
    i.has_partial_credit,
    i.created_at,
    i.updated_at
from learn.assessment_items as i;

comment on view api.assessment_items is
'Questions, for those who teach the course. Learners get them by start_attempt; right answers are'
' set by set_answer_key.';
comment on column api.assessment_items.course_id is
'A copy of assessments.course_id.';
comment on column api.assessment_items.options is
'The options: [{"id": "a", "text": "..."}]; empty if there is nothing to choose. A question that '
'loses an option, or gets another type, loses its right answer.';
comment on column api.assessment_items.penalty is
'Points taken off for a wrong answer; none for no answer.';
comment on column api.assessment_items.has_partial_credit is
'Whether a part of the answer earns a part of the points.';

revoke all on api.assessment_items from public, anon, authenticated, staff, service_role;
grant select on api.assessment_items to staff, service_role;
grant insert (
    assessment_id, item_order, item_type, prompt, options, points, penalty, has_partial_credit
) on api.assessment_items to staff, service_role;
grant update (
    item_type, prompt, options, points, penalty, has_partial_credit
) on api.assessment_items to staff, service_role;
grant delete on api.assessment_items to staff, service_role;
