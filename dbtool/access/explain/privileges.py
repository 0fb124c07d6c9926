"""What the catalog says of one relation: its key, grants by whom, and the policies of one role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from dbtool.db.connect import Connection, literally
from dbtool.errors import UsageError


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: As it stands in the catalog.
        kind: Its type, as Postgres prints it.
        default: An expression, or empty.
        is_generated: Computed by the database; nobody may set it.
        is_numbered: Its default takes the next number of a sequence, which no rollback gives back.
        is_required: It is never null.
    """

    name: str
    kind: str
    default: str
    is_generated: bool
    is_numbered: bool
    is_required: bool


@dataclass(frozen=True)
class RelationFacts:
    """A table or a view.

    Attributes:
        oid: In pg_class.
        schema: Its schema.
        short: Its name there.
        is_view: Whether it is a view.
        is_invoker: For a view: whether it has its caller's rights.
        owner: The role that owns it.
        definition: For a view: its query.
        columns: In order.
        key: The primary key's columns, in the key's order.
    """

    oid: int
    schema: str
    short: str
    is_view: bool
    is_invoker: bool
    owner: str
    definition: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def name(self) -> str:
        """``schema.name``."""
        return f"{self.schema}.{self.short}"

    def column(self, name: str) -> Column:
        """By name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class PolicyFacts:
    """A policy as the catalog has it; expressions are empty where there are none."""

    name: str
    verb: str
    is_permissive: bool
    using: str
    check: str
    comment: str


def relation(connection: Connection, name: str) -> RelationFacts:
    """Look a table or a view up.

    Raises:
        UsageError: There is none of that name, or it is something else.
    """
    row = connection.execute(
        """
        select
            c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relowner::regrole::text,
            case when c.relkind = 'v' then pg_get_viewdef(c.oid) else '' end,
            coalesce(
                (
                    select option_value::boolean from pg_options_to_table(c.reloptions)
                    where option_name = 'security_invoker'
                ),
                false
            )
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
        where c.oid = to_regclass(%s)
        """,
        [literally(name)],
    ).fetchone()
    if row is None:
        raise UsageError(f"there is no table or view {name}", hint=_similar(connection, name))
    oid, schema, short, kind, owner, definition, is_invoker = row
    if kind not in ("r", "p", "v"):
        raise UsageError(f"{name} is neither a table nor a view")
    return RelationFacts(
        oid,
        schema,
        short,
        kind == "v",
        is_invoker,
        owner,
        definition,
        _columns(connection, oid),
        _key(connection, oid),
    )


def _similar(connection: Connection, name: str) -> str:
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
        where c.relkind in ('r', 'p', 'v') and n.nspname !~ '^(pg_|information_schema$)'
        order by 1
        """
    ).fetchall()
    return similar(name, [found for (found,) in rows])


def similar(name: str, known: Sequence[str]) -> str:
    """A hint that names what somebody may have meant: the same name elsewhere, or one like it."""
    short = name.rpartition(".")[2]
    elsewhere = [found for found in known if found.rpartition(".")[2] == short]
    close = elsewhere or get_close_matches(name, known, 3)
    return f"Do you mean {' or '.join(close)}?" if close else "Name it with its schema."


def _columns(connection: Connection, oid: int) -> tuple[Column, ...]:
    rows = connection.execute(
        """
        select
            a.attname::text, format_type(a.atttypid, a.atttypmod),
            case when a.attgenerated = '' then coalesce(pg_get_expr(d.adbin, d.adrelid), '')
                else '' end,
            a.attgenerated <> '',
            a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') ~ 'nextval\\(',
            a.attnotnull
        from pg_catalog.pg_attribute as a
        left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = %s and a.attnum > 0 and not a.attisdropped
        order by a.attnum
        """,
        [oid],
    ).fetchall()
    return tuple(Column(*row) for row in rows)


def _key(connection: Connection, oid: int) -> tuple[str, ...]:
    rows = connection.execute(
        """
        select a.attname::text
        from pg_catalog.pg_index as i
        cross join unnest(i.indkey) with ordinality as k (attnum, place)
        inner join pg_catalog.pg_attribute as a
            on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = %s and i.indisprimary and k.place <= i.indnkeyatts
        order by k.place
        """,
        [oid],
    ).fetchall()
    return tuple(name for (name,) in rows)


def columns_of_view(connection: Connection, view: int, table: int) -> frozenset[str]:
    """The columns of a table that a view's query names, for showing or for choosing rows."""
    rows = connection.execute(
        """
        select a.attname::text
        from pg_catalog.pg_rewrite as r
        inner join pg_catalog.pg_depend as d
            on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid = %s and d.refobjsubid > 0
        inner join pg_catalog.pg_attribute as a
            on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where r.ev_class = %s
        """,
        [table, view],
    ).fetchall()
    return frozenset(name for (name,) in rows)


def schema_grant(connection: Connection, role: str, schema: str) -> tuple[bool, str]:
    """Whether a role may use a schema, and by whose grant."""
    row = connection.execute(
        """
        select
            has_schema_privilege(%(role)s, n.oid, 'usage'),
            coalesce(
                (
                    select string_agg(
                        distinct case x.grantee when 0 then 'public'
                            else x.grantee::regrole::text end,
                        ', '
                    )
                    from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as x
                    where x.privilege_type = 'USAGE'
                        and case x.grantee when 0 then true
                            else pg_has_role(%(role)s, x.grantee, 'usage') end
                ),
                ''
            )
        from pg_catalog.pg_namespace as n
        where n.nspname = %(schema)s
        """,
        {"role": role, "schema": schema},
    ).fetchone()
    return (bool(row[0]), str(row[1])) if row else (False, "")


def nameable(connection: Connection, role: str, oid: int, verb: str) -> frozenset[str]:
    """The columns that a role may name; for delete all or none."""
    rows = connection.execute(
        """
        select a.attname::text
        from pg_catalog.pg_attribute as a
        where a.attrelid = %(oid)s and a.attnum > 0 and not a.attisdropped
            and case %(verb)s
                when 'delete' then has_table_privilege(%(role)s, a.attrelid, 'delete')
                else has_column_privilege(%(role)s, a.attrelid, a.attnum, %(verb)s)
            end
        """,
        {"oid": oid, "role": role, "verb": verb},
    ).fetchall()
    return frozenset(name for (name,) in rows)


def grantees(connection: Connection, role: str, oid: int, verb: str) -> str:
    """By whose grant a role holds a privilege on a relation or on columns of it."""
    rows = connection.execute(
        """
        select distinct case x.grantee when 0 then 'public' else x.grantee::regrole::text end
        from (
            select y.* from pg_catalog.pg_class as c
            cross join lateral aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as y
            where c.oid = %(oid)s
            union all
            select y.* from pg_catalog.pg_attribute as a
            cross join lateral aclexplode(a.attacl) as y
            where a.attrelid = %(oid)s and a.attacl is not null
        ) as x
        where x.privilege_type = upper(%(verb)s)
            and case x.grantee when 0 then true else pg_has_role(%(role)s, x.grantee, 'usage') end
        order by 1
        """,
        {"oid": oid, "role": role, "verb": verb},
    ).fetchall()
    return ", ".join(name for (name,) in rows)


def why_open(connection: Connection, role: str, oid: int) -> str:
    """Why row level security does not bind a role on a table; empty where it does."""
    row = connection.execute(
        """
        select case
            when not c.relrowsecurity then 'row level security is off'
            when r.rolsuper or r.rolbypassrls then 'the role ' || r.rolname || ' bypasses policies'
            when pg_has_role(r.oid, c.relowner, 'usage') and not c.relforcerowsecurity
                then 'the role ' || r.rolname || ' owns the table'
            else ''
        end
        from pg_catalog.pg_class as c
        cross join pg_catalog.pg_roles as r
        where c.oid = %s and r.rolname = %s
        """,
        [oid, role],
    ).fetchone()
    return str(row[0]) if row else ""


def policies(connection: Connection, role: str, oid: int, verb: str) -> list[PolicyFacts]:
    """Policies of a table that have a say when a role does something."""
    rows = connection.execute(
        """
        select
            p.polname::text,
            case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                when 'd' then 'delete' else 'all' end,
            p.polpermissive,
            coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
            coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''),
            coalesce(obj_description(p.oid, 'pg_policy'), '')
        from pg_catalog.pg_policy as p
        where p.polrelid = %(oid)s
            and p.polcmd in (
                case %(verb)s when 'select' then 'r' when 'insert' then 'a' when 'update' then 'w'
                    else 'd' end,
                '*'
            )
            and exists (
                select from unnest(p.polroles) as r (oid)
                where case r.oid when 0 then true else pg_has_role(%(role)s, r.oid, 'usage') end
            )
        order by p.polpermissive desc, p.polname
        """,
        {"oid": oid, "role": role, "verb": verb},
    ).fetchall()
    return [PolicyFacts(*row) for row in rows]
