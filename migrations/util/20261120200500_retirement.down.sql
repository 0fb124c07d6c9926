alter table util.partitioned_tables drop column before_retire;
