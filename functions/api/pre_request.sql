create or replace function api.pre_request() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text := current_setting('role');
    -- Not auth.uid(): on Supabase the role staff has no way into schema auth, and what a function
    -- names is looked up with its caller's rights.
    v_user_id uuid := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
    v_due text;
begin
    if v_role not in ('authenticated', 'staff') then
        return;
    end if;
    v_due := rbac.request_role(v_user_id);
    if v_due is null then
        raise sqlstate 'PT401' using
            message = 'this login is banned or deleted',
            detail = 'login.refused',
            hint = 'Log in again with another account; this token has not expired, but it no '
            'longer counts.';
    end if;
    if v_due <> v_role then
        perform set_config('role', v_due, true);
    end if;
end;
$$;

comment on function api.pre_request() is
'Puts the hat on for the transaction, takes it off someone whose last staff role is gone, and
refuses logins that were banned or deleted since their token was made.

PostgREST''s db-pre-request. Not definer: such a function may not change the role.

Raises: PT401 login.refused.
Caller: PostgREST, before each request.';

revoke all on function api.pre_request() from public;
grant execute on function api.pre_request() to anon, authenticated, staff, service_role;
