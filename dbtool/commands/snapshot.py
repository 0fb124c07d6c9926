"""``dbtool snapshot``: the catalog as pages to review, or as one script to load."""

from __future__ import annotations

import graphlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dbtool.commands import pages
from dbtool.db import catalog, connect, create_order, ledger, modules
from dbtool.db.catalog import CatalogObject
from dbtool.errors import HistoryError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import history, session

# Objects of equal standing are made in this order.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            "schema",
            "type",
            "sequence",
            "table",
            "function",
            "procedure",
            "constraint",
            "index",
            "view",
            "materialized_view",
            "rule",
            "trigger",
            "row_security",
            "policy",
            "grant",
            "comment",
        )
    )
}
_REVOKED = {"schema": "schema", "table": "table", "view": "table", "function": "function"}
_CLIENTS = "public, anon, authenticated, staff, service_role"


@dataclass(frozen=True)
class Snapshot:
    """What was written, or (with ``--check``) what differs.

    Attributes:
        written: Pages written because they were new or different.
        removed: Pages deleted because their table is gone.
        differing: With ``--check``: pages that are not what the catalog says.
    """

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


def snapshot(settings: Settings, check: bool) -> Snapshot:
    """Render every table's page from the target's catalog into ``schemas/``.

    Args:
        settings: Project and target; the target must be at the head of the files.
        check: Only compare.

    Raises:
        HistoryError: The target is not at the head of the files.
    """
    objects, project = _read(settings)
    wanted = pages.pages(objects, project.schemas)
    folder = settings.root / "schemas"
    present = {
        path.relative_to(settings.root).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.sql")
    }
    changed = tuple(path for path, text in wanted.items() if present.get(path) != text)
    stale = tuple(sorted(set(present) - set(wanted)))
    if check:
        return Snapshot(differing=changed + stale)
    for path in changed:
        (settings.root / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.root / path).write_text(wanted[path], "utf-8")
    for path in stale:
        (settings.root / path).unlink()
    return Snapshot(changed, stale)


def _read(settings: Settings) -> tuple[list[CatalogObject], files.Project]:
    project = files.load(settings.root)
    with connect.connect(session.url(settings)) as connection:
        project = modules.fit(connection, project)
        _must_be_current(connection, project)
        return catalog.read(connection, project.schemas), project


def _must_be_current(connection: connect.Connection, project: files.Project) -> None:
    known = ledger.exists(connection)
    applied = ledger.applied_migrations(connection) if known else {}
    pending = history.pending(project, applied)
    if pending:
        raise HistoryError(
            f"the database lacks {len(pending)} of the project's migrations",
            hint="Run `dbtool migrate` first: a snapshot shows the head of the files.",
        )


def script(settings: Settings) -> str:
    """The whole package as one SQL script for an empty database on a prepared platform.

    Raises:
        HistoryError: The target is not at the head of the files.
    """
    project = files.load(settings.root)
    with connect.connect(session.url(settings)) as connection:
        project = modules.fit(connection, project)
        _must_be_current(connection, project)
        objects = catalog.read(connection, project.schemas)
        with connection.transaction():
            connection.execute(b"set local search_path = ''")
            needs = create_order.read(connection)
    managed = set(project.schemas)
    return _script([o for o in objects if o.schema in managed], needs)


def _script(
    objects: list[CatalogObject], needs: Mapping[create_order.Address, set[create_order.Address]]
) -> str:
    header = (
        "-- The whole package for an empty database on a prepared platform.\n"
        "-- Written by `dbtool snapshot --sql`; do not edit.\n\n"
        "set search_path = '';\n"
        "set check_function_bodies = off;\n"
    )
    statements = [header]
    by_page: dict[str, list[CatalogObject]] = defaultdict(list)
    for item in objects:
        if item.page is not None and item.kind in ("table", "column"):
            by_page[item.page].append(item)
    sequences: dict[str, list[str]] = defaultdict(list)
    for item in objects:
        if item.kind == "identity" and item.page is not None:
            sequences[item.page].append(item.definition)
    for item in _ordered(objects, needs):
        if item.kind == "table":
            statements.append(pages.create_table(by_page[item.identity]) + ";\n")
        elif not (item.kind == "schema" and item.identity == "public"):
            statements.append(item.definition + ";\n")
        if item.kind in _REVOKED and item.identity != "public":
            noun = _REVOKED[item.kind]
            statements.append(f"revoke all on {noun} {item.identity} from {_CLIENTS};\n")
        for sequence in sequences[item.identity] if item.kind == "table" else ():
            statements.append(f"revoke all on sequence {sequence} from {_CLIENTS};\n")
    return "\n".join(statements)


def _ordered(
    objects: Iterable[CatalogObject],
    needs: Mapping[create_order.Address, set[create_order.Address]],
) -> list[CatalogObject]:
    """Makers by dependency and rank; then grants and comments, which need them all."""
    makers: dict[create_order.Address, CatalogObject] = {}
    others = []
    for item in objects:
        if item.kind in ("column", "identity", "owner", "partition", "default_privileges"):
            continue
        if item.kind in ("grant", "comment", "row_security"):
            others.append(item)
        else:
            makers[item.address] = item
    sorter: graphlib.TopologicalSorter[create_order.Address] = graphlib.TopologicalSorter()
    for address in makers:
        sorter.add(address, *(need for need in needs.get(address, ()) if need in makers))
    sorter.prepare()
    ordered: list[CatalogObject] = []
    while sorter.is_active():
        ready = sorted(
            sorter.get_ready(), key=lambda a: (_RANK[makers[a].kind], makers[a].identity)
        )
        # One rank at a time, so that what becomes ready of a lower rank goes first.
        ordered.extend(makers[address] for address in ready)
        sorter.done(*ready)
    return ordered + sorted(others, key=lambda o: (_RANK[o.kind], o.identity, o.position))
