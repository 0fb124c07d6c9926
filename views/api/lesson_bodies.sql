create or replace view api.lesson_bodies with (security_invoker = true) as
select
    b.lesson_id,
    b.course_id,
    b.content,
    b.resources,
    b.transcript,
    b.video_provider,
    b.video_id,
    b.created_at,
    b.updated_at
from content.lesson_bodies as b;

comment on view api.lesson_bodies is
'The content of lessons, as their authors edit it. Learners read frozen copies of it.';

revoke all on api.lesson_bodies from public, anon, authenticated, staff, service_role;
grant select on api.lesson_bodies to staff, service_role;
grant insert (
    lesson_id, content, resources, transcript, video_provider, video_id
) on api.lesson_bodies to staff, service_role;
grant update (
    content, resources, transcript, video_provider, video_id
) on api.lesson_bodies to staff, service_role;
