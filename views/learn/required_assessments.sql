create or replace view learn.required_assessments with (security_invoker = true) as
select
    v.id as version_id,
    a.id as assessment_id,
    a.lesson_id
from content.content_versions as v
inner join learn.assessments as a on v.course_id = a.course_id
left join content.content_version_lessons as vl
    on v.id = vl.version_id and a.lesson_id = vl.lesson_id
where
    a.is_required
    and a.is_published
    and a.assessment_type <> 'practice'
    and a.published_at <= v.published_at
    and (a.lesson_id is null or vl.lesson_id is not null);

comment on view learn.required_assessments is
'Assessments that must be passed to complete a publication of a course, or a lesson of it. A '
'publication does not require assessments that came after it.';

revoke all on learn.required_assessments from public, anon, authenticated, staff, service_role;
