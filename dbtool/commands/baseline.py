"""``dbtool baseline``: adopts a database that already is what the files say, after proving it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from dbtool.commands.verify import own_objects
from dbtool.db import (
    catalog,
    connect,
    declare,
    fingerprint,
    ledger,
    ledger_rows,
    modules,
    transaction,
)
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import path_of_object
from dbtool.errors import HistoryError
from dbtool.project import files
from dbtool.project.files import Migration, Project
from dbtool.project.settings import Settings
from dbtool.runner import history, scratch, session
from dbtool.runner.progress import Progress

_Definitions = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Baselined:
    """What was adopted.

    Attributes:
        migrations: Versions now recorded as applied (if the database differs: that would be).
        declared: How many declared files were recorded with them.
        differences: How the database is not what the files say; nothing was recorded then.
        fingerprint: sha256 (hex) of all compared definitions as the files make them.
    """

    migrations: tuple[str, ...]
    declared: int
    differences: tuple[Difference, ...]
    fingerprint: str


def baseline(settings: Settings, to: str | None, progress: Progress) -> Baselined:
    """Record pending versions as applied, if the catalog is what they and all before them make.

    The files are built on a scratch server of the same major version. With ``to``, declared
    objects are left out of the comparison: the next migrate puts them right.

    Args:
        settings: Project and target.
        to: The last version to adopt; None for all and the declared files.
        progress: Where to say what happens.

    Raises:
        HistoryError: An applied file was edited, or everything is applied already.
        UsageError: No such version, or no scratch server of the target's version.
    """
    project = files.load(settings.root)
    with session.exclusive(settings, 600, progress) as (connection, lock):
        project = modules.fit(connection, project)
        pending = _pending(connection, project, to)
        at_head = to is None or to == project.head
        beside = scratch.ServerToMatch.asked(connection)
        wanted_to = None if at_head else to
        with (
            scratch.migrated(settings, beside, project, progress, wanted_to) as url,
            connect.connect(url) as built,
        ):
            expected = _compared(built, project, at_head)
        transaction.begin(connection, 2000)
        ledger.bootstrap(connection)
        found = _compared(connection, project, at_head)
        differences = tuple(catalog.compare(expected, found))
        names = tuple(m.name for m in pending)
        if differences:
            connection.execute(b"rollback")
            return Baselined(names, 0, differences, _fingerprint(expected))
        who = ledger.origin(settings.root)
        for migration in pending:
            run = transaction.Attempts(count=1).as_run()
            ledger_rows.record_migration(connection, migration, "baselined", run, who)
        declared = project.declared if at_head else ()
        declare.Batch(connection, declared, who).record_all()
        fingerprint.save(connection, project.schemas, accept=True)
        lock.assert_held(connection)
        connection.execute(b"commit")
        return Baselined(names, len(declared), (), _fingerprint(expected))


def _pending(connection: Connection, project: Project, to: str | None) -> list[Migration]:
    known = ledger.exists(connection)
    if known:
        fingerprint.check_ledger(connection)
    applied = ledger.applied_migrations(connection) if known else {}
    late = {m.up.path for m in history.out_of_order(project, applied)}
    pending = history.pending(project, applied, late, to)
    if not pending:
        raise HistoryError(
            "there is nothing to adopt: the ledger has every version already",
            hint="`dbtool status` lists them; `dbtool verify --files` compares with the files.",
        )
    return pending


def _compared(connection: Connection, project: Project, at_head: bool) -> _Definitions:
    definitions = own_objects(catalog.read(connection, project.schemas), project)
    if at_head:
        return definitions
    declared = {file.source.path for file in project.declared}
    return {
        (kind, identity): text
        for (kind, identity), text in definitions.items()
        if path_of_object(kind, identity, text) not in declared
    }


def _fingerprint(definitions: _Definitions) -> str:
    digest = hashlib.sha256()
    for (kind, identity), text in sorted(definitions.items()):
        digest.update(f"{kind}\0{identity}\0{text}\0".encode())
    return digest.hexdigest()
