create or replace function api.feature_course(course_id uuid, is_featured boolean) returns boolean
language sql
set search_path = pg_catalog, pg_temp
return content.feature_course(course_id, is_featured);

comment on function api.feature_course(uuid, boolean) is
'Features a published course in the catalogue, or stops featuring it.

Args: course_id: the course; is_featured: whether to feature it.
Returns: the new value.
Raises: PT403 course.permission_denied, PT404 course.not_found.
Caller: staff with category.manage; service.';

revoke all on function api.feature_course(uuid, boolean) from public;
grant execute on function api.feature_course(uuid, boolean) to staff, service_role;
