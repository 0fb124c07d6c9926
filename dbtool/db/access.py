"""Takes all access to an object away, so that its file can state it from nothing."""

from __future__ import annotations

from psycopg import sql

from dbtool.db.connect import Connection, identifier, printed

# The owner keeps his rights; everyone else loses all, whatever default privileges gave.
_GRANTEES = {
    "function": b"""
        select distinct a.grantee::bigint, a.grantee::regrole::text
        from pg_proc as p
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        where p.oid = %(name)s::regprocedure and a.grantee <> p.proowner
    """,
    "table": b"""
        select distinct a.grantee::bigint, a.grantee::regrole::text
        from pg_class as c
        cross join lateral (
            select * from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner)))
            union all
            select x.*
            from pg_attribute as t
            cross join lateral aclexplode(t.attacl) as x
            where t.attrelid = c.oid and t.attacl is not null
        ) as a
        where c.oid = %(name)s::regclass and a.grantee <> c.relowner
    """,
}


def revoke_all(connection: Connection, kind: str, name: str) -> None:
    """Revoke everything on an object from everyone but its owner.

    Args:
        connection: The target.
        kind: ``function``, or ``table`` (views are tables here).
        name: As regprocedure or regclass prints it: already quoted.
    """
    grantees = connection.execute(_GRANTEES[kind], {"name": name}).fetchall()
    if not grantees:
        return
    connection.execute(
        sql.SQL("revoke all on {} {} from {}").format(
            sql.SQL("function" if kind == "function" else "table"),
            printed(name),
            sql.SQL(", ").join(
                sql.SQL("public") if oid == 0 else printed(role)
                for oid, role in grantees
            ),
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
