create or replace function rbac.assert_grant_arguments(
    p_reason text,
    p_scope_type text,
    p_scope_id uuid
) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_reason is null or p_reason !~ '[^[:space:]]' or length(p_reason) > 500 then
        raise sqlstate 'PT400' using
            message = 'a reason of 1 to 500 characters is required',
            detail = 'role.reason_required',
            hint = 'Send the reason for the change; it is kept in the log of grants.';
    end if;
    if
        p_scope_type is null
        or p_scope_type not in ('global', 'school', 'course', 'engagement')
        or (p_scope_type = 'global') <> (p_scope_id is null)
    then
        raise sqlstate 'PT400' using
            message = 'the scope type and id do not fit each other',
            detail = 'role.scope_invalid',
            hint = 'Send global without an id, or school, course or engagement with one.';
    end if;
end;
$$;

comment on function rbac.assert_grant_arguments(text, text, uuid) is
'Refuses a reason or a scope that no grant can have, before the error of a constraint shows the row.

Args: p_reason; p_scope_type and p_scope_id: as in rbac.grant_role().
Raises: PT400 role.reason_required, PT400 role.scope_invalid.
Caller: rbac.grant_role() and rbac.revoke_role().';

revoke all on function rbac.assert_grant_arguments(text, text, uuid) from public;
