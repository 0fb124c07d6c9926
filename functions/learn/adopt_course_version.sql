create or replace function learn.adopt_course_version(p_course_id uuid) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments := learn.lock_enrollment(auth.uid(), p_course_id);
    v_version integer;
begin
    update learn.enrollments as e
    set version_id = c.version_id
    from content.courses as c
    where e.id = v_enrollment.id and c.id = p_course_id
    returning e.* into strict v_enrollment;
    select v.version into strict v_version
    from content.content_versions as v
    where v.id = v_enrollment.version_id;
    perform learn.complete_course(v_enrollment);
    return v_version;
end;
$$;

comment on function learn.adopt_course_version(uuid) is
'Moves the caller to the newest publication of a course. Completed lessons stay completed; new
lessons are still to do.

Definer, because nobody writes enrolments directly.

Args: p_course_id: the course.
Returns: the publication''s number.
Raises: as learn.assert_may_study() for the course.
Caller: anyone with a login, for themselves.';

revoke all on function learn.adopt_course_version(uuid) from public;
grant execute on function learn.adopt_course_version(uuid) to authenticated, staff;
