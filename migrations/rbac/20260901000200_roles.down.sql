drop table rbac.api_keys;
drop table rbac.role_grants_log;
drop table rbac.user_roles;
drop table rbac.role_permissions;
drop table rbac.permissions;
drop table rbac.roles;
drop schema rbac;
