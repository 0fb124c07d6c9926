create or replace function api.pre_request() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text := current_setting('role');
    -- Not auth.uid(): on Supabase the role staff has no way into schema auth, and what a function
    -- names is looked up with its caller's rights.
    v_user_id uuid := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
    v_is_staff boolean;
begin
    if v_role not in ('authenticated', 'staff') then
        return;
    end if;
    v_is_staff := coalesce(rbac.is_staff(v_user_id), false);
    if v_is_staff and v_role = 'authenticated' then
        perform set_config('role', 'staff', true);
    elsif v_role = 'staff' and not v_is_staff then
        perform set_config('role', 'authenticated', true);
    end if;
end;
$$;

comment on function api.pre_request() is
'Puts the hat on for the transaction, or takes it off someone whose last staff role is gone.

PostgREST''s db-pre-request. Not definer: such a function may not change the role.

Caller: PostgREST, before each request.';

revoke all on function api.pre_request() from public;
grant execute on function api.pre_request() to anon, authenticated, staff, service_role;
