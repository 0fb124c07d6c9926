create or replace view api.course_version_lessons with (security_invoker = true) as
select
    v.version_id,
    v.course_id,
    v.lesson_id,
    v.body_version_id,
    v.module_id,
    v.module_title,
    v.module_order,
    v.lesson_order,
    v.title,
    v.summary,
    v.lesson_type,
    v.duration_sec,
    v.is_preview
from content.content_version_lessons as v;

comment on view api.course_version_lessons is
'The lessons of a publication. Learners see the outline of the publication they enrolled with; '
'those who teach the course see every one.';

revoke all on api.course_version_lessons from public, anon, authenticated, staff, service_role;
grant select on api.course_version_lessons to authenticated, staff, service_role;
