create or replace function access.label_course() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        perform access.label_courses(array[old.course_id]);
    end if;
    if tg_op <> 'DELETE' then
        perform access.label_courses(array[new.course_id]);
    end if;
    return null;
end;
$$;

comment on function access.label_course() is
'Keeps courses.access_tier what a course''s rules say.

Definer, because nobody writes the label directly.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function access.label_course() from public;

create or replace trigger trg_course_access_rules_label_course
after insert or update of course_id, tier_id, product_id or delete on access.course_access_rules
for each row execute function access.label_course();
