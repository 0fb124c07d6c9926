create or replace function learn.assert_answers(p_items jsonb, p_answers jsonb) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_wrong text;
begin
    if jsonb_typeof(p_answers) is distinct from 'object' or length(p_answers::text) > 200000 then
        raise sqlstate 'PT400' using
            message = 'the answers are not a JSON object of at most 200,000 characters',
            detail = 'attempt.answers_invalid',
            hint = 'Send an object whose keys are ids of items and whose values are answers.';
    end if;
    select string_agg(a.key, ', ') into v_wrong
    from jsonb_each(p_answers) as a (key, value)
    left join jsonb_array_elements(p_items) as i (item) on a.key = i.item ->> 'id'
    where (
        jsonb_typeof(a.value) = 'null'
        or case i.item ->> 'type'
            when 'single_choice' then
                jsonb_typeof(a.value) = 'string'
                and i.item -> 'options' @> jsonb_build_array(jsonb_build_object('id', a.value))
            when 'multiple_select' then
                jsonb_typeof(a.value) = 'array'
                and not exists (
                    select from jsonb_array_elements(a.value) as o (id)
                    where jsonb_typeof(o.id) <> 'string'
                        or not i.item -> 'options' @> jsonb_build_array(
                            jsonb_build_object('id', o.id)
                        )
                )
            when 'true_false' then jsonb_typeof(a.value) = 'boolean'
            when 'fill_blank' then
                jsonb_typeof(a.value) = 'array'
                and jsonb_array_length(a.value) <= 100
                and not exists (
                    select from jsonb_array_elements(a.value) as b (value)
                    where jsonb_typeof(b.value) not in ('string', 'null')
                )
            else jsonb_typeof(a.value) = 'string'
        end
    ) is not true or i.item is null;
    if v_wrong is not null then
        raise sqlstate 'PT400' using
            message = 'some answers do not fit their items',
            detail = 'attempt.answers_invalid',
            hint = left('Correct the answers to these items: ' || v_wrong, 500);
    end if;
end;
$$;

comment on function learn.assert_answers(jsonb, jsonb) is
'Refuses answers that do not fit their items.

Args: p_items: as in assessment_versions; p_answers: as learn.save_answers() takes them.
Returns: nothing.
Raises: PT400 attempt.answers_invalid, with the items in the hint.
Caller: functions of this package.';

revoke all on function learn.assert_answers(jsonb, jsonb) from public;
