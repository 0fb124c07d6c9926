create or replace function rbac.assert_active(p_user_id uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from rbac.active_people as ap where ap.user_id = p_user_id) then
        raise sqlstate 'PT403' using
            message = 'this account is not active',
            detail = 'user.not_active',
            hint = 'Ask support to activate the account.';
    end if;
end;
$$;

comment on function rbac.assert_active(uuid) is
'Refuses people who cannot act: suspended, banned, deleted or erased ones. Everything that they may
not do refuses them by this name.

Args: p_user_id: the person.
Returns: nothing.
Raises: PT403 user.not_active.
Caller: functions of this package.';

revoke all on function rbac.assert_active(uuid) from public;
