-- Tables of the package that a publication sends out.
-- Remedy: alter publication P drop table T; for all tables or a schema: make it again with a list.
select
    p.pubname || ': ' || quote_ident(p.schemaname) || '.' || quote_ident(p.tablename) as object,
    'subscribers get its rows past every policy of this database' as detail
from pg_publication_tables as p
where p.schemaname = any (%(schemas)s)
