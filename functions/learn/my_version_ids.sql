-- PL/pgSQL keeps its plan for the session; before Postgres 18 a function in SQL is planned at every
-- call, and every policy of learners calls this.
create or replace function learn.my_version_ids() returns setof uuid
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select e.version_id
    from learn.enrollments as e
    where e.user_id = auth.uid();
end;
$$;

comment on function learn.my_version_ids() is
'The publications that the caller reads or has read, for policies:
version_id = any(array(select learn.my_version_ids())).

Definer, because policies of other tables call it, and they must not depend on the policies of this
table.

Returns: ids.
Caller: anyone, for themselves.';

revoke all on function learn.my_version_ids() from public;
grant execute on function learn.my_version_ids() to authenticated, staff;
