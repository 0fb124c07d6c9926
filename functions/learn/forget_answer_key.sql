create or replace function learn.forget_answer_key() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.item_type <> old.item_type or exists (
        select from jsonb_array_elements(old.options) as o (value)
        where not new.options @> jsonb_build_array(jsonb_build_object('id', o.value -> 'id'))
    ) then
        update learn.answer_keys
        set correct = null
        where item_id = new.id;
    end if;
    return null;
end;
$$;

comment on function learn.forget_answer_key() is
'Deletes the right answer of an item that got another type or lost an option. If an answer that
still fits stayed, publishing would reveal the right option to people who may edit but not read
keys.

Definer, because no client touches the keys.

Returns: nothing, as an AFTER trigger.
Caller: triggers only.';

revoke all on function learn.forget_answer_key() from public;

create or replace trigger trg_assessment_items_forget_answer_key
after update of item_type, options on learn.assessment_items
for each row execute function learn.forget_answer_key();
