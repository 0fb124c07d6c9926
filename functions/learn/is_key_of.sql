create or replace function learn.is_key_of(
    p_item_type text,
    p_options jsonb,
    p_correct jsonb
) returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids jsonb := coalesce(
        (select jsonb_agg(o.value -> 'id') from jsonb_array_elements(p_options) as o (value)), '[]'
    );
begin
    return case p_item_type
        when 'single_choice' then jsonb_typeof(p_correct) = 'string' and v_ids @> p_correct
        when 'multiple_select' then learn.is_texts(p_correct) and v_ids @> p_correct
        when 'true_false' then jsonb_typeof(p_correct) = 'boolean'
        when 'short_answer' then learn.is_texts(p_correct)
        when 'code' then learn.is_texts(p_correct)
        else
            jsonb_typeof(p_correct) = 'array'
            and jsonb_array_length(p_correct) between 1 and 100
            and not exists (
                select from jsonb_array_elements(p_correct) as t (value)
                where not learn.is_texts(t.value)
            )
    end;
end;
$$;

comment on function learn.is_key_of(text, jsonb, jsonb) is
'Whether a value can be the right answer of an item.

Args: p_item_type, p_options: as in assessment_items; p_correct: the value.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.is_key_of(text, jsonb, jsonb) from public;
