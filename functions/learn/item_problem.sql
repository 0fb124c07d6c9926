create or replace function learn.item_problem(
    p_item learn.assessment_items,
    p_correct jsonb
) returns text
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_options jsonb := (p_item).options;
begin
    if (p_item).item_type in ('single_choice', 'multiple_select') then
        if jsonb_array_length(v_options) not between 2 and 50 then
            return 'has fewer than 2 or more than 50 options';
        end if;
        if exists (
            select from jsonb_array_elements(v_options) as o (value)
            where coalesce(o.value ->> 'id', '') !~ '^[A-Za-z0-9_-]{1,40}$'
                or coalesce(o.value ->> 'text', '') !~ '[^[:space:]]'
                or jsonb_typeof(o.value -> 'id') <> 'string'
        ) or (
            select count(*) <> count(distinct o.value ->> 'id')
            from jsonb_array_elements(v_options) as o (value)
        ) then
            return 'has options without an id of their own or without a text';
        end if;
        if p_correct is null then
            return 'has no answer key';
        end if;
    elsif v_options <> '[]' then
        return 'has options, but nothing to choose';
    elsif (p_item).item_type in ('true_false', 'fill_blank') and p_correct is null then
        return 'has no answer key';
    end if;
    if p_correct is not null and not learn.is_key_of((p_item).item_type, v_options, p_correct) then
        return 'has an answer key that does not fit';
    end if;
    return null;
end;
$$;

comment on function learn.item_problem(learn.assessment_items, jsonb) is
'Why an item cannot be published.

Args: p_item: the row; p_correct: its answer key.
Returns: the problem, as the rest of a sentence that begins with "item 3 "; null: none.
Caller: functions of this package.';

revoke all on function learn.item_problem(learn.assessment_items, jsonb) from public;
