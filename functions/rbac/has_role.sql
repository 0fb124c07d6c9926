-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every staff policy calls this.
create or replace function rbac.has_role(p_user_id uuid, p_role text) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (p_user_id = auth.uid() or util.is_service()) and exists (
        select
        from rbac.effective_roles as er
        where er.user_id = p_user_id and er.role = p_role and er.scope_type = 'global'
    );
end;
$$;

comment on function rbac.has_role(uuid, text) is
'Whether a person holds a role everywhere.

Definer, because nobody may read who else holds what.

Args: p_user_id: the person; p_role: the role''s name.
Returns: false for expired grants, grants for one scope only, and people who are not active.
Caller: anyone about themselves (false about others), service about anyone.';

revoke all on function rbac.has_role(uuid, text) from public;
grant execute on function rbac.has_role(uuid, text) to authenticated, staff, service_role;
