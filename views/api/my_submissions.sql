create or replace view api.my_submissions with (security_invoker = true) as
select
    s.id,
    s.assignment_id,
    s.course_id,
    s.user_id,
    s.submission_no,
    s.content,
    s.file_ids,
    s.submitted_at,
    s.days_late,
    s.penalty_percent,
    s.max_points,
    s.status,
    s.version,
    s.raw_points,
    s.points,
    s.is_passed,
    s.feedback,
    s.graded_by,
    s.graded_at,
    s.updated_at
from learn.submissions as s
where s.user_id = (select auth.uid());

comment on view api.my_submissions is
'Work that the caller handed in, and its points.';

revoke all on api.my_submissions from public, anon, authenticated, staff, service_role;
grant select on api.my_submissions to authenticated, staff;
