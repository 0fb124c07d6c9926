create or replace function api.enroll_person(
    user_id uuid,
    course_id uuid,
    cohort_id uuid default null,
    expires_at timestamptz default null
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.enroll_person(user_id, course_id, cohort_id, expires_at);

comment on function api.enroll_person(uuid, uuid, uuid, timestamptz) is
'Enrols somebody else, even if the course is not open to them. The enrolment takes a seat like any
other and grants no access: schema access decides what they may read.

The person and course are the key: being enrolled already is not an error.

Args: user_id: the person; course_id: the course; cohort_id: one of its cohorts, null for none;
expires_at: the end, null: as the cohort says.
Returns: as enroll().
Raises: PT403 enrollment.denied, PT400 enrollment.request_invalid, PT404 user.not_found, PT404
course.not_found, PT404 cohort.not_found, PT409 enrollment.exists, PT409 enrollment.completed.
Caller: staff with enrollment.manage, everywhere or in the course; service.';

revoke all on function api.enroll_person(uuid, uuid, uuid, timestamptz) from public;
grant execute on function api.enroll_person(uuid, uuid, uuid, timestamptz) to staff, service_role;
