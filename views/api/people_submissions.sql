create or replace view api.people_submissions with (security_invoker = true) as
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
from learn.submissions as s;

comment on view api.people_submissions is
'Work that learners handed in, for those who teach the course and staff with progress.read_any. '
'Status submitted means that it waits to be graded.';

revoke all on api.people_submissions from public, anon, authenticated, staff, service_role;
grant select on api.people_submissions to staff, service_role;
