"""Journals, their monthly partitions, and how a partition is retired."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from dbtool.db.connect import Connection, identifier, literally
from dbtool.errors import DatabaseError, UsageError

# Retired partitions stand in a schema of their own beside the journal's, closed to clients.
# No file makes it and none answers for it: catalog.sql leaves it out, the doctor looks into it.
RETIRED = "retired_"
_MARK = "Retired from "
# The months of util.ensure_partition.
_SUFFIX = "_(2[01][0-9]{2}(?:0[1-9]|1[0-2]))$"
_CLIENTS = "public, anon, authenticated, staff, service_role"


@dataclass(frozen=True)
class Journal:
    """A row of util.partitioned_tables.

    Attributes:
        name: ``schema.table``.
        is_there: Whether such a partitioned table exists.
        months_ahead: Months to be kept ready beyond this one.
        retention_months: Full months to be kept; None for all.
        before_retire: ``schema.function`` to be called before a partition is detached.
        this_month: The current month (UTC), ``YYYYMM``.
        oldest_kept: The first month that is not to be retired, ``YYYYMM``.
        missing: Months (``YYYYMM``) without a partition, from the first kept one to those ahead.
        taken: Those of them whose partition's name something else has.
        retired: Tables in the schema of the retired, oldest first.
    """

    name: str
    is_there: bool
    months_ahead: int
    retention_months: int | None
    before_retire: str | None
    this_month: str
    oldest_kept: str | None
    missing: tuple[str, ...]
    taken: tuple[str, ...]
    retired: tuple[str, ...]


@dataclass(frozen=True)
class Partition:
    """A partition of a journal, or one whose retirement was interrupted.

    Attributes:
        journal: ``schema.table`` of its parent.
        name: Its own.
        month: ``YYYYMM``; empty where its bounds are not those of one month.
        stage: ``attached``, ``detaching`` (interrupted between its two transactions) or
            ``detached`` (not yet put away).
        is_marked: Whether the journal's before_retire was called for it.
    """

    journal: str
    name: str
    month: str
    stage: str
    is_marked: bool = False

    @property
    def put_away(self) -> str:
        """Where it stands once it is retired."""
        return f"{RETIRED}{self.name}"


_JOURNALS = """
    with journal as (
        select
            t.*,
            c.oid,
            date_trunc('month', now() at time zone 'UTC') as present,
            util.oldest_kept_month(t.parent_name) as oldest_kept,
            split_part(t.parent_name, '.', 2) as short
        from util.partitioned_tables as t
        left join pg_catalog.pg_namespace as n on n.nspname = split_part(t.parent_name, '.', 1)
        left join pg_catalog.pg_class as c
            on c.relnamespace = n.oid and c.relname = split_part(t.parent_name, '.', 2)
            and c.relkind = 'p'
    ),

    wanted as (
        select j.parent_name, month::date as month,
            util.partition_state(j.parent_name, month::date) as state
        from journal as j
        cross join lateral (
            select to_date(min(right(p.relname, 6)), 'YYYYMM') as first
            from pg_catalog.pg_inherits as i
            inner join pg_catalog.pg_class as p on p.oid = i.inhrelid
            where i.inhparent = j.oid and p.relname ~ %(suffix)s
        ) as present_ones
        cross join lateral generate_series(
            least(greatest(present_ones.first, j.oldest_kept), j.present),
            j.present + make_interval(months => j.months_ahead),
            interval '1 month'
        ) as month
        where j.oid is not null
    )

    select
        j.parent_name, j.oid is not null, j.months_ahead, j.retention_months, j.before_retire,
        to_char(j.present, 'YYYYMM'), to_char(j.oldest_kept, 'YYYYMM'),
        array(
            select to_char(w.month, 'YYYYMM') from wanted as w
            where w.parent_name = j.parent_name and w.state <> 'stands'
            order by w.month
        ),
        array(
            select to_char(w.month, 'YYYYMM') from wanted as w
            where w.parent_name = j.parent_name and w.state = 'taken'
            order by w.month
        ),
        array(
            select n.nspname || '.' || c.relname
            from pg_catalog.pg_class as c
            inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
            where n.nspname = %(retired)s || split_part(j.parent_name, '.', 1)
                and c.relkind = 'r'
                and left(c.relname, -6) = j.short || '_' and c.relname ~ %(suffix)s
            order by c.relname
        )
    from journal as j
    order by j.parent_name
"""

# The comment is what tells a partition that was detached, and not yet put away, from a table that
# only has such a name.
_PARTITIONS = """
    select j.parent_name, n.nspname || '.' || c.relname,
        case when util.partition_state(j.parent_name, found.month) in ('stands', 'retiring')
            and c.relname = split_part(j.parent_name, '.', 2)
                || to_char(found.month, '_YYYYMM')
            then to_char(found.month, 'YYYYMM') else '' end,
        case when i.inhdetachpending then 'detaching' else 'attached' end,
        coalesce(
            obj_description(c.oid, 'pg_class') like %(mark)s || j.parent_name || ':%%', false
        )
    from util.partitioned_tables as j
    inner join pg_catalog.pg_inherits as i on i.inhparent = to_regclass(
        format('%%I.%%I', split_part(j.parent_name, '.', 1), split_part(j.parent_name, '.', 2))
    )
    inner join pg_catalog.pg_class as c on c.oid = i.inhrelid
    inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    cross join lateral (
        select to_date(substring(c.relname, %(suffix)s), 'YYYYMM') as month
    ) as found
    union all
    select j.parent_name, n.nspname || '.' || c.relname, right(c.relname, 6), 'detached',
        true
    from util.partitioned_tables as j
    inner join pg_catalog.pg_namespace as n on n.nspname = split_part(j.parent_name, '.', 1)
    inner join pg_catalog.pg_class as c on c.relnamespace = n.oid
        and c.relname ~ %(suffix)s
        and left(c.relname, -7) = split_part(j.parent_name, '.', 2)
        and c.relkind = 'r' and not c.relispartition
    where obj_description(c.oid, 'pg_class') like %(mark)s || j.parent_name || ':%%'
    order by 1, 2
"""


def journals(connection: Connection) -> list[Journal]:
    """Every registered journal.

    Raises:
        UsageError: The database is not migrated as far as this needs.
    """
    row = connection.execute(
        b"select to_regprocedure('util.partition_state(text, date)') is not null"
    ).fetchone()
    if not (row and row[0]):
        raise UsageError("the database knows no journals yet", hint="Run `dbtool migrate` first.")
    rows = connection.execute(_JOURNALS, {"retired": RETIRED, "suffix": _SUFFIX}).fetchall()
    return [Journal(*row[:7], *map(tuple, row[7:])) for row in rows]


def partitions(connection: Connection) -> list[Partition]:
    """Every partition of every journal, and what an interrupted retirement left."""
    return [
        Partition(*row)
        for row in connection.execute(_PARTITIONS, {"mark": _MARK, "suffix": _SUFFIX})
    ]


def ensure(connection: Connection) -> tuple[str, ...]:
    """Make the partitions that are missing; returns their names."""
    rows = connection.execute(b"select util.ensure_partitions()").fetchall()
    return tuple(row[0] for row in rows)


def ensure_new(connection: Connection) -> None:
    """Make the partitions that are missing, where the project has journals."""
    row = connection.execute(
        b"select to_regprocedure('util.ensure_partitions(timestamptz)') is not null"
    ).fetchone()
    if row and row[0]:
        ensure(connection)


def prepare(connection: Connection, partition: Partition, before_retire: str | None) -> None:
    """Call the journal's function and mark the partition, in the caller's transaction.

    Raises:
        DatabaseError: There is no such function.
    """
    if before_retire:
        _check_hook(connection, before_retire, partition.journal)
        connection.execute(
            sql.SQL("select {}({}::regclass)").format(
                identifier(before_retire), literally(partition.name)
            )
        )
    connection.execute(
        sql.SQL("comment on table {} is {}").format(
            identifier(partition.name),
            f"{_MARK}{partition.journal}: the month {partition.month} (UTC).",
        )
    )


def _check_hook(connection: Connection, name: str, journal: str) -> None:
    row = connection.execute(
        "select prorettype = 'void'::regtype from pg_catalog.pg_proc "
        "where oid = to_regprocedure(%s)",
        [f"{literally(name)}(regclass)"],
    ).fetchone()
    if not (row and row[0]):
        raise DatabaseError(
            f"there is no function {name}(regclass) that returns void, which {journal} names as "
            "its before_retire",
            hint="Make it, or correct the journal's row in util.partitioned_tables.",
        )


def set_patience(connection: Connection, seconds: float) -> None:
    """Bound how long a session that detaches waits for others' transactions."""
    connection.execute(b"set lock_timeout = 0")
    connection.execute(
        "select set_config('statement_timeout', %s, false)", [str(int(seconds * 1000))]
    )


def detach(connection: Connection, partition: Partition) -> None:
    """Detach a partition, or finish that; the connection is in autocommit mode."""
    how = "finalize" if partition.stage == "detaching" else "concurrently"
    connection.execute(
        sql.SQL("alter table {} detach partition {} {}").format(
            identifier(partition.journal), identifier(partition.name), sql.SQL(how)
        )
    )


def check_room(connection: Connection, partition: Partition) -> None:
    """See that nothing has the place where a partition is to be put away.

    Raises:
        DatabaseError: Something has.
    """
    row = connection.execute(
        "select to_regclass(%s) is not null", [literally(partition.put_away)]
    ).fetchone()
    if row and row[0]:
        raise DatabaseError(
            f"{partition.name} cannot be retired: {partition.put_away} stands already",
            hint="Rename the older one: the month was retired before and made again.",
        )


def put_away(connection: Connection, partition: Partition) -> None:
    """Move a detached partition to the schema of the retired, in the caller's transaction."""
    schema = sql.Identifier(partition.put_away.partition(".")[0])
    row = connection.execute(
        "select from pg_catalog.pg_namespace where nspname = %s",
        [partition.put_away.partition(".")[0]],
    ).fetchone()
    if row is None:
        connection.execute(sql.SQL("create schema {}").format(schema))
        connection.execute(
            sql.SQL("comment on schema {} is {}").format(
                schema, "Partitions retired by `dbtool partitions retire`; no client may enter."
            )
        )
    connection.execute(sql.SQL("revoke all on schema {} from {}").format(schema, sql.SQL(_CLIENTS)))
    connection.execute(
        sql.SQL("alter table {} set schema {}").format(identifier(partition.name), schema)
    )
