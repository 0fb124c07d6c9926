comment on schema rbac is
'Who may do what: roles, permissions, grants, keys. Not exposed to clients.';
comment on column rbac.roles.is_staff is
'Whether its holders wear the hat, the database role staff. The hat alone opens nothing.';
comment on table rbac.role_permissions is
'Which role gives which permission, and when. End a row instead of deleting it: the past stays '
'known.';
comment on table rbac.user_roles is
'Who holds which role, everywhere or in one school, course or engagement. Written by '
'rbac.grant_role() and rbac.revoke_role() alone; every change is in role_grants_log.';
comment on function util.uuid_as_inet(uuid) is
'The IPv6 address of a uuid''s 128 bits, so that exclusion constraints can ask for equal ids: GiST
has an equality for inet without an extension, and none for uuid.

Args: p_id: any uuid.
Returns: another address for every other uuid.
Caller: constraints.';
