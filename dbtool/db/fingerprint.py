"""What the catalog looked like after the last run, and whether it still does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import sql
from psycopg.types.json import Json

from dbtool.db import catalog
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import path_of_object
from dbtool.errors import HistoryError

# A stamp of the catalog: every change of an object writes a new version of its rows, which has a
# new xmin. Equal stamps mean that nothing was touched, without looking at a single definition.
_STAMP = b"""
    with spaces as (
        select oid from pg_catalog.pg_namespace where nspname = any (%(schemas)s::text[])
    ),

    relations as (
        select oid, xmin, relkind
        from pg_catalog.pg_class where relnamespace in (select oid from spaces)
    ),

    functions as (
        select oid, xmin from pg_catalog.pg_proc where pronamespace in (select oid from spaces)
    )

    select bit_xor(hashtextextended(x.kind || x.version::text, x.oid::bigint))
    from (
        select 'n' || nspname as kind, xmin as version, oid
        from pg_catalog.pg_namespace where nspname !~ '^pg_'
        union all
        select 'c', xmin, oid from relations
        union all
        select 'f', xmin, oid from functions
        union all
        select 'a' || attnum, xmin, attrelid
        from pg_catalog.pg_attribute
        where attrelid in (select oid from relations where relkind <> 'i') and attnum > 0
        union all
        select 'k', xmin, oid
        from pg_catalog.pg_constraint where connamespace in (select oid from spaces)
        union all
        select 'i', xmin, indexrelid
        from pg_catalog.pg_index where indrelid in (select oid from relations)
        union all
        select 'd', xmin, oid
        from pg_catalog.pg_attrdef where adrelid in (select oid from relations)
        union all
        select 'p', xmin, oid
        from pg_catalog.pg_policy where polrelid in (select oid from relations)
        union all
        select 't', xmin, oid
        from pg_catalog.pg_trigger
        where tgrelid in (select oid from relations) or tgfoid in (select oid from functions)
        union all
        select 'w', xmin, oid
        from pg_catalog.pg_rewrite where ev_class in (select oid from relations)
        union all
        select 'y', xmin, oid
        from pg_catalog.pg_type
        where typnamespace in (select oid from spaces) and typtype <> 'c' and typelem = 0
        union all
        select 'e', xmin, oid from pg_catalog.pg_enum
        union all
        select 'g', xmin, oid from pg_catalog.pg_default_acl
        union all
        select 'm' || classoid || '.' || objsubid, xmin, objoid
        from pg_catalog.pg_description
        where objoid in (
            select oid from relations union all select oid from functions
            union all select oid from spaces
        ) or classoid in (
            'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_constraint'::regclass,
            'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_type'::regclass
        ) and objoid >= 16384
    ) as x
"""


# md5 is there on every server and in no need of secrecy: it finds edits, not forgers.
_DIGEST = """
    select md5(
        coalesce((
            select string_agg(
                concat_ws('|', id, version, module, slug, status, checksum, md5(down_text)), ','
                order by id
            )
            from util.migrations_meta where id <= {migration_id}
        ), '') || coalesce((
            select string_agg(
                concat_ws('|', id, path, kind, object_name, status, checksum, signature), ','
                order by id
            )
            from util.declared_files where id <= {declared_id}
        ), '')
    )
"""


@dataclass(frozen=True)
class _Header:
    """The newest record that can be compared with the live catalog."""

    stamp: int | None


def _header(connection: Connection) -> _Header | None:
    """Read the newest record.

    Returns:
        None where there is no record, it does not cover the newest work (an interrupted run), or
        another major version of Postgres or of dbtool's rendering made it.
    """
    row = connection.execute(
        b"""
        select
            r.migration_id = coalesce(
                (select max(id) from util.migrations_meta where status <> 'failed'), 0
            )
            and r.declared_id = coalesce(
                (select max(id) from util.declared_files where status <> 'failed'), 0
            ),
            r.server_version, r.format, r.stamp
        from util.catalog_runs as r
        order by r.id desc
        limit 1
        """
    ).fetchone()
    major = connection.info.server_version // 10000
    if row is None or not row[0] or row[1] // 10000 != major or row[2] != catalog.FORMAT:
        return None
    return _Header(row[3])


def _stamp(connection: Connection, schemas: Sequence[str]) -> int:
    row = connection.execute(_STAMP, {"schemas": list(schemas)}).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def check_ledger(connection: Connection) -> None:
    """Refuse to work from ledgers whose rows were edited or deleted since the last run.

    Raises:
        HistoryError: They were.
    """
    row = connection.execute(
        sql.SQL(
            "select r.ledger_digest = ({}), r.recorded_at from util.catalog_runs as r "
            "order by r.id desc limit 1"
        ).format(_digest("r.migration_id", "r.declared_id"))
    ).fetchone()
    if row and not row[0]:
        raise HistoryError(
            "the ledger was edited by hand: util.migrations_meta or util.declared_files is not "
            f"what the run of {row[1]:%Y-%m-%d %H:%M:%S %Z} left",
            hint="Put the rows back, or look at `dbtool verify --files` and take the ledger as it "
            "is with `dbtool verify --accept`.",
        )


def _digest(migration_id: str, declared_id: str) -> sql.Composed:
    return sql.SQL(_DIGEST).format(
        migration_id=sql.SQL(migration_id), declared_id=sql.SQL(declared_id)
    )


def is_comparable(connection: Connection) -> bool:
    """Whether there is a record that the live catalog can be compared with."""
    return _header(connection) is not None


def is_untouched(connection: Connection, schemas: Sequence[str]) -> bool:
    """Whether nothing was touched since the record, told by the stamp; False proves nothing."""
    header = _header(connection)
    return header is not None and header.stamp == _stamp(connection, schemas)


def drift(connection: Connection, schemas: Sequence[str]) -> tuple[Difference, ...] | None:
    """How the live catalog differs from the record.

    Returns:
        The differences; None where there is no record to compare with.
    """
    return differences(connection, schemas) if is_comparable(connection) else None


def differences(connection: Connection, schemas: Sequence[str]) -> tuple[Difference, ...]:
    """The live catalog against the record, for a run that knows what it did since."""
    live = catalog.definitions(catalog.read(connection, schemas))
    rows = connection.execute(b"select kind, identity, definition from util.catalog_objects")
    recorded = {(kind, identity): definition for kind, identity, definition in rows if definition}
    return tuple(catalog.compare(recorded, live))


def mark(connection: Connection, differences: Iterable[Difference]) -> None:
    """Remember drift before a run begins, so that even a run that fails cannot bury it."""
    rows = [(d.kind, d.identity, d.expected) for d in differences]
    connection.execute(
        """
        insert into util.catalog_objects (kind, identity, definition, is_drifted)
        select *, true from unnest(%s::text[], %s::text[], %s::text[])
        on conflict (kind, identity) do update set is_drifted = true
        where not catalog_objects.is_drifted
        """,
        [[row[n] for row in rows] for n in range(3)],
    )


def save(
    connection: Connection, schemas: Sequence[str], *, accept: bool = False, bare: bool = False
) -> None:
    """Remember the live catalog, in the caller's transaction.

    Drift that was marked stays recorded as drift as long as it is there, so that a run never takes
    it for granted.

    Args:
        connection: The target.
        schemas: The managed schemas.
        accept: Take the live catalog as it is, drift included.
        bare: Declared objects were dropped on purpose; their absence is no drift.
    """
    live = {o.key: o for o in catalog.read(connection, schemas)}
    rows = connection.execute(
        b"select kind, identity, definition, page, is_drifted from util.catalog_objects"
    ).fetchall()
    recorded = {(row[0], row[1]): row[2:] for row in rows}
    tables = {o.page for o in live.values()}
    wanted = {key: (o.definition, o.page, False) for key, o in live.items()}
    for key, (definition, page, is_drifted) in recorded.items():
        found = wanted.get(key, ("", page, False))
        is_gone = not found[0] and (
            (page is not None and page not in tables)
            or (bare and path_of_object(*key, definition) is not None)
        )
        if is_drifted and not accept and found[0] != definition and not is_gone:
            wanted[key] = (definition, found[1] or page, True)
    gone = [key for key in recorded if key not in wanted]
    new = [(*key, *value) for key, value in wanted.items() if recorded.get(key) != value]
    # As JSON: psycopg takes several times longer to write arrays of this size.
    connection.execute(
        """
        delete from util.catalog_objects as o
        using json_array_elements(%s) as gone
        where o.kind = gone ->> 0 and o.identity = gone ->> 1
        """,
        [Json(gone)],
    )
    connection.execute(
        """
        insert into util.catalog_objects (kind, identity, definition, page, is_drifted)
        select o ->> 0, o ->> 1, o ->> 2, o ->> 3, (o ->> 4)::boolean
        from json_array_elements(%s) as o
        on conflict (kind, identity) do update
        set definition = excluded.definition, page = excluded.page,
            is_drifted = excluded.is_drifted
        """,
        [Json(new)],
    )
    # While there is drift the stamp must not vouch for the catalog.
    is_clean = not any(value[2] for value in wanted.values())
    touch(connection, _stamp(connection, schemas) if is_clean else None)


def touch(connection: Connection, stamp: int | None) -> None:
    """Say that the record covers all work so far."""
    connection.execute(
        sql.SQL(
            """
            with newest as (
                select
                    coalesce((
                        select max(id) from util.migrations_meta where status <> 'failed'
                    ), 0) as migration_id,
                    coalesce((
                        select max(id) from util.declared_files where status <> 'failed'
                    ), 0) as declared_id
            )

            insert into util.catalog_runs (
                migration_id, declared_id, server_version, format, stamp, ledger_digest
            )
            select
                n.migration_id, n.declared_id, current_setting('server_version_num')::integer,
                %s, %s, ({})
            from newest as n
            """
        ).format(_digest("n.migration_id", "n.declared_id")),
        [catalog.FORMAT, stamp],
    )
