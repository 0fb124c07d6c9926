create or replace view learn.required_assignments with (security_invoker = true) as
select
    v.id as version_id,
    a.id as assignment_id,
    a.lesson_id
from content.content_versions as v
inner join learn.assignments as a on v.course_id = a.course_id
left join content.content_version_lessons as vl
    on v.id = vl.version_id and a.lesson_id = vl.lesson_id
where
    a.is_required
    and a.is_published
    and a.published_at <= v.published_at
    and (a.lesson_id is null or vl.lesson_id is not null);

comment on view learn.required_assignments is
'Assignments that must be handed in and passed to complete a publication of a course, or a lesson '
'of it. A publication does not require assignments that came after it.';

revoke all on learn.required_assignments from public, anon, authenticated, staff, service_role;
