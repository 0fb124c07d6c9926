create or replace function access.refresh_courses_of_tier() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform access.refresh_course_access_tiers(
        array(
            select distinct r.course_id from access.course_access_rules as r
            where r.tier_id = new.id
        )
    );
    return null;
end;
$$;

comment on function access.refresh_courses_of_tier() is
'Keeps courses.access_tier in step with the courses'' rules when the name or rank of a tier changes.

Definer, because nobody writes the label directly.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function access.refresh_courses_of_tier() from public;

create or replace trigger trg_tiers_refresh_courses_of_tier
after update of name, rank on access.tiers
for each row execute function access.refresh_courses_of_tier();
