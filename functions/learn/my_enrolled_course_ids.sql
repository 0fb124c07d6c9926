-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every policy of learners calls this.
create or replace function learn.my_enrolled_course_ids() returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select e.course_id
    from learn.enrollments as e
    where
        e.user_id = auth.uid()
        and e.status in ('active', 'completed')
        and (e.expires_at is null or e.expires_at > now());
end;
$$;

comment on function learn.my_enrolled_course_ids() is
'The courses that the caller takes or completed, for policies: course_id = any(array(select
learn.my_enrolled_course_ids())).

Definer, because policies of other tables call it, and they must not depend on the policies of this
table.

Returns: ids.
Caller: anyone, for themselves.';

revoke all on function learn.my_enrolled_course_ids() from public;
grant execute on function learn.my_enrolled_course_ids() to authenticated, staff;
