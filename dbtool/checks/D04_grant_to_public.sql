-- Anything granted to public: every role of the cluster holds it, later ones included.
-- Remedy: revoke all on T from public; for a function: revoke all on function F from public;
select
    lower(a.privilege_type) || ' on ' || c.oid::regclass::text as object,
    'every role has it' as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) as a
where n.nspname = any (%(schemas)s) and a.grantee = 0
union all
select
    lower(a.privilege_type) || ' on ' || c.oid::regclass::text || '.' || quote_ident(t.attname),
    'every role has it'
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as t on t.attrelid = c.oid
cross join lateral aclexplode(t.attacl) as a
where n.nspname = any (%(schemas)s) and a.grantee = 0
union all
select
    'execute on ' || p.oid::regprocedure::text,
    case
        when p.proacl is null
            then 'every role may call it: Postgres'' own default, which nothing has revoked'
        else 'every role may call it'
    end
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
where
    n.nspname = any (%(schemas)s)
    and a.grantee = 0
    -- Not what an extension brought, nor what Postgres wrote for a range type.
    and not exists (
        select
        from pg_depend as d
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i')
    )
