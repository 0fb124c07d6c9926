-- Security definer functions that clients call directly, and schemas exposed beside api.
-- Remedy: an invoker function in api that calls the definer one behind it; expose `api` alone.
with exposed as (
    select 'api' as name
    union
    select btrim(s.name)
    from pg_db_role_setting as d
    cross join unnest(d.setconfig) as c (setting)
    cross join lateral unnest(
        string_to_array(substr(c.setting, length('pgrst.db_schemas=') + 1), ',')
    ) as s (name)
    where
        c.setting like 'pgrst.db\_schemas=%%'
        and d.setdatabase in (0, (select oid from pg_database where datname = current_database()))
        and d.setrole in (0, (select oid from pg_roles where rolname = 'authenticator'))
)

select
    p.oid::regprocedure::text as object,
    'security definer in ' || quote_ident(n.nspname) || ', which clients call directly' as detail
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
inner join exposed as e on e.name = n.nspname
where p.prosecdef and n.nspname = any (%(schemas)s)
union all
select
    'schema ' || quote_ident(e.name),
    'pgrst.db_schemas exposes it: every grant in it is an endpoint'
from exposed as e
where e.name <> 'api' and e.name = any (%(schemas)s)
