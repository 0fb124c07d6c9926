-- Grants on tables for which no policy lets the role do it: requests succeed and do nothing.
-- Remedy: revoke VERB on T from ROLE; or write the policy that was forgotten.
select
    v.verb || ' on ' || c.oid::regclass::text || ' to ' || r.rolname as object,
    'no policy of the table lets this role ' || v.verb as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join pg_roles as r
cross join (
    values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')
) as v (letter, verb)
where
    n.nspname = any (%(schemas)s)
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and c.relrowsecurity
    and r.rolname = any (%(clients)s)
    and not (r.rolbypassrls or r.rolsuper)
    and case v.verb
        when 'delete' then has_table_privilege(r.oid, c.oid, v.verb)
        else has_any_column_privilege(r.oid, c.oid, v.verb)
    end
    and not exists (
        select
        from pg_policy as p
        where
            p.polrelid = c.oid and p.polpermissive
            and p.polcmd::text in (v.letter, '*')
            and (r.oid = any (p.polroles) or 0 = any (p.polroles))
    )
