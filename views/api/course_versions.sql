create or replace view api.course_versions with (security_invoker = true) as
select
    v.id,
    v.course_id,
    v.version,
    v.title,
    v.note,
    v.published_by,
    v.published_at
from content.content_versions as v;

comment on view api.course_versions is
'Publications of courses. Learners see those they enrolled with; those who teach the course see '
'all.';

revoke all on api.course_versions from public, anon, authenticated, staff, service_role;
grant select on api.course_versions to authenticated, staff, service_role;
