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

revoke all on api.assessment_items from public, anon, authenticated, staff, service_role;
grant select on api.assessment_items to staff, service_role;
grant insert (
    assessment_id, item_order, item_type, prompt, options, points, penalty, has_partial_credit
) on api.assessment_items to staff, service_role;
grant update (
    item_type, prompt, options, points, penalty, has_partial_credit
) on api.assessment_items to staff, service_role;
grant delete on api.assessment_items to staff, service_role;
