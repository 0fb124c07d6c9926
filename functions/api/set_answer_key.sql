create or replace function api.set_answer_key(
    item_id uuid,
    correct jsonb,
    guidance text default null
) returns void
language sql
set search_path = pg_catalog, pg_temp
return learn.set_answer_key(item_id, correct, guidance);

comment on function api.set_answer_key(uuid, jsonb, text) is
'Sets the right answer of an item. It counts once the assessment is published again. An item that
gets another type or loses an option loses its right answer.

Args: item_id: the item; correct: depends on the item''s type, single_choice: "b", an option''s id;
multiple_select: ["a", "c"]; true_false: true; short_answer and code: every text that is right;
fill_blank: such a list for each blank; long_answer: for each thing that must occur, a list of the
words for it; null: a person grades texts and code. Short answers, blanks and long answers are
compared without case and spacing, code without spacing at the ends of lines. guidance: a note for
graders.
Returns: nothing.
Raises: PT404 item.not_found, PT404 course.not_found, PT403 course.edit_denied, PT400
item.key_invalid.
Caller: those who teach the course, staff with course.edit; service.';

revoke all on function api.set_answer_key(uuid, jsonb, text) from public;
grant execute on function api.set_answer_key(uuid, jsonb, text) to staff, service_role;
