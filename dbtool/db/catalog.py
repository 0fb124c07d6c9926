"""The catalog of a database as a list of objects, each with the DDL that makes it.

That one list serves every comparison and every rendering: the fingerprint of the last run, the
files built on scratch, the page of a table, and the script of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.pq import TransactionStatus

from dbtool.db.connect import Connection
from dbtool.errors import LockError

# Raise it when the same object would be rendered differently, so that an older record is not
# taken for drift.
FORMAT = 1

# Definitions are worded by these settings, whatever the session's or the database's are.
_PLAIN = (
    b"set local search_path = ''; set local timezone = 'UTC'; set local datestyle = 'ISO, MDY'; "
    b"set local intervalstyle = 'postgres'; set local extra_float_digits = 1; "
    b"set local quote_all_identifiers = off; set local bytea_output = 'hex'"
)
_QUERY = Path(__file__).with_name("catalog.sql")


@dataclass(frozen=True)
class CatalogObject:
    """One object of the catalog.

    Attributes:
        kind: schema, table, column, constraint, index, view, function, trigger, policy,
            row_security, identity (an identity column's sequence), grant, comment,
            default_privileges, owner, type, sequence, rule, partition.
        identity: Unique within its kind, such as ``rbac.roles.name`` for a column.
        definition: The DDL that makes it (of a column: its line in CREATE TABLE).
        schema: The schema it is counted to; empty for database-wide ones.
        page: The table on whose page it is shown, or None.
        position: Order among its kind on that page.
        address: (class oid, object oid), for pg_depend.
    """

    kind: str
    identity: str
    definition: str
    schema: str
    page: str | None
    position: int
    address: tuple[int, int]

    @property
    def key(self) -> tuple[str, str]:
        """Kind and identity."""
        return (self.kind, self.identity)


@dataclass(frozen=True)
class Difference:
    """One object that is not what it should be.

    Attributes:
        kind: Kind of the object.
        identity: Its name.
        change: added, removed or changed, as seen from the expected state.
        expected: Its expected definition; empty for added ones.
        found: Its definition found; empty for removed ones.
    """

    kind: str
    identity: str
    change: str
    expected: str
    found: str


def read(connection: Connection, schemas: Sequence[str]) -> list[CatalogObject]:
    """Read all objects of some schemas, and the names of all other schemas."""
    alone = connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction():
        connection.execute(_PLAIN)
        if alone:  # else the caller's transaction has its own bound
            connection.execute(b"set local lock_timeout = '10s'")
        try:
            rows = connection.execute(_QUERY.read_bytes(), {"schemas": list(schemas)}).fetchall()
        except psycopg.errors.LockNotAvailable as error:
            if not alone:
                raise
            raise LockError(
                "the catalog cannot be read: somebody holds a table in access exclusive mode",
                sqlstate="55P03",
                hint="Wait for that session (pg_locks and pg_stat_activity name it), or end it.",
            ) from error
    return [
        CatalogObject(kind, identity, definition, schema, page, position, (class_oid, oid))
        for kind, identity, definition, schema, page, position, class_oid, oid in rows
    ]


def definitions(objects: Iterable[CatalogObject]) -> dict[tuple[str, str], str]:
    """Objects as ``(kind, identity)`` to definition, as comparisons want them."""
    return {o.key: o.definition for o in objects}


def compare(
    expected: Mapping[tuple[str, str], str], found: Mapping[tuple[str, str], str]
) -> list[Difference]:
    """Name every difference between two states, sorted by kind and name."""
    differences = []
    for key in sorted(expected.keys() | found.keys()):
        was, now = expected.get(key, ""), found.get(key, "")
        if was == now:
            continue
        change = "changed" if was and now else "added" if now else "removed"
        differences.append(Difference(key[0], key[1], change, was, now))
    return differences
