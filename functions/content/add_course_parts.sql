create or replace function content.add_course_parts() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into content.course_stats (course_id) values (new.id);
    insert into content.course_instructors (course_id, user_id, is_lead)
    values (new.id, new.created_by, true);
    return null;
end;
$$;

comment on function content.add_course_parts() is
'Gives a new course its counts, and makes its creator the lead of its teachers.

Definer, because nobody writes the counts directly.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function content.add_course_parts() from public;

create or replace trigger trg_courses_add_parts
after insert on content.courses
for each row execute function content.add_course_parts();
