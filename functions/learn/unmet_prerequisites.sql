create or replace function learn.unmet_prerequisites(
    p_user_id uuid,
    p_course_id uuid,
    p_lesson_id uuid,
    p_version_id uuid
) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select string_agg(coalesce(l.title, c.title), ', ' order by coalesce(l.title, c.title))
        from content.prerequisites as p
        inner join content.courses as c on p.required_course_id = c.id
        left join content.lessons as l on p.required_lesson_id = l.id
        where
            p.course_id = p_course_id
            and p.lesson_id is not distinct from p_lesson_id
            and case
                when p.required_lesson_id is null then not exists (
                    select from learn.enrollments as e
                    where
                        e.user_id = p_user_id
                        and e.course_id = p.required_course_id
                        and e.status = 'completed'
                )
                else not exists (
                    select from learn.user_progress as up
                    where
                        up.user_id = p_user_id
                        and up.lesson_id = p.required_lesson_id
                        and up.status = 'completed'
                )
            end
            -- A publication ignores later prerequisites and lessons that it does not contain.
            and (
                p_version_id is null
                or exists (
                    select from content.content_versions as v
                    where
                        v.id = p_version_id
                        and v.published_at >= p.created_at
                        and (
                            p.required_course_id <> p.course_id
                            or exists (
                                select from content.content_version_lessons as vl
                                where
                                    vl.version_id = v.id
                                    and vl.lesson_id = p.required_lesson_id
                            )
                        )
                )
            )
    );
end;
$$;

comment on function learn.unmet_prerequisites(uuid, uuid, uuid, uuid) is
'The titles of what somebody has to complete before a course or a lesson.

Args: p_user_id: the person; p_course_id: the course; p_lesson_id: its lesson, null for the course;
p_version_id: the publication that they read, null where there is none yet.
Returns: titles with commas; null where nothing is missing.
Caller: functions of this package.';

revoke all on function learn.unmet_prerequisites(uuid, uuid, uuid, uuid) from public;
