create or replace function access.person_can_read_course(
    p_user_id uuid,
    p_course_id uuid
) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select
        from access.course_access_rules as r
        inner join access.tiers as t on r.tier_id = t.id
        where r.course_id = p_course_id and r.course_is_visible and t.rank = 0
    ) or exists (
        select
        from access.effective_access as ea
        where
            ea.user_id = p_user_id and ea.course_id = p_course_id and ea.lesson_id is null
    );
end;
$$;

comment on function access.person_can_read_course(uuid, uuid) is
'Whether someone may read the lessons of a course.

Args: p_user_id: the person; null: someone without a login; p_course_id: the course.
Returns: true or false; false for a course that does not exist.
Caller: functions of this package.';

revoke all on function access.person_can_read_course(uuid, uuid) from public;
