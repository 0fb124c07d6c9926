-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every staff policy calls this.
create or replace function rbac.scope_ids(p_scope_type text, p_permission text)
returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select distinct ep.scope_id
    from rbac.effective_permissions as ep
    where
        ep.user_id = auth.uid()
        and ep.permission = p_permission
        and ep.scope_type = p_scope_type
        and ep.scope_id is not null;
end;
$$;

comment on function rbac.scope_ids(text, text) is
'The schools, courses or engagements in which the caller may do something, for policies:
course_id = any(array(select rbac.scope_ids(''course'', ''gradebook.read''))).

Definer, because nobody may read who else holds what.

Args: p_scope_type: school, course or engagement; p_permission: the permission''s name.
Returns: ids; permissions held everywhere are not among them.
Caller: anyone, for themselves.';

revoke all on function rbac.scope_ids(text, text) from public;
grant execute on function rbac.scope_ids(text, text) to authenticated, staff, service_role;
