-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every staff policy calls this.
create or replace function rbac.has_permission(p_user_id uuid, p_permission text) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (p_user_id = auth.uid() or util.is_service()) and exists (
        select
        from rbac.effective_permissions as ep
        where ep.user_id = p_user_id and ep.permission = p_permission and ep.scope_type = 'global'
    );
end;
$$;

comment on function rbac.has_permission(uuid, text) is
'Whether a person may do something everywhere.

Definer, because nobody may read who else holds what.

Args: p_user_id: the person; p_permission: the permission''s name.
Returns: false for grants for one scope only: those count through rbac.scope_ids().
Caller: anyone about themselves (false about others), service about anyone.';

revoke all on function rbac.has_permission(uuid, text) from public;
grant execute on function rbac.has_permission(uuid, text) to authenticated, staff, service_role;
