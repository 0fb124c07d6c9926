-- Who may become whom: authenticator, the client roles and staff.
-- Remedy: revoke ROLE from MEMBER; alter role ROLE nologin; alter role authenticator noinherit;
with members as (
    select g.rolname as role, m.rolname as member, m.rolsuper, m.rolcreaterole
    from pg_auth_members as a
    inner join pg_roles as g on g.oid = a.roleid
    inner join pg_roles as m on m.oid = a.member
),

owners as (
    select distinct o.rolname
    from pg_namespace as n
    inner join pg_roles as o on o.oid = n.nspowner
    where n.nspname = any (%(schemas)s)
)

select
    'authenticator in ' || m.role as object,
    'authenticator may become the four client roles and nobody else' as detail
from members as m
where m.member = 'authenticator' and m.role <> all (%(clients)s)
union
select 'authenticator in ' || c.name, 'authenticator cannot become it'
from unnest(%(clients)s) as c (name)
where
    exists (select from pg_roles as r where r.rolname = 'authenticator')
    and not exists (
        select from members as m where m.member = 'authenticator' and m.role = c.name
    )
union
select m.member || ' in ' || m.role, 'a client role is a member of another role'
from members as m
where m.member = any (%(clients)s)
union
select
    m.member || ' in ' || m.role,
    'only authenticator and administrators may become ' || m.role
from members as m
where
    m.role in ('staff', 'service_role')
    and m.member <> 'authenticator'
    and m.member <> all (%(clients)s)
    and not (m.rolsuper or m.rolcreaterole)
    and m.member not in (select o.rolname from owners as o)
union
select
    r.rolname || ' logs in',
    'a session that logs in as it sets request.jwt.claims, and is any user it likes'
from pg_roles as r
where r.rolname = any (%(clients)s) and r.rolcanlogin
union
select r.rolname || ' inherits', 'the login has all rights of the roles it may become at once'
from pg_roles as r
where r.rolname = 'authenticator' and r.rolinherit
