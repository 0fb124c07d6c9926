-- Roles that no policy binds: superusers, and BYPASSRLS with privileges on the tables.
-- Remedy: alter role R nosuperuser nobypassrls; or revoke its privileges on the package's tables.
with package as (
    select c.oid, c.relowner
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any (%(schemas)s) and c.relkind in ('r', 'p')
)

select
    r.rolname::text as object,
    case
        when r.rolsuper then 'is a superuser'
        else 'has BYPASSRLS and privileges on ' || p.tables || ' tables'
    end
    || case when r.rolcanlogin then ' and can log in' else '' end as detail
from pg_roles as r
cross join lateral (
    select count(*) as tables
    from package as t
    where
        has_any_column_privilege(r.oid, t.oid, 'select, insert, update')
        or has_table_privilege(r.oid, t.oid, 'delete, truncate')
) as p
where
    (r.rolsuper or (r.rolbypassrls and p.tables > 0))
    and r.oid <> 10 -- who made the cluster
    and r.rolname not in ('service_role', 'postgres')
    -- Supabase's own, on hosted Supabase.
    and r.rolname not in (
        'supabase_admin', 'supabase_etl_admin', 'supabase_read_only_user',
        'supabase_replication_admin'
    )
    and r.oid not in (select t.relowner from package as t)
