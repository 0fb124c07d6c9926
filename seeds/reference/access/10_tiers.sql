insert into access.tiers (name, title, rank, role_id)
select
    tier.name,
    tier.title,
    tier.rank,
    r.id as role_id
from (
    values
    ('free', 'Free', 0, null),
    ('member', 'Member', 10, 'member'),
    ('premium_member', 'Premium member', 20, 'premium_member')
) as tier (name, title, rank, role_name)
left join rbac.roles as r on tier.role_name = r.name
on conflict (name) do nothing;
