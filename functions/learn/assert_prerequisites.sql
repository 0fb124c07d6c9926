create or replace function learn.assert_prerequisites(
    p_user_id uuid,
    p_course_id uuid,
    p_lesson_id uuid default null,
    p_version_id uuid default null
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unmet text;
begin
    select string_agg(coalesce(l.title, c.title), ', ' order by coalesce(l.title, c.title))
    into v_unmet
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
        );
    if v_unmet is not null then
        raise sqlstate 'PT409' using
            message = 'the prerequisites are not completed',
            detail = 'prerequisite.unmet',
            hint = left('Complete these first: ' || v_unmet, 500);
    end if;
end;
$$;

comment on function learn.assert_prerequisites(uuid, uuid, uuid, uuid) is
'Refuses learners who have not completed the prerequisites of a course or a lesson.

Args: p_user_id: the learner; p_course_id: the course; p_lesson_id: its lesson, null for the
course; p_version_id: the publication that the learner reads, null where there is none yet.
Returns: nothing.
Raises: PT409 prerequisite.unmet.
Caller: functions of this package.';

revoke all on function learn.assert_prerequisites(uuid, uuid, uuid, uuid) from public;
