create or replace function rbac.my_permissions()
returns table (permission text, scope_type text, scope_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select distinct
        ep.permission,
        ep.scope_type,
        ep.scope_id
    from rbac.effective_permissions as ep
    where ep.user_id = auth.uid()
    order by ep.permission, ep.scope_type, ep.scope_id;
end;

comment on function rbac.my_permissions() is
'The permissions that the caller holds at this moment, and the scopes in which they count.

Definer, because nobody may read who else holds what.

Returns: permission, and the scope it counts in: scope_type global, school, course or engagement,
and scope_id, null for global.
Caller: anyone, for themselves.';

revoke all on function rbac.my_permissions() from public;
grant execute on function rbac.my_permissions() to authenticated, staff;
