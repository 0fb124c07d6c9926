create or replace view api.people_lesson_analytics with (security_invoker = true) as
select
    a.user_id,
    a.lesson_id,
    a.course_id,
    a.interactions,
    a.updated_at
from learn.lesson_analytics as a;

comment on view api.people_lesson_analytics is
'Learners'' actions in lesson players, for those who teach them and staff with progress.read_any.';

revoke all on api.people_lesson_analytics from public, anon, authenticated, staff, service_role;
grant select on api.people_lesson_analytics to staff, service_role;
