"""The catalog checks of access: a numbered file of SQL each, run on any database.

Each query returns one row a finding: the object, as an exception names it, and what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dbtool.db.connect import Connection

# The roles of people's requests; and the role of back ends, which no policy binds.
PEOPLE = ("anon", "authenticated", "staff")
CLIENTS = (*PEOPLE, "service_role")

_FOLDER = Path(__file__).parent.parent / "checks"
_REMEDY = "-- Remedy: "


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        number: ``D01`` and so on; never given to another check.
        name: What it finds, in kebab-case.
        title: What it finds, in a sentence.
        remedy: How to mend it, in a line.
        query: The SQL that finds it.
    """

    number: str
    name: str
    title: str
    remedy: str
    query: str

    @property
    def page(self) -> str:
        """The page that explains it, relative to the project."""
        return f"docs/reference/doctor/{self.number}-{self.name}.md"


@dataclass(frozen=True)
class CheckFinding:
    """Something that a check found, dbtool's own or another tool's.

    Attributes:
        check: ``D01``, or ``tool:rule`` of another tool.
        title: What that check finds.
        object: What is at fault, as an exception names it.
        detail: What is wrong with it.
        remedy: How to mend it, in a line.
        page: Where that is explained: a page of the project, an address or a command.
    """

    check: str
    title: str
    object: str
    detail: str
    remedy: str
    page: str


@cache
def known() -> tuple[Check, ...]:
    """All checks in the order of their numbers."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.sql")))


def _read(path: Path) -> Check:
    query = path.read_text("utf-8")
    title, remedy = query.splitlines()[:2]
    number, _, name = path.stem.partition("_")
    return Check(
        number,
        name.replace("_", "-"),
        title.removeprefix("-- "),
        remedy.removeprefix(_REMEDY),
        query,
    )


def run(connection: Connection, check: Check, schemas: Sequence[str]) -> list[CheckFinding]:
    """Run one check over some schemas; sorted by object and detail.

    Nothing can be written by it, so that it may run on a standby. With an empty search_path every
    name is printed with its schema, and nothing but pg_catalog is looked into.
    """
    with connection.transaction():
        connection.execute(b"set transaction read only")
        connection.execute(b"set local search_path = ''")
        rows = connection.execute(
            check.query.encode(),
            {"schemas": list(schemas), "people": list(PEOPLE), "clients": list(CLIENTS)},
        ).fetchall()
    return [
        CheckFinding(check.number, check.title, name, detail, check.remedy, check.page)
        for name, detail in sorted(rows)
    ]


def exposed_schemas(connection: Connection) -> tuple[str, ...]:
    """What the database tells PostgREST to expose (``pgrst.db_schemas``); without that, api."""
    row = connection.execute(
        """
        select substr(c.setting, length('pgrst.db_schemas=') + 1)
        from pg_catalog.pg_db_role_setting as d
        cross join unnest(d.setconfig) as c (setting)
        left join pg_catalog.pg_roles as r on r.oid = d.setrole
        left join pg_catalog.pg_database as b on b.oid = d.setdatabase
        where
            c.setting like 'pgrst.db\\_schemas=%%'
            and coalesce(r.rolname = 'authenticator', d.setrole = 0)
            and coalesce(b.datname = current_database(), d.setdatabase = 0)
        -- As Postgres itself: role in database, role, database.
        order by d.setrole = 0, d.setdatabase = 0
        limit 1
        """,
        (),
    ).fetchone()
    names = str(row[0]).split(",") if row else ["api"]
    return tuple(name.strip() for name in names)
