create or replace view api.cohorts with (security_invoker = true) as
select
    g.id,
    g.course_id,
    g.course_is_visible,
    g.title,
    g.description,
    g.seats,
    g.seats_taken,
    g.waiting_count,
    g.starts_at,
    g.ends_at,
    g.enroll_from,
    g.enroll_until,
    g.access_until,
    g.is_published,
    g.is_visible,
    g.created_at,
    g.updated_at
from learn.cohorts as g;

comment on view api.cohorts is
'Groups that take a course together. Everyone sees published ones; those who teach the course see '
'all of them.';

revoke all on api.cohorts from public, anon, authenticated, staff, service_role;
grant select on api.cohorts to anon, authenticated, staff, service_role;
grant insert (
    course_id, title, description, seats, starts_at, ends_at, enroll_from, enroll_until,
    access_until, is_published
) on api.cohorts to staff, service_role;
grant update (
    title, description, seats, starts_at, ends_at, enroll_from, enroll_until, access_until,
    is_published
) on api.cohorts to staff, service_role;
grant delete on api.cohorts to staff, service_role;
