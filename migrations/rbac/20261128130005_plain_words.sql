comment on schema rbac is
'Access rights: roles, permissions, grants, keys. Not exposed to clients.';
comment on column rbac.roles.is_staff is
'Whether requests of its holders run as database role staff. That role alone grants nothing.';
comment on table rbac.role_permissions is
'Permissions that roles give, and when. End a row instead of deleting it, so that the past stays '
'known.';
comment on table rbac.user_roles is
'Roles that people hold, everywhere or in one school, course or engagement. Written by '
'rbac.grant_role() and rbac.revoke_role() alone; every change is in role_grants_log.';
comment on function util.uuid_as_inet(uuid) is
'The IPv6 address of a uuid''s 128 bits, so that exclusion constraints can ask for equal ids: GiST
has an equality for inet without an extension, and none for uuid.

Args: p_id: any uuid.
Returns: a different address for each uuid.
Caller: constraints.';
