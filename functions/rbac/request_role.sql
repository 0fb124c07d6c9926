-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every request makes one.
create or replace function rbac.request_role(p_user_id uuid) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select
            case
                when exists (
                    select
                    from rbac.effective_roles as er
                    where er.user_id = u.id and er.is_staff
                ) then 'staff'
                else 'authenticated'
            end
        from auth.users as u
        where
            u.id = p_user_id
            and (u.id = auth.uid() or util.is_service())
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= now())
    );
end;
$$;

comment on function rbac.request_role(uuid) is
'The database role in which a login''s requests run at this moment.

Definer, because nobody may read logins or who else holds what.

Args: p_user_id: the login.
Returns: staff for holders of a staff role, authenticated for others; null for a login that does not
exist, is deleted or banned, and for the login of someone else.
Caller: anyone about themselves, service about anyone.';

revoke all on function rbac.request_role(uuid) from public;
grant execute on function rbac.request_role(uuid) to authenticated, staff, service_role;
