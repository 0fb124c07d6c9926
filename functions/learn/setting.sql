create or replace function learn.setting(p_key text) returns integer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_value integer;
begin
    select s.value into v_value from learn.settings as s where s.key = p_key;
    if not found then
        raise sqlstate 'PT500' using
            message = format('the setting %s is missing', p_key),
            detail = 'learn.setting_missing',
            hint = '`dbtool seed --reference` inserts settings that are missing.';
    end if;
    return v_value;
end;
$$;

comment on function learn.setting(text) is
'A number of learn.settings.

Args: p_key: which.
Returns: its value.
Raises: PT500 learn.setting_missing.
Caller: functions of this package.';

revoke all on function learn.setting(text) from public;
