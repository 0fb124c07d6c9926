create or replace function gamification.assert_may_manage() returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if not (util.is_service() or rbac.has_permission(auth.uid(), 'gamification.manage')) then
        raise sqlstate 'PT403' using
            message = 'the permission gamification.manage is required',
            detail = 'gamification.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
end;
$$;

comment on function gamification.assert_may_manage() is
'Refuses callers who may not change the rules of the game.

Returns: nothing.
Raises: PT403 gamification.denied.
Caller: functions of this package.';

revoke all on function gamification.assert_may_manage() from public;
