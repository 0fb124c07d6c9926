create type util.uuid_range as range (subtype = uuid);

comment on type util.uuid_range is
'A range of one uuid, written uuid_range(id, id, ''[]''), so that exclusion constraints can ask '
'for equal ids.';

alter table rbac.role_permissions drop constraint ex_role_permissions_validity;

alter table rbac.role_permissions
add constraint ex_role_permissions_validity exclude using gist (
    util.uuid_range(role_id, role_id, '[]') with &&,
    util.uuid_range(permission_id, permission_id, '[]') with &&,
    tstzrange(valid_from, valid_to) with &&
);

drop function if exists util.uuid_as_inet(uuid);
