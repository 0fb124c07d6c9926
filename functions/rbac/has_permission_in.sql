-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every staff policy calls this.
create or replace function rbac.has_permission_in(
    p_user_id uuid,
    p_permission text,
    p_scope_type text,
    p_scope_id uuid
) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (p_user_id = auth.uid() or util.is_service()) and exists (
        select
        from rbac.effective_permissions as ep
        where
            ep.user_id = p_user_id
            and ep.permission = p_permission
            and (
                ep.scope_type = 'global'
                or (ep.scope_type = p_scope_type and ep.scope_id = p_scope_id)
            )
    );
end;
$$;

comment on function rbac.has_permission_in(uuid, text, text, uuid) is
'Whether a person may do something in one school, course or engagement.

Definer, because nobody may read who else holds what.

Args: p_user_id: the person; p_permission: the permission''s name; p_scope_type: school, course or
engagement; p_scope_id: its id.
Returns: true also where the permission is held everywhere.
Caller: anyone about themselves (false about others), service about anyone.';

revoke all on function rbac.has_permission_in(uuid, text, text, uuid) from public;
grant execute on function rbac.has_permission_in(uuid, text, text, uuid)
to authenticated, staff, service_role;
