-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call.
create or replace function util.is_service() returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return case current_setting('role')
        when 'service_role' then true
        when 'none' then pg_has_role(session_user, current_user, 'usage')
        else current_setting('role') = current_user
    end;
end;
$$;

comment on function util.is_service() is
'Whether the statement comes from a back end or an operator and not from a person.

Definer, because only then does current_user tell who owns the package. Claims do not count: a
person sends the token, but PostgREST or the pre-request sets the role.

Returns: true for service_role, and for a direct session of the owner or a superuser.
Caller: anyone.';

revoke all on function util.is_service() from public;
grant execute on function util.is_service() to anon, authenticated, staff, service_role;
