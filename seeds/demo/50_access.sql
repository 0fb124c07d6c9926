-- One course for everybody, one for members, one for premium members with a lesson open to all.
insert into access.course_access_rules (course_id, tier_id)
select
    c.id as course_id,
    t.id as tier_id
from (
    values
    ('python-pour-debutants', 'free'),
    ('python-2', 'free'),
    ('asasiyyat-al-dhaka', 'member'),
    ('sql-that-holds', 'premium_member')
) as asked (course_slug, tier_name)
inner join content.courses as c on asked.course_slug = c.slug
inner join access.tiers as t on asked.tier_name = t.name
on conflict (course_id, tier_id, product_id) do nothing;

insert into access.lesson_access_overrides (lesson_id, tier_id)
select
    '00000000-0000-4000-8000-000000e00007'::uuid as lesson_id,
    t.id as tier_id
from access.tiers as t
where t.name = 'free'
on conflict (lesson_id) do nothing;

insert into access.user_entitlements (user_id, course_id, source_type, source_id, reason)
values
(
    '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000c0002', 'test',
    '00000000-0000-4000-8000-00000000e001', 'demo world'
)
on conflict (user_id, source_type, source_id, course_id, tier_id) do nothing;
