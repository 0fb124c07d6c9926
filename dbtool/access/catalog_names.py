"""What is there, by name, to be held against what expectations name."""

from __future__ import annotations

from collections.abc import Sequence

from dbtool.db.connect import Connection, literally


def relations(
    connection: Connection, schemas: Sequence[str], with_partitions: bool = False
) -> dict[str, frozenset[str]]:
    """Tables and views, and the columns of each."""
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname, array_agg(a.attname::text)
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
        inner join pg_catalog.pg_attribute as a
            on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where
            n.nspname = any (%s)
            and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and (%s or not c.relispartition)
        group by 1
        """,
        [list(schemas), with_partitions],
    ).fetchall()
    return {name: frozenset(columns) for name, columns in rows}


def partitions(connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
    """Partitions, each with the name of its topmost parent."""
    return connection.execute(
        """
        select n.nspname || '.' || c.relname, pn.nspname || '.' || p.relname
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
        inner join pg_catalog.pg_class as p on p.oid = pg_partition_root(c.oid)
        inner join pg_catalog.pg_namespace as pn on p.relnamespace = pn.oid
        where n.nspname = any (%s) and c.relispartition and c.relkind in ('r', 'p')
        order by 1
        """,
        [list(schemas)],
    ).fetchall()


def functions(connection: Connection, schemas: Sequence[str]) -> dict[str, list[str]]:
    """Functions, with their signatures; those that Postgres made for a type are not counted."""
    rows = connection.execute(
        """
        select n.nspname || '.' || p.proname, array_agg(p.oid::regprocedure::text)
        from pg_catalog.pg_proc as p
        inner join pg_catalog.pg_namespace as n on p.pronamespace = n.oid
        where
            n.nspname = any (%s)
            and not exists (
                select from pg_catalog.pg_depend as d
                where
                    d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
                    and d.deptype in ('i', 'e')
            )
        group by 1
        """,
        [list(schemas)],
    ).fetchall()
    return dict(rows)


def may_execute(connection: Connection, role: str, name: str) -> bool:
    """Whether a database role may call a function, by whatever path the right came."""
    row = connection.execute(
        """
        select
            has_schema_privilege(%(role)s, p.pronamespace, 'usage')
            and has_function_privilege(%(role)s, p.oid, 'execute')
        from pg_catalog.pg_proc as p
        where p.oid = to_regproc(%(name)s)
        """,
        {"role": role, "name": literally(name)},
    ).fetchone()
    return bool(row and row[0])


def granted_columns(connection: Connection, role: str, name: str, verb: str) -> frozenset[str]:
    """Columns of a relation that a role may name as far as the relation itself is concerned."""
    rows = connection.execute(
        """
        select a.attname::text
        from pg_catalog.pg_attribute as a
        where
            a.attrelid = to_regclass(%(name)s) and a.attnum > 0 and not a.attisdropped
            and case
                when %(verb)s = 'delete' then
                    has_table_privilege(%(role)s, a.attrelid, 'delete') and a.attnum = 1
                else has_column_privilege(%(role)s, a.attrelid, a.attnum, %(verb)s)
            end
        """,
        {"role": role, "name": literally(name), "verb": verb},
    ).fetchall()
    return frozenset(column for (column,) in rows)


def is_guarded(connection: Connection, name: str) -> bool:
    """Whether a table has row level security, and a view its caller's rights."""
    row = connection.execute(
        """
        select case
            when relkind in ('r', 'p') then relrowsecurity
            else coalesce(
                (
                    select option_value::boolean from pg_options_to_table(reloptions)
                    where option_name = 'security_invoker'
                ),
                false
            )
        end
        from pg_catalog.pg_class where oid = to_regclass(%s)
        """,
        [literally(name)],
    ).fetchone()
    return bool(row and row[0])
