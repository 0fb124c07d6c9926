"""A folder ``supabase/`` that dbtool exported to: what is in it, and whether it still is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dbtool.errors import FileError, HistoryError, UsageError
from dbtool.project.files import SourceFile, read_source

LIST = "supabase/dbtool-export.json"
CONFIG = "supabase/config.toml"
MIGRATIONS = "supabase/migrations"
MARK = "-- Written by `dbtool export supabase`"
_NAME = re.compile(r"(?P<version>\d+)_.*\.sql")
_FORMAT = 1


@dataclass(frozen=True)
class Exported:
    """What was exported so far.

    Attributes:
        folder: The folder that holds ``supabase/``.
        files: Exported files in version order, as they were exported.
        sources: sha256 (hex) of each source as it was last exported, by its path.
        newest: Version of the newest file in the folder, whoever wrote it; empty where there is
            none.
    """

    folder: Path
    files: tuple[SourceFile, ...]
    sources: Mapping[str, str]
    newest: str


def load(folder: Path) -> Exported:
    """Read a folder and prove that what was exported is there as it was exported.

    Raises:
        HistoryError: An exported file was edited or deleted, or is not in the list any more.
        FileError: Unreadable.
    """
    path = folder / MIGRATIONS
    _must_be_usable(path)
    listed, sources = _listed(folder)
    present = sorted(p.name for p in path.iterdir()) if path.is_dir() else []
    names = [name for name in present if _NAME.fullmatch(name)]
    files = [read_source(folder, f"{MIGRATIONS}/{name}") for name in names]
    _check(folder, listed, {file.path.rpartition("/")[2]: file for file in files})
    newest = max((_version(name) for name in names), default="")
    ours = tuple(file for file in files if file.path.rpartition("/")[2] in listed)
    return Exported(folder, ours, sources, newest)


def _must_be_usable(path: Path) -> None:
    """Say it now, not after all the work."""
    there = next(p for p in (path, *path.absolute().parents) if p.exists())
    if not there.is_dir():
        raise _unusable(there, "it is not a folder")
    if not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        raise _unusable(there, "permission denied")


def _version(name: str) -> str:
    match = _NAME.fullmatch(name)
    return match["version"] if match else ""


def _listed(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    path = folder / LIST
    if not path.exists():
        return {}, {}
    text = read_source(folder, LIST).text
    try:
        read = json.loads(text)
        if read["format"] != _FORMAT:
            raise FileError(
                "a list of exported files that this dbtool cannot read",
                path=str(path),
                hint="Use the dbtool that wrote it, or a newer one.",
            )
        return dict(read["files"]), dict(read["sources"])
    except (ValueError, KeyError, TypeError):
        raise FileError(
            "not a list of exported files",
            path=str(path),
            hint="Restore it from version control.",
        ) from None


def _check(folder: Path, listed: Mapping[str, str], present: Mapping[str, SourceFile]) -> None:
    wrong = []
    for name, checksum in sorted(listed.items()):
        path = folder / MIGRATIONS / name
        if name not in present:
            wrong.append(f"{path}: deleted")
        elif present[name].checksum != checksum:
            wrong.append(f"{path}: edited")
    if wrong:
        raise HistoryError(
            f"{len(wrong)} exported file(s) are not as they were exported",
            detail="\n".join(wrong),
            hint="They may have been pushed: restore them from version control; make changes in "
            "the project, and export again.",
        )
    lost = [
        str(folder / file.path)
        for name, file in sorted(present.items())
        if name not in listed and MARK in file.text
    ]
    if lost:
        raise HistoryError(
            f"{len(lost)} exported file(s) are not in {LIST}",
            detail="\n".join(lost),
            hint="Restore that list from version control. If an export was interrupted, delete "
            "these files, which cannot have been pushed.",
        )


def after(newest: str, wish: str) -> str:
    """A version for a new file: the one wished for, or a second after the newest.

    ``supabase db push`` refuses what is dated before anything that was pushed.

    Args:
        newest: The newest version so far, or empty.
        wish: A version, or empty for none in particular.

    Raises:
        UsageError: The newest version is no time, so that nothing can be dated after it.
    """
    if wish > newest:
        return wish
    return shifted(newest, 1)


def shifted(version: str, seconds: int) -> str:
    """A version some seconds later, or earlier.

    Raises:
        UsageError: It is no time.
    """
    try:
        if len(version) != 14:
            raise ValueError
        moved = datetime.fromisoformat(f"{version[:8]}T{version[8:]}") + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        raise UsageError(
            f"the newest migration in the folder has the version {version}, which is no time",
            hint=f"Nothing can be dated after it: rename {MIGRATIONS}/{version}_... to "
            "<14-digit UTC time>_<name>.sql",
        ) from None
    return f"{moved:%Y%m%d%H%M%S}"


def write(
    exported: Exported, new: Mapping[str, str], sources: Mapping[str, str], config: str | None
) -> None:
    """Write new files, and the list of all; where that fails, nothing is left of them.

    Args:
        exported: What was exported before.
        new: Name to text of new migrations.
        sources: Checksums of all sources as they are exported now.
        config: Text of a new config.toml, or None.

    Raises:
        UsageError: The folder cannot be written to.
    """
    listed = {file.path.rpartition("/")[2]: file.checksum for file in exported.files}
    listed |= {name: checksum(text) for name, text in new.items()}
    wanted = {f"{MIGRATIONS}/{name}": text for name, text in new.items()}
    if config is not None:
        wanted[CONFIG] = config
    content = {"format": _FORMAT, "files": listed, "sources": dict(sources)}
    wanted[LIST] = json.dumps(content, indent=2, sort_keys=True) + "\n"  # last: it vouches
    written = []
    for name, text in wanted.items():
        path = exported.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if name == LIST:
                half = path.with_suffix(".tmp")
                written.append(half)
                half.write_bytes(text.encode())
                half.replace(path)
            else:
                written.append(path)
                path.write_bytes(text.encode())
        except OSError as error:
            for made in written:
                with contextlib.suppress(OSError):  # the first error is the one to report
                    made.unlink()
            raise _unusable(path, error.strerror or str(error)) from None


def checksum(text: str) -> str:
    """sha256 (hex), as of a SourceFile."""
    return hashlib.sha256(text.encode()).hexdigest()


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        f"cannot use {path}: {why}",
        hint="Name a folder that you may write to: dbtool export supabase DIR",
    )
