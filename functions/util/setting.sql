create or replace function util.setting(p_schema text, p_key text) returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_value bigint;
begin
    select s.value into v_value
    from util.settings as s
    where s.schema = p_schema and s.key = p_key;
    if not found then
        raise sqlstate 'PT500' using
            message = format('the setting %s of schema %s is missing', p_key, p_schema),
            detail = 'util.setting_missing',
            hint = '`dbtool seed --reference` inserts settings that are missing.';
    end if;
    return v_value;
end;
$$;

comment on function util.setting(text, text) is
'A number that an operator may change.

Args: p_schema: whose number; p_key: which.
Returns: its value, in the unit that its row of util.settings names.
Raises: PT500 util.setting_missing.
Caller: functions of this package.';

revoke all on function util.setting(text, text) from public;
