create or replace function content.copy_course_visibility() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The lock keeps the flag as it is until the new row exists for the cascade to find.
    select c.is_visible into new.course_is_visible
    from content.courses as c
    where c.id = new.course_id
    for key share;
    return new;
end;
$$;

comment on function content.copy_course_visibility() is
'Gives a new row its course''s is_visible; from then on the foreign key keeps them equal.

Definer, because the course may not be visible to everyone.

Returns: the row, as a BEFORE trigger.
Caller: triggers only.';

revoke all on function content.copy_course_visibility() from public;

create or replace trigger trg_course_instructors_copy_course_visibility
before insert on content.course_instructors
for each row execute function content.copy_course_visibility();

create or replace trigger trg_course_stats_copy_course_visibility
before insert on content.course_stats
for each row execute function content.copy_course_visibility();

create or replace trigger trg_course_tags_copy_course_visibility
before insert on content.course_tags
for each row execute function content.copy_course_visibility();

create or replace trigger trg_course_access_rules_copy_course_visibility
before insert on access.course_access_rules
for each row execute function content.copy_course_visibility();

create or replace trigger trg_modules_copy_course_visibility
before insert on content.modules
for each row execute function content.copy_course_visibility();

create or replace trigger trg_prerequisites_copy_course_visibility
before insert on content.prerequisites
for each row execute function content.copy_course_visibility();

create or replace trigger trg_cohorts_copy_course_visibility
before insert on learn.cohorts
for each row execute function content.copy_course_visibility();
