"""Takes all access to an object away, so that its file can state it from nothing."""

from __future__ import annotations

from psycopg import sql

from dbtool.db.connect import Connection, identifier, printed

# Roles besides the owner that hold anything on an object. A table stands for its columns too, and
# for the sequences of its identity columns: Supabase's old default privileges open those like
# tables.
_GRANTED = {
    "function": b"""
        select 'routine', %(name)s::regprocedure::text, a.grantee::bigint, a.grantee::regrole::text
        from pg_proc as p
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        where p.oid = %(name)s::regprocedure and a.grantee <> p.proowner
    """,
    "table": b"""
        with relations as (
            select oid, relkind, relacl, relowner from pg_class where oid = %(name)s::regclass
            union all
            select c.oid, c.relkind, c.relacl, c.relowner
            from pg_depend as d
            inner join pg_class as c on c.oid = d.objid and c.relkind = 'S'
            where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
                and d.refobjid = %(name)s::regclass and d.deptype in ('a', 'i')
        )
        select
            case r.relkind when 'S' then 'sequence' else 'table' end, r.oid::regclass::text,
            a.grantee::bigint, a.grantee::regrole::text
        from relations as r
        cross join lateral (
            select * from aclexplode(
                coalesce(
                    r.relacl,
                    acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)
                )
            )
            union all
            select x.*
            from pg_attribute as t
            cross join lateral aclexplode(t.attacl) as x
            where t.attrelid = r.oid and t.attacl is not null
        ) as a
        where a.grantee <> r.relowner
    """,
}


def revoke_all(connection: Connection, kind: str, name: str) -> None:
    """Revoke everything on an object from everyone but its owner, whatever gave it.

    Args:
        connection: The target.
        kind: ``function``, or ``table`` (views are tables here).
        name: As regprocedure or regclass prints it: already quoted.
    """
    rows = set(connection.execute(_GRANTED[kind], {"name": name}).fetchall())
    for noun, object_name, oid, role in sorted(rows):
        connection.execute(
            sql.SQL("revoke all on {} {} from {} cascade").format(
                printed(noun), printed(object_name), printed("public" if oid == 0 else role)
            )
        )


def drop_policies(connection: Connection, table: str) -> None:
    """Drop all policies of a table."""
    policies = connection.execute(
        "select polname from pg_catalog.pg_policy where polrelid = to_regclass(%s)", [table]
    ).fetchall()
    for (policy,) in policies:
        connection.execute(
            sql.SQL("drop policy {} on {}").format(sql.Identifier(policy), identifier(table))
        )
