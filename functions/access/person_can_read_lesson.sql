create or replace function access.person_can_read_lesson(
    p_user_id uuid,
    p_lesson_id uuid
) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_lesson content.lessons;
begin
    select * into v_lesson
    from content.lessons as l
    where l.id = p_lesson_id;
    return (
        v_lesson.is_visible
        and (
            v_lesson.is_preview
            or exists (
                select
                from access.lesson_access_overrides as o
                inner join access.tiers as t on o.tier_id = t.id
                where
                    o.lesson_id = p_lesson_id
                    and t.rank = 0
                    and o.valid_from <= now()
                    and (o.valid_to is null or o.valid_to > now())
            )
        )
    ) is true or exists (
        select
        from access.effective_access as ea
        where
            ea.user_id = p_user_id
            and ea.course_id = v_lesson.course_id
            and ea.lesson_id = p_lesson_id
    ) or access.person_can_read_course(p_user_id, v_lesson.course_id);
end;
$$;

comment on function access.person_can_read_lesson(uuid, uuid) is
'Whether someone may read a lesson: as a preview, by an override, or with its course.

Args: p_user_id: the person; null: someone without a login; p_lesson_id: the lesson.
Returns: true or false; false for a lesson that does not exist.
Caller: functions of this package.';

revoke all on function access.person_can_read_lesson(uuid, uuid) from public;
