create or replace view api.my_lesson_analytics with (security_invoker = true) as
select
    a.user_id,
    a.lesson_id,
    a.course_id,
    a.interactions,
    a.updated_at
from learn.lesson_analytics as a
where a.user_id = (select auth.uid());

comment on view api.my_lesson_analytics is
'The caller''s actions in lesson players, as their app reported them.';

revoke all on api.my_lesson_analytics from public, anon, authenticated, staff, service_role;
grant select on api.my_lesson_analytics to authenticated, staff;
