"""Progress and errors on the terminal. Results go to standard output, all else to error."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

from dbtool.errors import DbtoolError

if TYPE_CHECKING:
    from rich.console import Console

# rich takes longer to import than a run with nothing to do takes; so it is imported where it shows.


class ConsoleProgress:
    """A line that is rewritten on a terminal; only the notes where output is piped."""

    def __init__(self) -> None:
        self._status: Any = None
        self._console: Any = None
        self._total = self._done = 0
        self._phase = self._what = ""

    def __enter__(self) -> ConsoleProgress:
        """Begin to show, where there is a terminal."""
        if sys.stderr.isatty():
            from rich.console import Console

            self._console = Console(stderr=True)
            self._status = self._console.status("")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave a clean line."""
        if self._status:
            self._status.stop()

    def start(self, total: int, what: str) -> None:
        """A phase of so many steps begins."""
        if self._total == 0:
            # There will be something to show; rich takes long to import, and the server to work.
            Thread(target=import_module, args=("dbtool.render.results",)).start()
        self._total, self._done, self._phase = total, 0, what
        self._show(what)

    def step(self, what: str) -> None:
        """The next step of the phase begins."""
        # Work that follows from the steps, such as comments of views, is shown as the last of them.
        self._done = min(self._done + 1, self._total) if self._total else self._done + 1
        self._what = what
        count = f"{self._bar()} {self._done}/{self._total} " if self._total else ""
        self._show(f"{self._phase} {count}{what}")

    def detail(self, what: str) -> None:
        """What the current step is doing right now."""
        self._show(f"{self._phase} {self._done}/{self._total} {self._what}: {what}")

    def note(self, text: str) -> None:
        """Something worth a line of its own."""
        if self._console:
            self._console.print(text, style="yellow", markup=False, highlight=False)
        else:
            sys.stderr.write(f"{text}\n")

    def _bar(self) -> str:
        """Twenty places, as many of them filled as is done."""
        filled = 20 * self._done // self._total
        return "━" * filled + "╌" * (20 - filled)

    def _show(self, text: str) -> None:
        if self._status:
            from rich.markup import escape

            self._status.update(escape(text[: self._console.width - 4]))


def print_json(value: Any) -> None:
    """A value, dataclasses in it as objects, as JSON on standard output."""
    json.dump(value, sys.stdout, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def print_error(console: Console, error: DbtoolError) -> None:
    """What, where, why and what to do, in that order."""
    from rich.markup import escape

    state = f" [dim]\\[{error.sqlstate}][/]" if error.sqlstate else ""
    console.print(f"[bold red]error:[/] {escape(error.message)}{state}", highlight=False)
    if error.place:
        console.print(f"  at {escape(error.place)}", highlight=False)
    if error.snippet:
        console.print(f"  [cyan]{escape(error.snippet)}[/]", highlight=False)
    for line in error.detail.splitlines():
        console.print(f"  {escape(line)}", highlight=False)
    if error.hint:
        console.print(f"  [green]->[/] {escape(error.hint)}", highlight=False)
