create or replace view api.assessment_versions with (security_invoker = true) as
select
    v.id,
    v.assessment_id,
    v.course_id,
    v.version,
    v.items,
    v.max_points,
    v.passing_percent,
    v.time_limit_sec,
    v.shuffle_items,
    v.shuffle_options,
    v.published_by,
    v.published_at
from learn.assessment_versions as v;

comment on view api.assessment_versions is
'Published versions of assessments, for those who teach the course.';

revoke all on api.assessment_versions from public, anon, authenticated, staff, service_role;
grant select on api.assessment_versions to staff, service_role;
