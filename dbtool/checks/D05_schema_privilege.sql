-- Clients that may create objects in the package's schemas, and schemas open to public.
-- Remedy: revoke create on schema S from ROLE; revoke all on schema S from public;
select
    lower(a.privilege_type) || ' on schema ' || quote_ident(n.nspname) || ' to '
    || coalesce(r.rolname, 'public') as object,
    case a.privilege_type
        when 'CREATE' then 'could plant functions, operators and tables that others then use'
        else 'every role of the cluster may look names up in it'
    end as detail
from pg_namespace as n
cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
left join pg_roles as r on r.oid = a.grantee
where
    n.nspname = any (%(schemas)s)
    and (a.grantee = 0 or (a.privilege_type = 'CREATE' and r.rolname = any (%(clients)s)))
