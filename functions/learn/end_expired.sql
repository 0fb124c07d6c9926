create or replace function learn.end_expired(p_user_id uuid, p_course_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    select * into v_enrollment
    from learn.enrollments as e
    where e.user_id = p_user_id and e.course_id = p_course_id
    for no key update;
    if v_enrollment.expires_at <= now() then
        perform learn.end_enrollment(v_enrollment, 'expired');
    end if;
end;
$$;

comment on function learn.end_expired(uuid, uuid) is
'Ends somebody''s enrolment if it has expired.

Args: p_user_id: the person; p_course_id: the course.
Returns: nothing.
Caller: functions of this package.';

revoke all on function learn.end_expired(uuid, uuid) from public;
