create or replace function learn.set_answer_key(
    p_item_id uuid,
    p_correct jsonb,
    p_guidance text default null
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_item learn.assessment_items;
begin
    select * into v_item
    from learn.assessment_items as i
    where i.id = p_item_id
    for share; -- the key fits what it is until the key is there
    if not found then
        raise sqlstate 'PT404' using
            message = format('no item has the id %L', p_item_id),
            detail = 'item.not_found',
            hint = 'Send an id from the view assessment_items.';
    end if;
    perform content.assert_may_edit_course(v_item.course_id);
    if p_correct is not null and not learn.is_key_of(v_item.item_type, v_item.options, p_correct)
    then
        raise sqlstate 'PT400' using
            message = format('this is not an answer key for an item of type %s', v_item.item_type),
            detail = 'item.key_invalid',
            hint = 'Send an answer key of this form. ' || learn.key_shape(v_item.item_type);
    end if;
    insert into learn.answer_keys as k (item_id, correct, guidance)
    values (p_item_id, p_correct, p_guidance)
    on conflict on constraint pk_answer_keys do update
    set correct = excluded.correct, guidance = excluded.guidance;
end;
$$;

comment on function learn.set_answer_key(uuid, jsonb, text) is
'Sets the right answer of an item. It counts once the assessment is published again. An item that
gets another type or loses an option loses its right answer.

Definer, because no client touches the keys.

Args: p_item_id: the item; p_correct: depends on the item''s type, single_choice: "b", an option''s
id; multiple_select: ["a", "c"]; true_false: true; short_answer and code: every text that is right;
fill_blank: such a list for each blank; long_answer: for each thing that must occur, a list of the
words for it; null: a person grades texts and code. Short answers, blanks and long answers are
compared without case and spacing, code without spacing at the ends of lines. p_guidance: a note for
graders.
Returns: nothing.
Raises: PT404 item.not_found, PT404 course.not_found, PT403 course.edit_denied, PT400
item.key_invalid.
Caller: those who teach the course, staff with course.edit; service.';

revoke all on function learn.set_answer_key(uuid, jsonb, text) from public;
grant execute on function learn.set_answer_key(uuid, jsonb, text) to staff, service_role;
