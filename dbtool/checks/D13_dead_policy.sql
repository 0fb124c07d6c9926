-- Policies for a role that lacks the privilege, or that cannot see the rows it may change.
-- Remedy: drop policy P on T; or grant VERB on T to ROLE; or give the role a select policy too.
with policies as (
    select p.polrelid, p.polname, p.polcmd, r.oid as role, r.rolname
    from pg_policy as p
    inner join pg_class as c on c.oid = p.polrelid
    inner join pg_namespace as n on n.oid = c.relnamespace
    inner join pg_roles as r on r.oid = any (p.polroles)
    where n.nspname = any (%(schemas)s) and p.polpermissive
)

select
    quote_ident(p.polname) || ' on ' || p.polrelid::regclass::text as object,
    p.rolname || ' lacks the privilege' as detail
from policies as p
where not exists (
    select
    from (
        values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')
    ) as v (letter, verb)
    where
        p.polcmd::text in (v.letter, '*')
        and case v.verb
            when 'delete' then has_table_privilege(p.role, p.polrelid, v.verb)
            else has_any_column_privilege(p.role, p.polrelid, v.verb)
        end
)
union all
select
    quote_ident(p.polname) || ' on ' || p.polrelid::regclass::text,
    p.rolname || ' sees no rows to '
    || case p.polcmd when 'w' then 'update' else 'delete' end
    || ': there is no select policy for it'
from policies as p
where
    p.polcmd in ('w', 'd')
    and not exists (
        select
        from pg_policy as s
        where
            s.polrelid = p.polrelid and s.polpermissive and s.polcmd in ('r', '*')
            and (p.role = any (s.polroles) or 0 = any (s.polroles))
    )
