insert into rbac.role_permissions (role_id, permission_id, valid_from)
select
    r.id as role_id,
    p.id as permission_id,
    timestamptz '-infinity' as valid_from
from (
    values
    ('moderator', 'ai.use_assistant'),
    ('moderator', 'comment.moderate'),
    ('moderator', 'profile.read_any'),
    ('instructor', 'ai.use_assistant'),
    ('instructor', 'api_key.create'),
    ('instructor', 'course.create'),
    ('instructor', 'lesson.publish'),
    ('premium_member', 'ai.use_assistant'),
    ('premium_member', 'api_key.create')
) as given (role_name, permission_name)
inner join rbac.roles as r on given.role_name = r.name
inner join rbac.permissions as p on given.permission_name = p.name
union all
-- The administrator has every permission there is. An edited file alone is merged again, so this
-- line names the newest one: job.manage.
select
    r.id as role_id,
    p.id as permission_id,
    timestamptz '-infinity' as valid_from
from rbac.roles as r
cross join rbac.permissions as p
where r.name = 'admin'
on conflict (role_id, permission_id, valid_from) do nothing;
