create or replace function learn.answer_share(
    p_item jsonb,
    p_correct jsonb,
    p_answer jsonb
) returns numeric
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := p_item ->> 'type';
    v_text text := learn.same_text(p_answer #>> '{}', v_type = 'code');
begin
    if v_type in ('single_choice', 'true_false') then
        return (p_answer = p_correct)::integer;
    elsif v_type = 'multiple_select' then
        -- A wrong choice cancels a right one.
        return (
            select greatest(
                0,
                count(*) filter (where p_correct @> a.value)
                - count(*) filter (where not p_correct @> a.value)
            )::numeric / (
                select count(distinct c.value) from jsonb_array_elements(p_correct) as c (value)
            )
            from (
                select distinct x.value from jsonb_array_elements(p_answer) as x (value)
            ) as a
        );
    elsif v_type in ('short_answer', 'code') then
        return (
            select bool_or(learn.same_text(c.value, v_type = 'code') = v_text)::integer
            from jsonb_array_elements_text(p_correct) as c (value)
        );
    end if;
    -- Blanks are compared one by one; in a long answer one of the words must occur.
    return (
        select avg(
            exists (
                select from jsonb_array_elements_text(c.value) as w (word)
                where case v_type
                    when 'fill_blank' then
                        learn.same_text(w.word, false)
                        = learn.same_text(p_answer ->> (c.position - 1)::integer, false)
                    else strpos(v_text, learn.same_text(w.word, false)) > 0
                end
            )::integer
        )
        from jsonb_array_elements(p_correct) with ordinality as c (value, position)
    );
end;
$$;

comment on function learn.answer_share(jsonb, jsonb, jsonb) is
'The share of an answer that is right.

Args: p_item: as in assessment_versions.items; p_correct: its key; p_answer: as
learn.save_answers() takes it, not empty.
Returns: 0 to 1.
Caller: functions of this package.';

revoke all on function learn.answer_share(jsonb, jsonb, jsonb) from public;
