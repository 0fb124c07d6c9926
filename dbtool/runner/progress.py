"""How a command says what it is doing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives a command's progress; shown to people, left out of ``--json``."""

    def start(self, total: int, what: str) -> None:
        """A phase of so many steps begins."""

    def step(self, what: str) -> None:
        """The next step of the phase begins."""

    def detail(self, what: str) -> None:
        """What the current step is doing right now, such as a statement."""

    def note(self, text: str) -> None:
        """Something worth a line of its own, such as the session that is waited for."""


class Silent:
    """Says nothing."""

    def start(self, total: int, what: str) -> None:
        """Ignore."""

    def step(self, what: str) -> None:
        """Ignore."""

    def detail(self, what: str) -> None:
        """Ignore."""

    def note(self, text: str) -> None:
        """Ignore."""
