create or replace view api.lessons with (security_invoker = true) as
select
    l.id,
    l.course_id,
    l.module_id,
    l.module_is_visible,
    l.lesson_order,
    l.title,
    l.summary,
    l.lesson_type,
    l.duration_sec,
    l.is_preview,
    l.is_downloadable,
    l.is_published,
    l.is_visible,
    l.created_at,
    l.updated_at
from content.lessons as l;

comment on view api.lessons is
'Lessons as the catalogue shows them. publish_lesson publishes them, reorder_lessons orders them; '
'their content is in lesson_bodies.';
comment on column api.lessons.course_id is
'The course of its module; it changes when the lesson moves.';
comment on column api.lessons.lesson_order is
'Order in the module, from 1.';
comment on column api.lessons.lesson_type is
'video, article, quiz, project or live.';
comment on column api.lessons.module_is_visible is
'A copy of the module''s is_visible.';

revoke all on api.lessons from public, anon, authenticated, staff, service_role;
grant select on api.lessons to anon, authenticated, staff, service_role;
grant insert (
    module_id, lesson_order, title, summary, lesson_type, duration_sec, is_preview,
    is_downloadable
) on api.lessons to staff, service_role;
grant update (
    module_id, lesson_order, title, summary, lesson_type, duration_sec, is_preview,
    is_downloadable
) on api.lessons to staff, service_role;
grant delete on api.lessons to staff, service_role;
