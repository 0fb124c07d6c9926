create or replace function content.set_course_from_lesson() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    select l.course_id into new.course_id
    from content.lessons as l
    where l.id = new.lesson_id
    for key share;
    if not found then
        raise sqlstate 'PT404' using
            message = 'no such lesson',
            detail = 'lesson.not_found',
            hint = 'Take the lesson''s id from api.lessons.';
    end if;
    return new;
end;
$$;

comment on function content.set_course_from_lesson() is
'Gives a new body or override the course of its lesson; from then on the foreign key keeps them
equal.

Definer, because the lesson may not be visible to everyone.

Returns: the row, as a BEFORE trigger.
Raises: PT404 lesson.not_found.
Caller: triggers only.';

revoke all on function content.set_course_from_lesson() from public;

create or replace trigger trg_lesson_bodies_set_course_from_lesson
before insert on content.lesson_bodies
for each row execute function content.set_course_from_lesson();

create or replace trigger trg_lesson_access_overrides_set_course_from_lesson
before insert on access.lesson_access_overrides
for each row execute function content.set_course_from_lesson();
