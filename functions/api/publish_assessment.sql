create or replace function api.publish_assessment(
    assessment_id uuid,
    is_published boolean default true
) returns integer
language sql
set search_path = pg_catalog, pg_temp
return learn.publish_assessment(assessment_id, is_published);

comment on function api.publish_assessment(uuid, boolean) is
'Publishes an assessment or its changes: its items and keys are frozen as a new version. Open
attempts keep the version they began with. A required assessment counts only for learners whose
publication of the course is not older than it.

Args: assessment_id: the assessment; is_published: false unpublishes it.
Returns: the version''s number; null if it was unpublished.
Raises: PT404 assessment.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied, PT409 assessment.incomplete.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function api.publish_assessment(uuid, boolean) from public;
grant execute on function api.publish_assessment(uuid, boolean) to staff, service_role;
