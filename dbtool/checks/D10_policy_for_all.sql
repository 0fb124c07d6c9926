-- Policies for all commands at once, and policies that write without a check of their own.
-- Remedy: one policy for each command, with an explicit `with check` for insert and update.
select
    quote_ident(p.polname) || ' on ' || p.polrelid::regclass::text as object,
    case p.polcmd
        when '*' then 'it is for all: a row that may be read may be changed and deleted'
        else 'it has no with check'
    end as detail
from pg_policy as p
inner join pg_class as c on c.oid = p.polrelid
inner join pg_namespace as n on n.oid = c.relnamespace
where
    n.nspname = any (%(schemas)s)
    and p.polpermissive
    and (p.polcmd = '*' or (p.polcmd in ('a', 'w') and p.polwithcheck is null))
