create or replace function api.pre_request() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text := current_setting('role');
    -- Not auth.uid(): on Supabase the role staff may not use schema auth, and this function looks
    -- names up with its caller's rights.
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
'Sets the database role of the transaction: staff for people who hold a staff role at this moment
(the "staff hat", which grants nothing by itself), authenticated for everyone else. Refuses logins
that were banned or deleted since their token was made.

PostgREST''s db-pre-request. Not definer: such a function may not change the role.

Raises: PT401 login.refused.
Caller: PostgREST, before each request.';

revoke all on function api.pre_request() from public;
grant execute on function api.pre_request() to anon, authenticated, staff, service_role;
