"""What is there, by name, to be held against what expectations name."""

from __future__ import annotations

from collections.abc import Sequence

from dbtool.access.expectations import VERBS
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


def by_age(connection: Connection) -> list[str]:
    """Every relation, the oldest first: what a table's rows refer to stands before it."""
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
        order by c.oid
        """
    ).fetchall()
    return [name for (name,) in rows]


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
                    and d.deptype = 'i'
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


def granted_columns(
    connection: Connection, role: str, name: str, mark: str
) -> dict[str, frozenset[str]]:
    """By verb, the columns that a role may name as far as the relation itself is concerned.

    Args:
        connection: Any.
        role: The role.
        name: The relation.
        mark: The column that stands for all where a row can be deleted.
    """
    rows = connection.execute(
        """
        select v.verb, coalesce(array_agg(a.attname::text) filter (
            where case
                when v.verb = 'delete' then
                    has_table_privilege(%(role)s, a.attrelid, 'delete') and a.attname = %(mark)s
                else has_column_privilege(%(role)s, a.attrelid, a.attnum, v.verb)
            end
        ), '{}')
        from pg_catalog.pg_attribute as a
        cross join unnest(%(verbs)s::text[]) as v (verb)
        where a.attrelid = to_regclass(%(name)s) and a.attnum > 0 and not a.attisdropped
        group by v.verb
        """,
        {"role": role, "name": literally(name), "mark": mark, "verbs": list(VERBS)},
    ).fetchall()
    return {verb: frozenset(columns) for verb, columns in rows}


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


def unstated(connection: Connection, schemas: Sequence[str]) -> list[tuple[str, str]]:
    """What stands beside the schemas that expectations speak of, and what is odd about it.

    Other schemas with tables or functions of their own, what clients may touch in those that the
    host brought, rules that make a statement do more than it says, and triggers switched off.
    """
    return connection.execute(
        """
        with spaces as (
            select oid, nspname from pg_catalog.pg_namespace
            where nspname !~ '^pg_' and nspname not in ('information_schema')
        ),

        clients as (select unnest(array['anon', 'authenticated', 'staff']) as role),

        others as (select * from spaces where not (nspname = any (%(schemas)s)))

        select o.nspname, 'a schema of its own'
        from others as o
        where
            o.nspname not in ('auth', 'extensions')
            and (
                exists (select from pg_catalog.pg_class as c where c.relnamespace = o.oid)
                or exists (select from pg_catalog.pg_proc as p where p.pronamespace = o.oid)
            )
        union all
        select o.nspname || '.' || c.relname, r.role || ' has a privilege on it'
        from others as o
        inner join pg_catalog.pg_class as c
            on c.relnamespace = o.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
        cross join clients as r
        where
            has_schema_privilege(r.role, o.oid, 'usage')
            and (
                has_table_privilege(r.role, c.oid, 'select, insert, update, delete, truncate')
                or has_any_column_privilege(r.role, c.oid, 'select, insert, update')
            )
        union all
        select p.oid::regprocedure::text, r.role || ' may execute it with its owner''s rights'
        from others as o
        inner join pg_catalog.pg_proc as p on p.pronamespace = o.oid and p.prosecdef
        cross join clients as r
        where
            has_schema_privilege(r.role, o.oid, 'usage')
            and has_function_privilege(r.role, p.oid, 'execute')
        union all
        select w.ev_class::regclass::text, 'a rule: ' || w.rulename
        from pg_catalog.pg_rewrite as w
        inner join pg_catalog.pg_class as c on c.oid = w.ev_class
        inner join spaces as s on s.oid = c.relnamespace and s.nspname = any (%(schemas)s)
        where w.rulename <> '_RETURN'
        union all
        select t.tgrelid::regclass::text, 'a trigger switched off: ' || t.tgname
        from pg_catalog.pg_trigger as t
        inner join pg_catalog.pg_class as c on c.oid = t.tgrelid
        inner join spaces as s
            on s.oid = c.relnamespace and (s.nspname = any (%(schemas)s) or s.nspname = 'auth')
        where t.tgenabled in ('D', 'R')
        order by 1, 2
        """,
        {"schemas": list(schemas)},
    ).fetchall()
