"""Which file declares which object, and which files are to be applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.ledger import AppliedFile
from dbtool.project.files import DECLARED_FOLDERS, DeclaredFile


@dataclass(frozen=True)
class Change:
    """What happened to one declared file.

    Attributes:
        path: The file.
        action: applied, dropped, or recreated (unchanged, but what it stands on was dropped).
    """

    path: str
    action: str


def path_of(kind: str, name: str) -> str:
    """The declared file of ``schema.name``."""
    folder = next(f for f, k in DECLARED_FOLDERS.items() if k == kind)
    return f"{folder}/{name.replace('.', '/')}.sql"


# Identities of grants, comments and owners, as catalog.sql words them.
_SUBJECT = re.compile(
    r"(?P<noun>columns of|\w+) (?P<name>.+?)(?: on (?P<table>.+?))?(?: to .+?)?"
    r"(?: with grant option)?"
)


def path_of_object(kind: str, identity: str, definition: str) -> str | None:
    """Where an object of the catalog would be declared; None for what migrations make."""
    identity = identity.replace('"', "")
    table = identity.rpartition(".")[0]
    if kind in ("grant", "comment", "owner"):
        subject = _SUBJECT.fullmatch(identity)
        if subject is None:
            return None
        if kind == "grant" and subject["noun"] in ("table", "columns of"):
            return path_of("policy", subject["name"])
        kind, identity, table = subject["noun"], subject["name"], subject["table"] or ""
    if kind in ("function", "procedure"):
        return path_of("function", identity.partition("(")[0])
    if kind == "view":
        return path_of("view", identity)
    if kind == "policy":
        return path_of("policy", table)
    if kind == "trigger":
        called = re.search(r"EXECUTE FUNCTION ([\w.]+)\(", definition)
        return path_of("function", called[1]) if called else None
    return None


def live_objects(connection: Connection) -> dict[tuple[str, str], str]:
    """What stands in the database of the kinds that files declare.

    Returns:
        ``(kind, name)`` to the path of the file that would declare it. The name is schema.name of
        a function or view, table.name of a policy or trigger. A table stands for the access to it;
        its name has its oid, by which one that was made anew is told apart.
    """
    rows = connection.execute(
        b"""
        with relations as (
            select c.oid, c.relkind, n.nspname || '.' || c.relname as name
            from pg_catalog.pg_class as c
            inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        ),

        functions as (
            select p.oid, n.nspname || '.' || p.proname as name
            from pg_catalog.pg_proc as p
            inner join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
            where n.nspname not in ('pg_catalog', 'information_schema')
        )

        select 'view', name, name from relations where relkind = 'v'
        union all
        select 'table', name || ' ' || oid, name from relations where relkind in ('r', 'p')
        union all
        select 'function', name, name from functions
        union all
        select 'policy', r.name || '.' || p.polname, r.name
        from pg_catalog.pg_policy as p
        inner join relations as r on r.oid = p.polrelid
        union all
        select 'trigger', r.name || '.' || t.tgname, f.name
        from pg_catalog.pg_trigger as t
        inner join relations as r on r.oid = t.tgrelid
        inner join functions as f on f.oid = t.tgfoid
        where not t.tgisinternal
        """
    )
    declared_by = {"trigger": "function", "table": "policy"}
    found: dict[tuple[str, str], str] = {}
    for kind, name, declared_as in rows:
        found[kind, name] = path_of(declared_by.get(kind, str(kind)), declared_as)
    return found


def changed_files(
    files: Iterable[DeclaredFile],
    applied: Mapping[str, AppliedFile],
    drift: Iterable[Difference],
) -> set[str]:
    """Paths whose text is not what was applied, or whose object is not what it was."""
    known = {file.source.path for file in files}
    changed = {
        file.source.path
        for file in files
        if file.source.path not in applied
        or applied[file.source.path].checksum != file.source.checksum
    }
    for difference in drift:
        text = difference.found or difference.expected
        path = path_of_object(difference.kind, difference.identity, text)
        if path in known:
            changed.add(path)
    return changed
