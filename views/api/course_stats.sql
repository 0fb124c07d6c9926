create or replace view api.course_stats with (security_invoker = true) as
select
    s.course_id,
    s.course_is_visible,
    s.student_count,
    s.active_count,
    s.completed_count,
    s.rating_count,
    s.rating_sum,
    s.lesson_count,
    s.duration_sec,
    s.updated_at
from content.course_stats as s;

comment on view api.course_stats is
'Counts of each course.';
comment on column api.course_stats.active_count is
'Of those, the people who learn now.';
comment on column api.course_stats.rating_sum is
'Sum of ratings from 1 to 5: divide it by rating_count.';
comment on column api.course_stats.duration_sec is
'Seconds of its published lessons.';
comment on column api.course_stats.course_is_visible is
'A copy of the course''s is_visible.';

revoke all on api.course_stats from public, anon, authenticated, staff, service_role;
grant select on api.course_stats to anon, authenticated, staff, service_role;
