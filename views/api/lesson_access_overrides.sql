create or replace view api.lesson_access_overrides with (security_invoker = true) as
select
    o.lesson_id,
    o.course_id,
    o.tier_id,
    o.valid_from,
    o.valid_to,
    o.created_at,
    o.updated_at
from access.lesson_access_overrides as o;

comment on view api.lesson_access_overrides is
'Lessons that are open to a lower tier than their course.';

revoke all on api.lesson_access_overrides from public, anon, authenticated, staff, service_role;
grant select on api.lesson_access_overrides to staff, service_role;
grant insert (
    lesson_id, tier_id, valid_from, valid_to
) on api.lesson_access_overrides to staff, service_role;
grant update (tier_id, valid_from, valid_to) on api.lesson_access_overrides to staff, service_role;
grant delete on api.lesson_access_overrides to staff, service_role;
