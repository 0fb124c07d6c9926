create or replace function access.refresh_course_access_tier() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        perform access.refresh_course_access_tiers(array[old.course_id]);
    end if;
    if tg_op <> 'DELETE' then
        perform access.refresh_course_access_tiers(array[new.course_id]);
    end if;
    return null;
end;
$$;

comment on function access.refresh_course_access_tier() is
'Keeps courses.access_tier what a course''s rules say.

Definer, because nobody writes the label directly.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function access.refresh_course_access_tier() from public;

create or replace trigger trg_course_access_rules_refresh_course_access_tier
after insert or update of course_id, tier_id, product_id or delete on access.course_access_rules
for each row execute function access.refresh_course_access_tier();
