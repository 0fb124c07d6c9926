create or replace function learn.key_shape(p_item_type text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
return case p_item_type
    when 'single_choice' then 'The id of an option: "b".'
    when 'multiple_select' then 'The ids of options: ["a", "c"].'
    when 'true_false' then 'The value true or false.'
    when 'short_answer' then 'A list of all right texts: ["4", "four"].'
    when 'code' then 'A list of all right texts: ["select 1"].'
    when 'fill_blank' then 'For each blank, a list of all right texts: [["a"], ["b", "c"]].'
    when 'long_answer' then 'For each thing that must occur, words: [["lock"], ["row", "tuple"]].'
end;

comment on function learn.key_shape(text) is
'The form of an item''s answer key.

Args: p_item_type: as in assessment_items.
Returns: a sentence.
Caller: functions of this package.';

revoke all on function learn.key_shape(text) from public;
