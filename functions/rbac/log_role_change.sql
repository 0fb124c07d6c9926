create or replace function rbac.log_role_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_row rbac.user_roles;
begin
    if tg_op = 'DELETE' then
        v_row := old;
        v_row.reason := coalesce(nullif(current_setting('rbac.reason', true), ''), 'not given');
    else
        v_row := new;
    end if;
    insert into rbac.role_grants_log (
        action, user_id, role_id, scope_type, scope_id, actor_id, actor_role, reason, expires_at
    ) values (
        case tg_op when 'INSERT' then 'granted' when 'UPDATE' then 'changed' else 'revoked' end,
        v_row.user_id,
        v_row.role_id,
        v_row.scope_type,
        v_row.scope_id,
        (select id from public.profiles where id = auth.uid()),
        case current_setting('role') when 'none' then session_user
            else current_setting('role') end,
        v_row.reason,
        v_row.expires_at
    );
    return null;
end;
$$;

comment on function rbac.log_role_change() is
'Appends every change of rbac.user_roles to role_grants_log, however it was made.

Definer, because nobody may write the log.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function rbac.log_role_change() from public;

create or replace trigger trg_user_roles_log_role_change
after insert or update or delete on rbac.user_roles
for each row execute function rbac.log_role_change();
