create or replace view api.prerequisites with (security_invoker = true) as
select
    p.id,
    p.course_id,
    p.course_is_visible,
    p.lesson_id,
    p.required_course_id,
    p.required_lesson_id,
    p.created_at
from content.prerequisites as p;

comment on view api.prerequisites is
'Courses and lessons that must be completed before a course or a lesson can be begun.';
comment on column api.prerequisites.course_is_visible is
'A copy of the course''s is_visible.';

revoke all on api.prerequisites from public, anon, authenticated, staff, service_role;
grant select on api.prerequisites to anon, authenticated, staff, service_role;
grant insert (
    course_id, lesson_id, required_course_id, required_lesson_id
) on api.prerequisites to staff, service_role;
grant delete on api.prerequisites to staff, service_role;
