"""Leftovers of a declared file's earlier text that CREATE OR REPLACE keeps."""

from __future__ import annotations

from psycopg import sql

from dbtool.db.connect import Connection, identifier, printed
from dbtool.sql.declared import Declaration


def drop_triggers(connection: Connection, signature: str, declaration: Declaration) -> None:
    """Drop triggers that call the function and that its file does not name any more."""
    rows = connection.execute(
        """
        select t.tgname, format('%%I.%%I', n.nspname, c.relname)
        from pg_catalog.pg_trigger as t
        inner join pg_catalog.pg_class as c on c.oid = t.tgrelid
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where t.tgfoid = %s::regprocedure and not t.tgisinternal and t.tgparentid = 0
            and t.tgconstraint = 0
        """,
        [signature],
    ).fetchall()
    declared = {(t.name, t.table) for t in declaration.triggers}
    for name, table in rows:
        if (name, table) not in declared:
            connection.execute(
                sql.SQL("drop trigger {} on {}").format(sql.Identifier(name), printed(table))
            )


def clear_comments(connection: Connection, declaration: Declaration, signature: str | None) -> None:
    """Take away the comments of a function or view; its file writes those it still has."""
    if declaration.kind == "function":
        connection.execute(
            sql.SQL("comment on routine {} is null").format(printed(signature or ""))
        )
        return
    view = identifier(declaration.name)
    connection.execute(sql.SQL("comment on view {} is null").format(view))
    columns = connection.execute(
        """
        select a.attname
        from pg_catalog.pg_description as d
        inner join pg_catalog.pg_attribute as a
            on a.attrelid = d.objoid and a.attnum = d.objsubid
        where d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = to_regclass(%s)
            and d.objsubid > 0
        """,
        [declaration.name],
    ).fetchall()
    for (column,) in columns:
        connection.execute(
            sql.SQL("comment on column {}.{} is null").format(view, sql.Identifier(column))
        )
