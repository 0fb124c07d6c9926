create or replace function content.set_course_from_module() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Locked against a change of the flag until the row is there for the cascade to find.
    select
        m.course_id,
        m.is_visible
    into new.course_id, new.module_is_visible
    from content.modules as m
    where m.id = new.module_id
    for key share;
    if not found then
        raise sqlstate 'PT404' using
            message = 'no such module',
            detail = 'module.not_found',
            hint = 'Take the module''s id from api.modules.';
    end if;
    return new;
end;
$$;

comment on function content.set_course_from_module() is
'Gives a lesson that is new, or moved, the course and the visibility of its module; from then on the
foreign key keeps them equal.

Definer, because the module may not be visible to everyone.

Returns: the row, as a BEFORE trigger.
Raises: PT404 module.not_found.
Caller: triggers only.';

revoke all on function content.set_course_from_module() from public;

create or replace trigger trg_lessons_set_course_from_module
before insert or update of module_id on content.lessons
for each row execute function content.set_course_from_module();
