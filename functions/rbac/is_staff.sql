-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every staff policy calls this.
create or replace function rbac.is_staff(p_user_id uuid) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (p_user_id = auth.uid() or util.is_service()) and exists (
        select
        from rbac.effective_roles as er
        where er.user_id = p_user_id and er.is_staff
    );
end;
$$;

comment on function rbac.is_staff(uuid) is
'Whether a person holds a staff role in any scope, so that their requests run as role staff.

Definer, because nobody may read who else holds what.

Args: p_user_id: the person.
Returns: true or false; role staff grants nothing by itself.
Caller: anyone about themselves (false about others), service about anyone.';

revoke all on function rbac.is_staff(uuid) from public;
grant execute on function rbac.is_staff(uuid) to authenticated, staff, service_role;
