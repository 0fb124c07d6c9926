create or replace function api.gradebook(
    course_id uuid,
    page_size integer default 50,
    after uuid default null
) returns table (
    enrollment_id uuid,
    user_id uuid,
    display_name text,
    status text,
    enrolled_at timestamptz,
    completed_lessons integer,
    total_lessons integer,
    percent integer,
    last_activity_at timestamptz,
    assessments jsonb,
    assignments jsonb
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.enrollment_id,
        x.user_id,
        x.display_name,
        x.status,
        x.enrolled_at,
        x.completed_lessons,
        x.total_lessons,
        x.percent,
        x.last_activity_at,
        x.assessments,
        x.assignments
    from learn.gradebook(course_id, page_size, after) as x;
end;

comment on function api.gradebook(uuid, integer, uuid) is
'The learners of a course and their results, in the order in which they enrolled.

Args: course_id: the course; page_size: 1 to 500; after: the last enrollment_id of the previous
page.
Returns: a row for each learner; assessments: {assessment id: best percent}; assignments:
{assignment id: most points}.
Raises: PT404 gradebook.not_found, PT400 gradebook.page_invalid.
Caller: those who teach the course, staff with progress.read_any, or gradebook.read everywhere or
in the course; service.';

revoke all on function api.gradebook(uuid, integer, uuid) from public;
grant execute on function api.gradebook(uuid, integer, uuid) to staff, service_role;
