create or replace function learn.is_texts(p_value jsonb) returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(p_value) = 'array'
    and jsonb_array_length(p_value) between 1 and 100
    and not exists (
        select from jsonb_array_elements(p_value) as t (value)
        where jsonb_typeof(t.value) <> 'string' or t.value #>> '{}' !~ '[^[:space:]]'
    );
end;
$$;

comment on function learn.is_texts(jsonb) is
'Whether a value is a list of texts that are not empty.

Args: p_value: any.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.is_texts(jsonb) from public;
