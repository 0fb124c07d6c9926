create or replace function api.issue_certificate(user_id uuid, course_id uuid) returns uuid
language sql
set search_path = pg_catalog, pg_temp
return learn.issue_certificate(user_id, course_id);

comment on function api.issue_certificate(uuid, uuid) is
'Issues a certificate by hand to somebody who completed a course: because none was issued at the
time, or because one was revoked.

The person and course are the key: if they have a certificate that is not revoked, this returns it.

Args: user_id: the person; course_id: the course.
Returns: the certificate''s id.
Raises: PT403 certificate.denied, PT403 certificate.own, PT409 certificate.course_open.
Caller: staff with certificate.manage, everywhere or in the course; service.';

revoke all on function api.issue_certificate(uuid, uuid) from public;
grant execute on function api.issue_certificate(uuid, uuid) to staff, service_role;
