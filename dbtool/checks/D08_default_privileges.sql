-- Default privileges that open what is made in the package's schemas from now on.
-- Remedy: alter default privileges for role R in schema S revoke all on KIND from ROLE;
select
    'default on ' || k.kind
    || coalesce(' in schema ' || quote_ident(n.nspname), '')
    || ' by ' || o.rolname || ' to ' || coalesce(r.rolname, 'public') as object,
    'given at creation: '
    || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as detail
from pg_default_acl as d
inner join pg_roles as o on o.oid = d.defaclrole
left join pg_namespace as n on n.oid = d.defaclnamespace
inner join (
    values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types'), ('n', 'schemas')
) as k (letter, kind) on k.letter = d.defaclobjtype::text
cross join lateral aclexplode(d.defaclacl) as a
left join pg_roles as r on r.oid = a.grantee
where
    (d.defaclnamespace = 0 or n.nspname = any (%(schemas)s))
    and (a.grantee = 0 or r.rolname = any (%(clients)s))
    -- Only of those who can make something there, and not of a superuser who owns nothing of it:
    -- on hosted Supabase that is supabase_admin, whose defaults nobody can alter.
    and exists (
        select
        from pg_namespace as s
        where
            s.nspname = any (%(schemas)s)
            and (s.oid = d.defaclnamespace or d.defaclnamespace = 0)
            and has_schema_privilege(o.oid, s.oid, 'create')
            and (
                not o.rolsuper
                or s.nspowner = o.oid
                or exists (
                    select
                    from pg_class as c
                    where c.relnamespace = s.oid and c.relowner = o.oid
                )
            )
    )
    -- Postgres' own: functions and types are public's unless revoked. D04 looks at each function.
    and not (
        d.defaclnamespace = 0 and a.grantee = 0
        and (d.defaclobjtype, a.privilege_type) in (('f', 'EXECUTE'), ('T', 'USAGE'))
    )
group by k.kind, n.nspname, o.rolname, r.rolname
