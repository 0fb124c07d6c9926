drop table util.partitioned_tables;
drop table util.idempotency_keys;
drop table util.feature_flags;
drop type util.uuid_range;
drop function util.set_updated_at();
revoke usage on schema util from anon, authenticated, staff, service_role;
