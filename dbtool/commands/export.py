"""``dbtool export supabase``: the project as files that ``supabase db push`` applies.

It finds what is new by doing it: a scratch database is brought to what was exported, a run of
`migrate` brings it to the project's state, and the statements of that run are written.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dbtool.commands import export_text
from dbtool.db import connect, execute, ledger, modules
from dbtool.db.recording_connection import Recording
from dbtool.errors import FileError, HistoryError, UsageError
from dbtool.project import exported, files
from dbtool.project.exported import Exported
from dbtool.project.files import Project, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner import due, history, scratch, session
from dbtool.runner.progress import Progress
from dbtool.runner.recorded import Recorded, Unit
from dbtool.runner.result import Options
from dbtool.runner.run import Run
from dbtool.sql import script
from dbtool.sql.persistent_statements import lasting

_PLATFORM = "platform"
_LEDGER = "ledger"
_DECLARED = "declared"


@dataclass(frozen=True)
class Export:
    """What was written.

    Attributes:
        folder: The folder that holds ``supabase/``.
        written: Names of the new files in supabase/migrations, in the order of their versions.
        config: Whether supabase/config.toml was written.
        unset: What a config.toml that was there before does not say and should.
    """

    folder: str
    written: tuple[str, ...]
    config: bool
    unset: tuple[str, ...]


def supabase(settings: Settings, folder: Path, progress: Progress) -> Export:
    """Write what was not exported yet.

    Raises:
        HistoryError: An exported file, or a migration that was exported, is not as it was.
        UsageError: The folder cannot be used, or no scratch server can be had.
        FileError: A file of the project is not what it should be.
        DatabaseError: Postgres refused a statement on the scratch server.
    """
    project = files.load(settings.root)
    if not project.migrations:
        raise UsageError(
            "the project has no migrations", hint="Write the first: dbtool new <schema> <slug>"
        )
    before = exported.load(folder)
    config, unset = _config(folder, project)
    platform = _platform(project)
    sources = _sources(project, platform)
    _check_sources(before, sources)
    new = _New(before)
    if sources != before.sources:
        first = project.migrations[0].version
        if sources[_PLATFORM] != before.sources.get(_PLATFORM):
            new.put(_PLATFORM, platform, exported.shifted(first, -2))
        with scratch.like_supabase(settings, project, progress) as url:
            there = replace(settings, database_url=url, direct_url="")
            ledger_, units = _rehearse(there, project, before, progress)
        if ledger_:
            new.put(_LEDGER, export_text.bootstrap(ledger_), exported.shifted(first, -1))
        for unit in units:
            wish = unit.migrations[-1].version if unit.migrations else ""
            new.put(_name(unit), export_text.unit(unit), wish)
    if sources != before.sources or config is not None:
        exported.write(before, new.texts, sources, config)
    return Export(str(folder), tuple(new.texts), config is not None, unset)


class _New:
    """Files to be written, each dated after all before it."""

    def __init__(self, before: Exported) -> None:
        self._newest = before.newest
        self.texts: dict[str, str] = {}

    def put(self, name: str, text: str, wish: str = "") -> None:
        """Add a file, with the version wished for where that is late enough."""
        self._newest = exported.after(self._newest, wish)
        self.texts[f"{self._newest}_{name}.sql"] = text


def _rehearse(
    settings: Settings, project: Project, before: Exported, progress: Progress
) -> tuple[list[str], list[Unit]]:
    """Bring an empty scratch database to what was exported, then to what the project says.

    Returns:
        Statements that make or change dbtool's ledger, and what the run did.
    """
    with connect.connect_as(Recording, settings.database_url) as connection:
        progress.start(len(before.files), "exported files")
        for file in before.files:
            progress.step(file.path)
            _replay(connection, file)
        with connection.recorded() as log:
            ledger.bootstrap(connection)
        late = history.out_of_order(project, ledger.applied_migrations(connection))
        if late:
            raise HistoryError(
                f"{len(late)} migration(s) are older than exported ones of their module",
                detail="\n".join(m.up.path for m in late),
                hint="Give them a new version: `dbtool new` writes a file of today.",
            )
        with session.locked(connection, settings, 60, progress) as lock:
            recorded = Recorded(settings, connection, lock, progress)
            decided = due.decide(connection, project, Options())
            Run(settings, project, recorded, decided, progress).run()
    return [sent.text for sent in log if lasting(sent.text, ())], recorded.units


def _replay(connection: connect.Connection, file: SourceFile) -> None:
    if file.path.endswith(f"_{_PLATFORM}.sql"):
        return  # roles are the cluster's, and were made with the scratch database
    statements = script.parse(file.text, file.path)
    if file.text.startswith(export_text.NO_TRANSACTION):
        execute.run(connection, statements, file.text, file.path)
        return
    with connection.transaction():
        execute.run(connection, statements, file.text, file.path)


def _name(unit: Unit) -> str:
    if not unit.migrations:
        return _DECLARED
    return f"{unit.migrations[0].schema}_{unit.migrations[0].slug}"


def _platform(project: Project) -> str:
    """What is missing on Supabase, as a file."""
    names = sorted(path.name for path in (project.root / "platform").glob("*_staff.sql"))
    sources = [files.read_source(project.root, f"platform/{name}") for name in names]
    needed = [e for module, e in modules.EXTENSIONS.items() if module in project.schemas]
    return export_text.platform(sources, needed)


def _sources(project: Project, platform: str) -> dict[str, str]:
    """Checksums of all that an export is made from."""
    all_files = (
        *(migration.up for migration in project.migrations),
        *(declared.source for declared in project.declared),
        *project.seeds("reference"),
    )
    return {_PLATFORM: exported.checksum(platform)} | {f.path: f.checksum for f in all_files}


def _check_sources(before: Exported, sources: Mapping[str, str]) -> None:
    wrong = []
    for path, checksum in before.sources.items():
        if path.startswith("migrations/") and sources.get(path) != checksum:
            wrong.append(f"{path}: {'changed' if path in sources else 'deleted'}")
    if wrong:
        raise HistoryError(
            f"{len(wrong)} migration(s) are not as they were exported",
            detail="\n".join(wrong),
            hint="They may have been pushed: restore the files, and put the changes into new "
            "migrations.",
        )


def _config(folder: Path, project: Project) -> tuple[str | None, tuple[str, ...]]:
    """The text of a new config.toml, or what is missing in the one that is there."""
    has_hook = any(d.object_name == export_text.HOOK for d in project.declared)
    wanted = export_text.config(has_hook)
    if not (folder / exported.CONFIG).exists():
        return wanted, ()
    try:
        found = tomllib.loads(files.read_source(folder, exported.CONFIG).text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(
            f"not TOML: {error}", path=str(folder / exported.CONFIG), hint="Correct the file."
        ) from None
    return None, tuple(_missing(tomllib.loads(wanted), found, ""))


def _missing(wanted: Mapping[str, Any], found: Any, prefix: str) -> Iterator[str]:
    """Settings that are not as wanted, as ``table.key = value``; a project has its own name."""
    for key, value in wanted.items():
        there = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(value, Mapping):
            yield from _missing(value, there, f"{prefix}{key}.")
        elif there != value and key != "project_id":
            yield f"{prefix}{key} = {json.dumps(value)}"
