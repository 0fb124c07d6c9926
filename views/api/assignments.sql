create or replace view api.assignments with (security_invoker = true) as
select
    a.id,
    a.course_id,
    a.lesson_id,
    a.title,
    a.instructions,
    a.points,
    a.passing_percent,
    a.due_at,
    a.due_after_days,
    a.is_late_allowed,
    a.late_penalty_percent,
    a.late_floor_percent,
    a.max_submissions,
    a.is_required,
    a.is_published,
    a.published_at,
    a.created_at,
    a.updated_at
from learn.assignments as a;

comment on view api.assignments is
'Work to hand in, of courses that the caller takes or teaches.';

revoke all on api.assignments from public, anon, authenticated, staff, service_role;
grant select on api.assignments to authenticated, staff, service_role;
grant insert (
    course_id, lesson_id, title, instructions, points, passing_percent, due_at,
    due_after_days, is_late_allowed, late_penalty_percent, late_floor_percent,
    max_submissions, is_required
) on api.assignments to staff, service_role;
grant update (
    title, instructions, points, passing_percent, due_at, due_after_days, is_late_allowed,
    late_penalty_percent, late_floor_percent, max_submissions, is_required
) on api.assignments to staff, service_role;
grant delete on api.assignments to staff, service_role;
