create or replace function learn.my_waitlist_position(p_course_id uuid) returns integer
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return learn.waitlist_position(auth.uid(), p_course_id);
end;
$$;

comment on function learn.my_waitlist_position(uuid) is
'The caller''s place on a course''s waitlist.

Definer, because nobody sees who else waits.

Args: p_course_id: the course.
Returns: 1 for the first; null: not on the waitlist.
Caller: anyone with a login, for themselves.';

revoke all on function learn.my_waitlist_position(uuid) from public;
grant execute on function learn.my_waitlist_position(uuid) to authenticated, staff;
