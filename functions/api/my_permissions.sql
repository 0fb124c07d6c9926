create or replace function api.my_permissions()
returns table (permission text, scope_type text, scope_id uuid)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        mine.permission,
        mine.scope_type,
        mine.scope_id
    from rbac.my_permissions() as mine;
end;

comment on function api.my_permissions() is
'The permissions that you hold at this moment, and the scopes in which they count.

Returns: permission, and the scope it counts in: scope_type global, school, course or engagement,
and scope_id, null for global.
Caller: anyone, for themselves.';

revoke all on function api.my_permissions() from public;
grant execute on function api.my_permissions() to authenticated, staff;
