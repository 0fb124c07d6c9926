create or replace view access.effective_access with (security_invoker = true) as
select
    ci.user_id,
    ci.course_id,
    null::uuid as lesson_id,
    'teacher' as source_type,
    null::uuid as source_id,
    null::timestamptz as valid_to
from content.course_instructors as ci
inner join rbac.active_people as ap on ci.user_id = ap.user_id
union all
select
    e.user_id,
    e.course_id,
    null::uuid as lesson_id,
    e.source_type,
    e.source_id,
    e.valid_to
from access.user_entitlements as e
inner join content.courses as c on e.course_id = c.id
inner join rbac.active_people as ap on e.user_id = ap.user_id
where
    c.is_visible
    and e.valid_from <= now()
    and (e.valid_to is null or e.valid_to > now())
    and e.revoked_at is null
union all
select
    ut.user_id,
    r.course_id,
    null::uuid as lesson_id,
    ut.source_type,
    ut.source_id,
    ut.valid_to
from access.course_access_rules as r
inner join access.tiers as asked on r.tier_id = asked.id
inner join access.user_tiers as ut on asked.rank between 1 and ut.rank
where r.course_is_visible
union all
select
    ut.user_id,
    o.course_id,
    o.lesson_id,
    ut.source_type,
    ut.source_id,
    ut.valid_to
from access.lesson_access_overrides as o
inner join access.tiers as asked on o.tier_id = asked.id
inner join access.user_tiers as ut on asked.rank between 1 and ut.rank
inner join content.courses as c on o.course_id = c.id
where c.is_visible and o.valid_from <= now() and (o.valid_to is null or o.valid_to > now());

comment on view access.effective_access is
'Courses and single lessons that each person may read at this moment, with the reason and its '
'end: a row for each reason. Access that everyone has, by a preview or a tier of rank 0, is not '
'listed.';
comment on column access.effective_access.lesson_id is 'Null: every lesson of the course.';
comment on column access.effective_access.source_type is
'teacher, role (of a tier), or the source of the entitlement.';
comment on column access.effective_access.valid_to is 'Null: without an end.';

revoke all on access.effective_access from public, anon, authenticated, staff, service_role;
