create or replace function learn.is_empty_answer(p_answer jsonb) returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if jsonb_typeof(p_answer) = 'array' then
        return not exists (
            select from jsonb_array_elements_text(p_answer) as t (value)
            where t.value ~ '[^[:space:]]'
        );
    end if;
    return coalesce(p_answer #>> '{}', '') !~ '[^[:space:]]';
end;
$$;

comment on function learn.is_empty_answer(jsonb) is
'Whether an item was left without an answer.

Args: p_answer: as learn.save_answers() takes it.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.is_empty_answer(jsonb) from public;
