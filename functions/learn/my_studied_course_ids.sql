-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every policy of learners calls this.
create or replace function learn.my_studied_course_ids() returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select e.course_id
    from learn.enrollments as e
    inner join rbac.active_people as ap on e.user_id = ap.user_id
    left join learn.cohorts as g on e.cohort_id = g.id
    where
        e.user_id = auth.uid()
        and e.status in ('active', 'completed')
        and (e.expires_at is null or e.expires_at > now())
        and (g.starts_at is null or g.starts_at <= now());
end;
$$;

comment on function learn.my_studied_course_ids() is
'The courses that the caller may study now as far as enrolments tell, for policies: course_id =
any(array(select learn.my_studied_course_ids())). Where it has a course, learn.assert_may_study()
refuses the course for access alone.

Definer, because policies of other tables call it, and they must not depend on the policies of this
table.

Returns: ids.
Caller: anyone, for themselves.';

revoke all on function learn.my_studied_course_ids() from public;
grant execute on function learn.my_studied_course_ids() to authenticated, staff;
