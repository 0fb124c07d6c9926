create or replace function api.read_lesson(lesson_id uuid)
returns table (
    course_id uuid,
    course_version integer,
    title text,
    lesson_type text,
    duration_sec integer,
    content jsonb,
    resources jsonb,
    transcript text,
    video_provider text,
    video_id text
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.course_id,
        x.course_version,
        x.title,
        x.lesson_type,
        x.duration_sec,
        x.content,
        x.resources,
        x.transcript,
        x.video_provider,
        x.video_id
    from access.read_lesson(lesson_id) as x;
end;

comment on function api.read_lesson(uuid) is
'The content of a lesson, for people who may read it: from the publication that they enrolled with,
else from the newest one.

Args: lesson_id: the lesson.
Returns: one row.
Raises: PT403 user.not_active, PT409 enrollment.required, PT409 cohort.not_started, PT404
lesson.not_found, PT403 access.denied, PT409 prerequisite.unmet.
Caller: anyone.';

revoke all on function api.read_lesson(uuid) from public;
grant execute on function api.read_lesson(uuid) to anon, authenticated, staff, service_role;
