"""A connection that remembers the statements it executed, so that they can be written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow


@dataclass(frozen=True)
class Executed:
    """A text that was sent to the server, which took it.

    Attributes:
        about: What it was sent for: a file's path, or empty.
        text: One statement or several.
    """

    about: str
    text: str


class Recording(psycopg.Connection[TupleRow]):
    """Remembers what it executes while `recorded` is open.

    Statements with parameters are not remembered: dbtool only asks with them, or writes its ledger.
    """

    about = ""
    _log: list[Executed] | None = None

    @contextmanager
    def recorded(self) -> Iterator[list[Executed]]:
        """The statements executed in the block, in their order."""
        before, self._log = self._log, []
        try:
            yield self._log
        finally:
            self._log = before

    @contextmanager
    def silently(self) -> Iterator[None]:
        """Nothing of the block is remembered."""
        before, self._log = self._log, None
        try:
            yield
        finally:
            self._log = before

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[TupleRow]:
        """Execute, then remember: what failed has left nothing behind."""
        cursor = super().execute(query, params, **options)
        if self._log is not None and params is None:
            self._log.append(Executed(self.about, self._text(query)))
        return cursor

    def _text(self, query: Any) -> str:
        if isinstance(query, bytes):
            return query.decode()
        return query.as_string(self) if isinstance(query, sql.Composable) else str(query)
