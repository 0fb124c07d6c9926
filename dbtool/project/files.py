"""The SQL files of a project, read once and checked for what their names promise."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from dbtool.errors import FileError
from dbtool.sql.kinds import Kind

MIGRATION_NAME = re.compile(r"(?P<version>\d{14})_(?P<slug>[a-z0-9]+(?:_[a-z0-9]+)*)")
OBJECT_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_CHUNK = 1 << 16
NO_TRANSACTION = "-- dbtool: no-transaction"
DECLARED_FOLDERS: dict[str, Kind] = {
    "functions": "function",
    "views": "view",
    "policies": "policy",
}


@dataclass(frozen=True)
class SourceFile:
    """A text file of the project.

    Attributes:
        path: Name relative to the project, with forward slashes.
        text: Content with LF line ends.
        checksum: sha256 (hex) of that text, so that CRLF and LF are the same file.
    """

    path: str
    text: str
    checksum: str


@dataclass(frozen=True)
class Migration:
    """One step of the tables' history."""

    schema: str
    version: str
    slug: str
    up: SourceFile
    root: Path
    has_down: bool

    @cached_property
    def down(self) -> SourceFile | None:
        """The down migration, read when it is asked for; None where there is none."""
        path = self.up.path.removesuffix(".sql") + ".down.sql"
        return read_source(self.root, path) if self.has_down else None

    @property
    def name(self) -> str:
        """``schema/version_slug``, as people refer to it."""
        return f"{self.schema}/{self.version}_{self.slug}"

    @property
    def in_transaction(self) -> bool:
        """Whether the file runs in a transaction, together with its ledger row."""
        return not self.up.text.startswith(NO_TRANSACTION)


@dataclass(frozen=True)
class DeclaredFile:
    """The file that defines one function, one view, or all access to one table."""

    kind: Kind
    schema: str
    name: str
    source: SourceFile

    @property
    def object_name(self) -> str:
        """``schema.name`` of what the file defines."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Project:
    """A checkout's SQL.

    Attributes:
        root: Its folder.
        migrations: In version order, whatever the folder.
        declared: Sorted by path.
        reference: Reference seeds where they are not those of the folder.
        left_out: Modules (schemas) whose files were taken out; empty as a rule.
    """

    root: Path
    migrations: tuple[Migration, ...]
    declared: tuple[DeclaredFile, ...]
    reference: tuple[SourceFile, ...] | None = None
    left_out: tuple[str, ...] = ()

    def without(self, modules: Collection[str]) -> Project:
        """The same project, but for some modules."""
        if not modules:
            return self
        return replace(
            self,
            migrations=tuple(m for m in self.migrations if m.schema not in modules),
            declared=tuple(d for d in self.declared if d.schema not in modules),
            left_out=tuple(sorted({*self.left_out, *modules})),
        )

    @cached_property
    def schemas(self) -> tuple[str, ...]:
        """Every schema that the project manages, sorted."""
        named = {m.schema for m in self.migrations} | {d.schema for d in self.declared}
        return tuple(sorted(named | {"util"}))

    @property
    def head(self) -> str:
        """The newest version; empty where there is none."""
        return self.migrations[-1].version if self.migrations else ""

    def seeds(self, kind: str) -> tuple[SourceFile, ...]:
        """Seed files (``reference`` or ``demo``) in the order of their names.

        Those of a schema come after those of schemas that are older, by their first migrations.
        """
        if kind == "reference" and self.reference is not None:
            return self.reference
        ages = {migration.schema: n for n, migration in enumerate(reversed(self.migrations))}
        named = [(name.split("/")[2], name) for name in _walk(self.root, f"seeds/{kind}")]
        wanted = sorted(
            ((-ages.get(schema, 0), name) for schema, name in named if schema not in self.left_out)
        )
        return tuple(read_source(self.root, name) for _, name in wanted)


def _walk(root: Path, folder: str) -> list[str]:
    """Names of all .sql files below a folder of the project, sorted; none where it is missing."""
    found = []
    base = str(root)
    for parent, _, names in os.walk(f"{base}/{folder}"):
        relative = parent[len(base) + 1 :].replace(os.sep, "/")
        found += [f"{relative}/{name}" for name in names if name.endswith(".sql")]
    return sorted(found)


def _read(path: str) -> bytes:
    """A file's content, at a third of the cost of open(): a project has thousands of files."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        raw = chunk = os.read(descriptor, _CHUNK)
        while len(chunk) == _CHUNK:
            chunk = os.read(descriptor, _CHUNK)
            raw += chunk
        return raw
    finally:
        os.close(descriptor)


def read_source(root: Path, name: str) -> SourceFile:
    """Read a UTF-8 file.

    Args:
        root: The project.
        name: The file's path in it, with forward slashes.

    Raises:
        FileError: Unreadable, or not UTF-8; the error names the line.
    """
    try:
        raw = _read(f"{root}/{name}")
    except OSError as error:
        raise FileError(
            f"cannot read the file: {error.strerror}",
            path=name,
            hint="Check its permissions.",
        ) from None
    if b"\r\n" in raw:
        raw = raw.replace(b"\r\n", b"\n")
    if b"\0" in raw:
        raise FileError(
            "a NUL byte, at which Postgres would stop reading",
            path=name,
            line=raw.count(b"\n", 0, raw.index(b"\0")) + 1,
            hint="Save the file as UTF-8 text.",
        )
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"not UTF-8: byte 0x{raw[error.start]:02x}",
            path=name,
            line=line,
            hint="Save the file as UTF-8.",
        ) from None
    return SourceFile(name, text, hashlib.sha256(raw).hexdigest())


def load(root: Path) -> Project:
    """Read all migrations and declared files below a project's folder.

    Raises:
        FileError: A bad name, a duplicate version, an unreadable or non-UTF-8 file.
    """
    return Project(
        root=root,
        migrations=tuple(sorted(_migrations(root), key=lambda m: m.version)),
        declared=tuple(sorted(_declared(root), key=lambda d: d.source.path)),
    )


def _migrations(root: Path) -> Iterator[Migration]:
    by_version: dict[str, str] = {}
    names = _walk(root, "migrations")
    downs = {name for name in names if name.endswith(".down.sql")}
    for name in names:
        if name in downs:
            continue
        _, *folders, base = name.split("/")
        match = MIGRATION_NAME.fullmatch(base.removesuffix(".sql"))
        if match is None or not _is_time(match["version"]) or len(folders) != 1:
            raise FileError(
                "not a migration's name",
                path=name,
                hint="Name it migrations/<schema>/<14-digit UTC time>_<slug>.sql; "
                "`dbtool new <schema> <slug>` does.",
            )
        version = match["version"]
        if version in by_version:
            raise FileError(
                f"version {version} is also that of {by_version[version]}",
                path=name,
                hint="Versions are unique over all schemas: rename the one not yet applied.",
            )
        by_version[version] = name
        down = name.removesuffix(".sql") + ".down.sql"
        up = read_source(root, name)
        yield Migration(folders[0], version, match["slug"], up, root, down in downs)
        downs.discard(down)
    for orphan in sorted(downs):
        raise FileError(
            "a down migration without its migration",
            path=orphan,
            hint="Give both files the same version and slug, or delete this one.",
        )


def _is_time(version: str) -> bool:
    try:
        datetime.fromisoformat(f"{version[:8]}T{version[8:]}")
    except ValueError:
        return False
    return True


def _declared(root: Path) -> Iterator[DeclaredFile]:
    for folder, kind in DECLARED_FOLDERS.items():
        for name in _walk(root, folder):
            parts = name.removesuffix(".sql").split("/")[1:]
            if len(parts) != 2 or not all(OBJECT_NAME.fullmatch(part) for part in parts):
                raise FileError(
                    "not a declared file's name",
                    path=name,
                    hint=f"Name it {folder}/<schema>/<name>.sql, in lower case.",
                )
            yield DeclaredFile(kind, parts[0], parts[1], read_source(root, name))
