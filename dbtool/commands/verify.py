"""``dbtool verify``: is the database what it should be? Every difference by name."""

from __future__ import annotations

from dataclasses import dataclass

from dbtool.db import catalog, connect, fingerprint, ledger, modules, transaction
from dbtool.errors import HistoryError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import history, scratch, session
from dbtool.runner.progress import Progress

_CLIENTS = {"public", "anon", "authenticated", "staff", "service_role"}


@dataclass(frozen=True)
class Verified:
    """What was found.

    Attributes:
        against: ``last run`` or ``files``.
        history: Applied files that were edited or deleted, and files out of order.
        pending: Migrations not applied yet (with ``--files``, where they explain differences).
        differences: Objects that are not what they should be.
        accepted: The differences were recorded as the new state.
    """

    against: str
    history: tuple[str, ...]
    pending: tuple[str, ...]
    differences: tuple[catalog.Difference, ...]
    accepted: bool = False

    @property
    def clean(self) -> bool:
        """Whether there is nothing to report."""
        return self.accepted or not (self.history or self.pending or self.differences)


def verify_record(settings: Settings, accept: bool, progress: Progress) -> Verified:
    """Compare the live catalog with what the last run left.

    Args:
        settings: Project and target.
        accept: Record the live catalog as the new state.
        progress: Where to say what happens.

    Raises:
        HistoryError: There is no record to compare with.
    """
    project = files.load(settings.root)
    if accept:
        return _accept(settings, project, progress)
    with connect.connect(session.url(settings)) as connection:
        connect.check_version(connection)
        fitted = modules.fit(connection, project)
        return Verified("last run", (), (), _differences(connection, fitted))


def _differences(
    connection: connect.Connection, project: files.Project
) -> tuple[catalog.Difference, ...]:
    if not ledger.exists(connection):
        raise _unknown()
    fingerprint.check_ledger(connection)
    found = fingerprint.drift(connection, project.schemas)
    if found is None:
        raise HistoryError(
            "there is no record of the last run to compare with",
            hint="A run was interrupted, or the server's major version changed: run `dbtool "
            "migrate`, or compare with the files: `dbtool verify --files`.",
        )
    return found


def _unknown() -> HistoryError:
    return HistoryError("dbtool never worked on this database", hint="Run `dbtool migrate` first.")


def _accept(settings: Settings, project: files.Project, progress: Progress) -> Verified:
    with session.exclusive(settings, 60, progress) as (connection, lock):
        if not ledger.exists(connection):
            raise _unknown()
        project = modules.fit(connection, project)
        found = fingerprint.differences(connection, project.schemas)
        transaction.begin(connection, 2000)
        fingerprint.save(connection, project.schemas, accept=True)
        lock.assert_held(connection)
        connection.execute(b"commit")
    return Verified("last run", (), (), found, accepted=True)


def verify_files(settings: Settings, progress: Progress) -> Verified:
    """Compare the live catalog with the files, built on a scratch database of the same version.

    Other schemas than the project's are not its business and not compared.

    Raises:
        UsageError: No scratch server of the target's version can be had.
    """
    project = files.load(settings.root)
    with connect.connect(session.url(settings)) as connection:
        connect.check_platform(connection)
        known = ledger.exists(connection)
        project = modules.fit(connection, project)
        if known:
            fingerprint.check_ledger(connection)
        applied = ledger.applied_migrations(connection) if known else {}
        wrong = list(history.contradictions(project, applied).values())
        late = history.out_of_order(project, applied)
        wrong += [f"{m.up.path}: older than an applied one of its module" for m in late]
        pending = tuple(m.name for m in project.migrations if m.version not in applied)
        live = own_objects(catalog.read(connection, project.schemas), project)
        beside = scratch.ServerToMatch.asked(connection)
    with (
        scratch.migrated(settings, beside, project, progress) as url,
        connect.connect(url) as connection,
    ):
        expected = own_objects(catalog.read(connection, project.schemas), project)
    return Verified("files", tuple(wrong), pending, tuple(catalog.compare(expected, live)))


def own_objects(
    objects: list[catalog.CatalogObject], project: files.Project
) -> dict[tuple[str, str], str]:
    """What the files answer for.

    Not other schemas, who else may use schema public, or default privileges, which Supabase brings
    and which nothing of the package depends on; `doctor` tells of them.
    """
    managed = set(project.schemas)
    return catalog.definitions(
        o
        for o in objects
        if o.schema in managed
        and o.kind != "default_privileges"
        and not (
            o.identity.startswith("schema public to ")
            and o.identity.removeprefix("schema public to ") not in _CLIENTS
        )
    )
