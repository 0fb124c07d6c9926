create or replace function rbac.custom_access_token_hook(event jsonb) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text := 'authenticated';
begin
    if coalesce(event -> 'claims' ->> 'role', '') not in ('authenticated', 'staff') then
        return event;
    end if;
    if exists (
        select
        from rbac.effective_roles as er
        where er.user_id = (event ->> 'user_id')::uuid and er.is_staff
    ) then
        v_role := 'staff';
    end if;
    return jsonb_set(event, '{claims,role}', to_jsonb(v_role));
end;
$$;

comment on function rbac.custom_access_token_hook(jsonb) is
'Writes the staff hat into new tokens: role staff for people who hold a staff role, authenticated
for everyone else.

Definer, because the auth server cannot read roles. Set it as Supabase Auth''s custom access token
hook. Role staff grants nothing by itself, so a token that outlives the person''s role does no harm.

Args: event: the object that Supabase Auth sends, with user_id and claims.
Returns: the event with claims.role set; every other role is left as it is.
Caller: the auth server.';

revoke all on function rbac.custom_access_token_hook(jsonb) from public;
grant execute on function rbac.custom_access_token_hook(jsonb) to supabase_auth_admin;
