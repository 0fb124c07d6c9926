create or replace function learn.grade_item(
    p_item jsonb,
    p_correct jsonb,
    p_answer jsonb
) returns numeric
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_points numeric := p_item ->> 'points';
    v_share numeric;
begin
    if learn.is_empty_answer(p_answer) then
        return 0;
    end if;
    if coalesce(p_correct, 'null') = 'null' then
        return null;
    end if;
    v_share := learn.answer_share(p_item, p_correct, p_answer);
    if v_share = 1 then
        return v_points;
    end if;
    if v_share > 0 and (p_item ->> 'has_partial_credit')::boolean then
        return round(v_points * v_share, 2);
    end if;
    return -(p_item ->> 'penalty')::numeric;
end;
$$;

comment on function learn.grade_item(jsonb, jsonb, jsonb) is
'The points that an answer earns.

Args: p_item: as in assessment_versions.items; p_correct: its key; p_answer: as
learn.save_answers() takes it.
Returns: points; the penalty below 0 for a wrong answer, 0 for none; null: a person grades.
Caller: functions of this package.';

revoke all on function learn.grade_item(jsonb, jsonb, jsonb) from public;
