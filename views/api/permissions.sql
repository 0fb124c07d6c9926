create or replace view api.permissions with (security_invoker = true) as
select
    p.id,
    p.name,
    p.description,
    p.created_at,
    p.updated_at
from rbac.permissions as p;

comment on view api.permissions is
'Single things that a person may do, named area.action.';

revoke all on api.permissions from public, anon, authenticated, staff, service_role;
grant select on api.permissions to authenticated, staff, service_role;
grant insert (name, description) on api.permissions to service_role;
grant update (name, description) on api.permissions to service_role;
grant delete on api.permissions to service_role;
