create or replace function learn.set_course_from_live_session() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    select s.course_id into new.course_id
    from learn.live_sessions as s
    where s.id = new.session_id
    for key share;
    if not found then
        raise sqlstate 'PT404' using
            message = 'no such meeting',
            detail = 'live_session.not_found',
            hint = 'Take the meeting''s id from api.live_sessions.';
    end if;
    return new;
end;
$$;

comment on function learn.set_course_from_live_session() is
'Copies the course of a new link''s meeting; the foreign key keeps them equal.

Definer, because the meeting may not be visible to everyone.

Returns: the row, as a BEFORE trigger.
Raises: PT404 live_session.not_found.
Caller: triggers only.';

revoke all on function learn.set_course_from_live_session() from public;

create or replace trigger trg_live_session_links_set_course_from_live_session
before insert on learn.live_session_links
for each row execute function learn.set_course_from_live_session();
