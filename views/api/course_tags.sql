create or replace view api.course_tags with (security_invoker = true) as
select
    ct.course_id,
    ct.course_is_visible,
    ct.tag_id,
    ct.created_at
from content.course_tags as ct;

comment on view api.course_tags is
'Tags of each course.';
comment on column api.course_tags.course_is_visible is
'A copy of the course''s is_visible.';

revoke all on api.course_tags from public, anon, authenticated, staff, service_role;
grant select on api.course_tags to anon, authenticated, staff, service_role;
grant insert (course_id, tag_id) on api.course_tags to staff, service_role;
grant delete on api.course_tags to staff, service_role;
