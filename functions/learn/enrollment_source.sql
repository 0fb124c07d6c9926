create or replace function learn.enrollment_source(p_user_id uuid, p_course_id uuid) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select
        from access.course_access_rules as r
        inner join access.tiers as t on r.tier_id = t.id
        where r.course_id = p_course_id and r.course_is_visible and t.rank = 0
    ) then
        return 'free';
    end if;
    return (
        select ea.source_type
        from access.effective_access as ea
        where ea.user_id = p_user_id and ea.course_id = p_course_id and ea.lesson_id is null
        order by ea.valid_to desc nulls first, ea.source_type
        limit 1
    );
end;
$$;

comment on function learn.enrollment_source(uuid, uuid) is
'The source of a person''s access to a course; of several, the one that lasts longest.

Args: p_user_id: the person; p_course_id: the course.
Returns: free, or a source_type of access.effective_access; null: the person has no access.
Caller: functions of this package.';

revoke all on function learn.enrollment_source(uuid, uuid) from public;
