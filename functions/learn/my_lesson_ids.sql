-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and policies of learners call this.
create or replace function learn.my_lesson_ids() returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select vl.lesson_id
    from learn.enrollments as e
    inner join content.content_version_lessons as vl on e.version_id = vl.version_id
    where e.user_id = auth.uid();
end;
$$;

comment on function learn.my_lesson_ids() is
'The lessons of the publications that the caller enrolled in, then or now, for policies: lesson_id =
any(array(select learn.my_lesson_ids())).

Definer, because policies of other tables call it, and they must not depend on the policies of this
table.

Returns: ids.
Caller: anyone, for themselves.';

revoke all on function learn.my_lesson_ids() from public;
grant execute on function learn.my_lesson_ids() to authenticated, staff;
