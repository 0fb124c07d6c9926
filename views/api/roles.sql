create or replace view api.roles with (security_invoker = true) as
select
    r.id,
    r.name,
    r.title,
    r.description,
    r.is_staff,
    r.is_indispensable,
    r.assigned_to_new,
    r.created_at,
    r.updated_at
from rbac.roles as r;

comment on view api.roles is
'Bundles of permissions that people hold.';
comment on column api.roles.is_staff is
'Whether requests of its holders run as database role staff.';

revoke all on api.roles from public, anon, authenticated, staff, service_role;
grant select on api.roles to authenticated, staff, service_role;
grant insert (
    name, title, description, is_staff, is_indispensable, assigned_to_new
) on api.roles to service_role;
grant update (
    name, title, description, is_staff, is_indispensable, assigned_to_new
) on api.roles to service_role;
grant delete on api.roles to service_role;
