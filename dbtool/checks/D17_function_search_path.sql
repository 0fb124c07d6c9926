-- Functions whose names are looked up where their caller, or a temporary table, decides.
-- Remedy: alter function F set search_path = pg_catalog, pg_temp;
select
    p.oid::regprocedure::text as object,
    case when p.prosecdef then 'security definer, ' else '' end
    || coalesce(
        (
            select s.setting
            from unnest(p.proconfig) as s (setting)
            where s.setting like 'search_path=%%'
        ),
        'without a search_path'
    ) as detail
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
where
    n.nspname = any (%(schemas)s)
    and p.prokind <> 'a'
    and not coalesce(p.proconfig @> '{"search_path=pg_catalog, pg_temp"}', false)
    -- Not what an extension brought, nor what Postgres wrote for a range type.
    and not exists (
        select
        from pg_depend as d
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i')
    )
