create or replace view api.attachments with (security_invoker = true) as
select
    a.id,
    a.course_id,
    a.lesson_id,
    a.file_id,
    a.title,
    a.attachment_order,
    a.created_at,
    a.updated_at
from content.attachments as a;

comment on view api.attachments is
'Files that belong to a course, or to one of its lessons, for those who teach it.';

revoke all on api.attachments from public, anon, authenticated, staff, service_role;
grant select on api.attachments to staff, service_role;
