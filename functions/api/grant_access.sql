create or replace function api.grant_access(
    user_id uuid,
    key uuid,
    reason text,
    course_id uuid default null,
    tier text default null,
    valid_to timestamptz default null
) returns uuid
language sql
set search_path = pg_catalog, pg_temp
return access.grant_access(user_id, key, reason, course_id, tier, valid_to);

comment on function api.grant_access(uuid, uuid, text, uuid, text, timestamptz) is
'Opens a course or a tier to a person.

Args: user_id: the person; key: a new uuid, sent again when the request is repeated; reason: why;
course_id or tier: what to open; valid_to: the end, null for none.
Returns: the entitlement''s id, which is the key.
Raises: PT403 access.denied, PT403 access.self_grant, PT400 access.request_invalid, PT404
tier.not_found, PT404 course.not_found, PT404 user.not_found, PT409 idempotency.key_reused.
Caller: staff with entitlement.grant; service.';

revoke all on function api.grant_access(uuid, uuid, text, uuid, text, timestamptz) from public;
grant execute on function api.grant_access(uuid, uuid, text, uuid, text, timestamptz)
to staff, service_role;
