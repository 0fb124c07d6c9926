"""Settings: flags over environment over ``dbtool.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dbtool.errors import UsageError

FILE_NAME = "dbtool.toml"
_LONGEST = 86400


@dataclass(frozen=True)
class Settings:
    """What a command needs to know besides its own arguments.

    Attributes:
        root: The project's folder.
        database_url: Target as a libpq URL, or empty: then the embedded server's.
        direct_url: The same database past its connection pooler; preferred where it is given.
        scratch_url: A server on which databases may be made and dropped at will, or empty.
        lock_timeout: How long, in seconds, DDL may make others wait; 0: decided by the server's
            deadlock_timeout.
        lock_attempts: How often a file is tried before giving up on its locks.
        lint_off: Rules of lint that are switched off, with the reason of each.
    """

    root: Path
    database_url: str = ""
    direct_url: str = ""
    scratch_url: str = ""
    lock_timeout: float = 0
    lock_attempts: int = 30
    lint_off: Mapping[str, str] = field(default_factory=dict)


def find_root(start: Path) -> Path:
    """The nearest folder upwards that holds ``dbtool.toml``.

    Raises:
        UsageError: There is none.
    """
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UsageError(
        f"no {FILE_NAME} in {start} or above it",
        hint="Run dbtool inside a checkout, or name it: dbtool --project DIR ...",
    )


def load(
    project: Path | None,
    database_url: str | None = None,
    scratch_url: str | None = None,
    direct_url: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Collect the settings; an empty flag counts as not given.

    A database named by a flag is not overruled by a direct URL of the environment or the file, nor
    one of the environment by the file's: they could be of different databases.

    Raises:
        UsageError: No project, or a bad ``dbtool.toml`` or variable.
    """
    named = project or (Path(environ["DBTOOL_PROJECT"]) if environ.get("DBTOOL_PROJECT") else None)
    root = named.resolve() if named else find_root(Path.cwd())
    path = root / FILE_NAME
    if not path.is_file():
        raise UsageError(f"no {FILE_NAME} in {root}", hint="Name a checkout's top folder.")
    settings = _from_file(path, Settings(root))
    settings = replace(
        settings,
        lock_timeout=_number(environ, "DBTOOL_LOCK_TIMEOUT", settings.lock_timeout),
        lock_attempts=int(_number(environ, "DBTOOL_LOCK_ATTEMPTS", settings.lock_attempts)),
    )
    levels = (
        (database_url, direct_url),
        (environ.get("DATABASE_URL"), environ.get("DBTOOL_DIRECT_URL")),
        (settings.database_url, settings.direct_url),
    )
    if not (0 <= settings.lock_timeout <= _LONGEST and 1 <= settings.lock_attempts <= 10**6):
        raise UsageError(
            "lock_timeout or lock_attempts is out of range",
            hint=f"Give seconds from 0 (decide by the server) to {_LONGEST}, and attempts from 1.",
        )
    url, direct = next((level for level in levels if any(level)), ("", ""))
    return replace(
        settings,
        database_url=url or "",
        direct_url=direct or "",
        scratch_url=scratch_url or environ.get("DBTOOL_SCRATCH_URL") or settings.scratch_url,
    )


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "")
    if not text:
        return default
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{name} is not a number: {text!r}") from None


def _from_file(path: Path, settings: Settings) -> Settings:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not TOML: {error}", path=path.name) from None
    kinds: dict[str, tuple[type, ...]] = {
        "database_url": (str,),
        "direct_url": (str,),
        "scratch_url": (str,),
        "lock_timeout": (int, float),
        "lock_attempts": (int,),
    }
    lint_off = _lint_off(table.pop("lint", {}), path)
    for key, value in table.items():
        if key not in kinds:
            raise UsageError(
                f"unknown setting {key!r}",
                path=path.name,
                hint=f"Known settings: {', '.join(kinds)}, [lint.off].",
            )
        if not isinstance(value, kinds[key]) or isinstance(value, bool):
            raise UsageError(f"{key} has the wrong type: {value!r}", path=path.name)
    return replace(settings, lint_off=lint_off, **table)


def _lint_off(lint: object, path: Path) -> Mapping[str, str]:
    off = lint.get("off", {}) if isinstance(lint, dict) and lint.keys() <= {"off"} else None
    if not isinstance(off, dict):
        raise UsageError(
            "[lint] knows the table off alone",
            path=path.name,
            hint='Write [lint.off], and below it: rule-name = "why it is off".',
        )
    for rule, reason in off.items():
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(f"[lint.off]: {rule} has no reason", path=path.name)
    return off
