-- Columns for the owner, amount or state of a row that clients may write.
-- Remedy: revoke insert, update on T from ROLE; then grant the columns clients may write by name.
select
    p.privilege || ' on ' || c.oid::regclass::text || '.' || quote_ident(a.attname) || ' to '
    || r.rolname as object,
    'a client can choose its own ' || a.attname as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join pg_roles as r
cross join unnest('{insert,update}'::text[]) as p (privilege)
where
    n.nspname = any (%(schemas)s)
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and a.attgenerated = ''
    and r.rolname = any (%(people)s)
    and a.attname ~ (
        '^(user_id|owner_id|author_id|[a-z]+_by|([a-z_]+_)?status|([a-z_]+_)?score'
        || '|[a-z_]+_minor|price.*|[a-z_]+_price|amount.*|[a-z_]+_amount|([a-z_]+_)?balance'
        || '|xp.*|[a-z_]+_xp|is_staff|is_admin|is_verified|roles?|role_.*)$'
    )
    and has_column_privilege(r.oid, c.oid, a.attnum, p.privilege)
