"""The one exception hierarchy of dbtool, and the exit codes it maps to.

Every error that a person can cause is a DbtoolError: it says what is wrong, where (file, line,
snippet), and what to do next. Anything else that escapes is a bug and keeps its traceback.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Documented exit codes of every command."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    DATABASE = 3
    LOCKED = 4
    HISTORY = 5
    BUG = 70
    INTERRUPTED = 130


class DbtoolError(Exception):
    """Base of all errors dbtool reports.

    Args:
        message: One sentence: what is wrong.
        hint: What to do next.
        path: The file at fault, relative to the project.
        line: Line in that file, counted from 1.
        snippet: The offending text, as it stands in the file.
        sqlstate: Five characters, when Postgres refused.
        detail: Further facts, one a line.
    """

    exit_code = ExitCode.USAGE

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: str = "",
        line: int | None = None,
        snippet: str = "",
        sqlstate: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line
        self.snippet = snippet
        self.sqlstate = sqlstate
        self.detail = detail
        for note in filter(None, (detail, hint)):
            self.add_note(note)  # for a traceback; commands print the error themselves

    @property
    def place(self) -> str:
        """``file:line``, or as much of it as is known."""
        return f"{self.path}:{self.line}" if self.path and self.line else self.path

    def as_dict(self) -> dict[str, object]:
        """The error as ``--json`` prints it."""
        return {
            "error": self.message,
            "file": self.path or None,
            "line": self.line,
            "snippet": self.snippet or None,
            "sqlstate": self.sqlstate or None,
            "detail": self.detail or None,
            "hint": self.hint or None,
            "exit_code": int(self.exit_code),
        }


class UsageError(DbtoolError):
    """Wrong arguments or settings."""


class FileError(UsageError):
    """A file of the project cannot be read or is not what its place says it is."""


class DatabaseError(DbtoolError):
    """Postgres refused, or cannot be reached."""

    exit_code = ExitCode.DATABASE


class PlatformError(DatabaseError):
    """The server lacks what ``dbtool platform`` prepares, or is too old."""


class LockError(DbtoolError):
    """Another runner, or the users of a table, would not make room in time."""

    exit_code = ExitCode.LOCKED


class HistoryError(DbtoolError):
    """The files contradict what the ledger says was applied."""

    exit_code = ExitCode.HISTORY


class EditedError(HistoryError):
    """Applied migrations are not in the checkout as they were applied.

    Attributes:
        before: The newest applied version before all of those; ``0`` for none.
        is_newest: Whether it is the newest applied one alone, and in the checkout.
    """

    def __init__(
        self, message: str, *, detail: str, hint: str, before: str, is_newest: bool
    ) -> None:
        super().__init__(message, detail=detail, hint=hint)
        self.before = before
        self.is_newest = is_newest
