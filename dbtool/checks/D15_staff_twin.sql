-- Rights of authenticated that staff do not have: a staff role would take something away.
-- Remedy: grant the same to staff; write the policy's twin `to staff`.
with roles as (
    select u.oid as users, s.oid as staff
    from pg_roles as u
    inner join pg_roles as s on s.rolname = 'staff'
    where u.rolname = 'authenticated'
)

select
    v.verb || ' on ' || c.oid::regclass::text as object,
    'staff lack it on ' || string_agg(a.attname, ', ' order by a.attnum) as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join roles as r
cross join unnest('{select,insert,update}'::text[]) as v (verb)
where
    n.nspname = any (%(schemas)s)
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_column_privilege(r.users, c.oid, a.attnum, v.verb)
    and not has_column_privilege(r.staff, c.oid, a.attnum, v.verb)
group by c.oid, v.verb
union all
select 'delete on ' || c.oid::regclass::text, 'staff lack it'
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join roles as r
where
    n.nspname = any (%(schemas)s)
    and c.relkind in ('r', 'p', 'v', 'f')
    and has_table_privilege(r.users, c.oid, 'delete')
    and not has_table_privilege(r.staff, c.oid, 'delete')
union all
select 'execute on ' || p.oid::regprocedure::text, 'staff lack it'
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
cross join roles as r
where
    n.nspname = any (%(schemas)s)
    and has_function_privilege(r.users, p.oid, 'execute')
    and not has_function_privilege(r.staff, p.oid, 'execute')
union all
select 'usage on schema ' || quote_ident(n.nspname), 'staff lack it'
from pg_namespace as n
cross join roles as r
where
    n.nspname = any (%(schemas)s)
    and has_schema_privilege(r.users, n.oid, 'usage')
    and not has_schema_privilege(r.staff, n.oid, 'usage')
union all
select
    quote_ident(p.polname) || ' on ' || p.polrelid::regclass::text,
    'staff have no policy for the same command'
from pg_policy as p
inner join pg_class as c on c.oid = p.polrelid
inner join pg_namespace as n on n.oid = c.relnamespace
cross join roles as r
where
    n.nspname = any (%(schemas)s)
    and p.polpermissive
    and r.users = any (p.polroles)
    and not exists (
        select
        from pg_policy as s
        where
            s.polrelid = p.polrelid and s.polpermissive
            and s.polcmd in (p.polcmd, '*')
            and (r.staff = any (s.polroles) or 0 = any (s.polroles))
    )
