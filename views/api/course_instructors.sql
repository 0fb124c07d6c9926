create or replace view api.course_instructors with (security_invoker = true) as
select
    i.course_id,
    i.course_is_visible,
    i.user_id,
    i.position,
    i.is_lead,
    i.created_at
from content.course_instructors as i;

comment on view api.course_instructors is
'The people who teach a course. Leads add and remove others.';
comment on column api.course_instructors.is_lead is
'Whether they may change who else teaches it.';
comment on column api.course_instructors.course_is_visible is
'A copy of the course''s is_visible.';

revoke all on api.course_instructors from public, anon, authenticated, staff, service_role;
grant select on api.course_instructors to anon, authenticated, staff, service_role;
grant insert (
    course_id, user_id, position, is_lead
) on api.course_instructors to staff, service_role;
grant update (position, is_lead) on api.course_instructors to staff, service_role;
grant delete on api.course_instructors to staff, service_role;
