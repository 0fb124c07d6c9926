create or replace view api.modules with (security_invoker = true) as
select
    m.id,
    m.course_id,
    m.course_is_visible,
    m.module_order,
    m.title,
    m.description,
    m.is_published,
    m.is_visible,
    m.created_at,
    m.updated_at
from content.modules as m;

comment on view api.modules is
'Parts of a course. publish_module publishes them, reorder_modules orders them.';
comment on column api.modules.module_order is
'Order in the course, from 1.';
comment on column api.modules.course_is_visible is
'A copy of the course''s is_visible.';

revoke all on api.modules from public, anon, authenticated, staff, service_role;
grant select on api.modules to anon, authenticated, staff, service_role;
grant insert (course_id, module_order, title, description) on api.modules to staff, service_role;
grant update (title, description) on api.modules to staff, service_role;
grant delete on api.modules to staff, service_role;
