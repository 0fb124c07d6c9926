create or replace function learn.end_waiting(
    p_user_id uuid,
    p_course_id uuid,
    p_status text
) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cohort_id uuid;
begin
    update learn.waitlist_entries as w
    set status = p_status, ended_at = now()
    where w.user_id = p_user_id and w.course_id = p_course_id and w.status = 'waiting'
    returning w.cohort_id into v_cohort_id;
    if not found then
        return false;
    end if;
    update learn.cohorts as g
    set waiting_count = g.waiting_count - 1
    where g.id = v_cohort_id;
    return true;
end;
$$;

comment on function learn.end_waiting(uuid, uuid, text) is
'Takes somebody off a course''s waitlist.

Args: p_user_id: the person; p_course_id: the course, its stats locked by the caller; p_status:
enrolled or left.
Returns: whether they waited.
Caller: functions of this package.';

revoke all on function learn.end_waiting(uuid, uuid, text) from public;
