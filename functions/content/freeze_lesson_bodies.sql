create or replace function content.freeze_lesson_bodies(p_course_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into content.lesson_body_versions (
        lesson_id, version, content, resources, transcript, video_provider, video_id
    )
    select
        b.lesson_id,
        coalesce(newest.version, 0) + 1 as version,
        b.content,
        b.resources,
        b.transcript,
        b.video_provider,
        b.video_id
    from content.lesson_bodies as b
    inner join content.lessons as l on b.lesson_id = l.id
    left join lateral (
        select v.*
        from content.lesson_body_versions as v
        where v.lesson_id = b.lesson_id
        order by v.version desc
        limit 1
    ) as newest on true
    where
        b.course_id = p_course_id
        and l.is_published
        and (
            newest.content,
            newest.resources,
            newest.transcript,
            newest.video_provider,
            newest.video_id
        ) is distinct from (b.content, b.resources, b.transcript, b.video_provider, b.video_id);
end;
$$;

comment on function content.freeze_lesson_bodies(uuid) is
'Freezes the bodies of a course''s published lessons, if they changed since the last time.

Args: p_course_id: the course, its row locked by the caller.
Returns: nothing.
Caller: functions of this package.';

revoke all on function content.freeze_lesson_bodies(uuid) from public;
