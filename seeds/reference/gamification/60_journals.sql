insert into util.partitioned_tables (parent_name)
values ('gamification.xp_events')
on conflict (parent_name) do nothing;
