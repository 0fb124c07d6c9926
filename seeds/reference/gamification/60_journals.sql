insert into util.partitioned_tables (parent_name, before_retire)
values ('gamification.xp_events', 'gamification.write_opening_balances')
on conflict (parent_name) do nothing;
