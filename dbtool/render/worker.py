"""A worker's log: a line for each event."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dbtool.commands.worker import Event

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"completed": "green", "failed": "red", "lost": "red", "disconnected": "yellow"}


def as_json(event: Event) -> None:
    """One JSON object on a line of standard output, without what is not known."""
    known = {name: value for name, value in asdict(event).items() if value is not None}
    sys.stdout.write(json.dumps({"at": datetime.now(UTC).isoformat(), **known}) + "\n")
    sys.stdout.flush()


def as_line(console: Console, event: Event) -> None:
    """The same for people."""
    words = [datetime.now(UTC).strftime("%H:%M:%S"), event.event]
    if event.job_id is not None:
        words.append(f"job {event.job_id} {event.kind}, attempt {event.attempt}")
    if event.milliseconds is not None:
        words.append(f"in {event.milliseconds} ms")
    if event.count is not None:
        words.append(str(event.count))
    if event.outcome:
        words.append(f"-> {event.outcome}")
    if event.error:
        words.append(f": {event.error}")
    if event.event == "started":
        words.append(f"{event.worker} on queue {event.queue}")
    console.print(" ".join(words), style=_STYLES.get(event.event), markup=False, highlight=False)
