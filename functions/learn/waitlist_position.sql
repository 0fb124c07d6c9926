create or replace function learn.waitlist_position(p_user_id uuid, p_course_id uuid) returns integer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select nullif(count(*), 0)
        from learn.waitlist_entries as mine
        inner join learn.waitlist_entries as w
            on
                mine.course_id = w.course_id
                and w.cohort_id is not distinct from mine.cohort_id
                and w.entry_no <= mine.entry_no
        where
            mine.user_id = p_user_id
            and mine.course_id = p_course_id
            and mine.status = 'waiting'
            and w.status = 'waiting'
    );
end;
$$;

comment on function learn.waitlist_position(uuid, uuid) is
'The place of a person among those who wait for the same seats.

Args: p_user_id: the person; p_course_id: the course.
Returns: 1 for the first; null: not on the waitlist.
Caller: functions of this package.';

revoke all on function learn.waitlist_position(uuid, uuid) from public;
