-- Not among those of rbac, which come later: rows of 10_settings.sql name this one.
insert into rbac.permissions (name, description)
values
('job.manage', 'Change how jobs are tried again and how long their runs are kept.')
on conflict (name) do nothing;
