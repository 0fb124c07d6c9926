"""Work that is chosen by lot or takes long: a little in every run, more in a soak.

A test marked ``soak("section")`` takes the fixture `soak` and asks it for units of work. In
``make test`` it gets a few, always the same. `python -m tests.soak` sets the environment so that it
gets others, one after the other until its time is over, or all there are.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

SECTION = "DBTOOL_SOAK_SECTION"
SEED = "DBTOOL_SOAK_SEED"
SECONDS = "DBTOOL_SOAK_SECONDS"
UNIT = "DBTOOL_SOAK_UNIT"
REPORT = "DBTOOL_SOAK_REPORT"
# The section that runs tests on servers on which `make test` does not run them.
SERVERS = "servers"


@dataclass(frozen=True)
class Soak:
    """What one test gets of a soak.

    Attributes:
        test: Its node id.
        seed: Chooses units.
        until: When to start no more (`time.monotonic`); None in `make test`.
        is_full: Whether everything is wanted.
        unit: The only unit wanted, to repeat a failure; empty for no such wish.
    """

    test: str
    seed: int = 1
    until: float | None = None
    is_full: bool = False
    unit: str = ""

    @property
    def is_on(self) -> bool:
        """Whether this is a soak and not `make test`."""
        return self.until is not None or self.is_full or bool(self.unit)

    def sizes(self, few: int, some: int, many: int) -> int:
        """How big a unit is: in `make test`, in a soak, in a full one."""
        return many if self.is_full else some if self.is_on else few

    def seeds(self, few: int = 1, many: int = 10) -> Iterator[int]:
        """Seeds, each for a unit of its own: a few, as many as time allows, or many."""
        if self.unit:
            yield from self._told([int(self.unit)], 1, 1)
            return
        lot = random.Random(f"{self.seed}:{self.test}")  # noqa: S311 (no secret)
        endless = (lot.randrange(1 << 31) for _ in iter(int, 1))
        total = many if self.is_full else few if self.until is None else 0
        yield from self._told(endless, total, None)

    def one_seed(self) -> int:
        """The seed of the only unit."""
        return next(self.seeds())

    def of(self, everything: Sequence[T], few: int) -> Iterator[T]:
        """Some of a finite number of units: a few, as many as time allows, or all."""
        if self.unit:
            yield from self._told([each for each in everything if str(each) == self.unit], 1, 1)
            return
        chosen = list(everything)
        random.Random(f"{self.seed}:{self.test}").shuffle(chosen)  # noqa: S311 (no secret)
        total = len(chosen) if self.is_full else few if self.until is None else len(chosen)
        yield from self._told(chosen[:total], total, len(everything))

    def _told(self, units: Sequence[T] | Iterator[T], total: int, there: int | None) -> Iterator[T]:
        """Hand out units, at least one, and write down which."""
        for number, unit in enumerate(units):
            is_late = self.until is not None and time.monotonic() > self.until
            if number and (is_late or number == total):
                return
            print(f"unit {unit}")  # noqa: T201 (shown where the test fails)
            told(test=self.test, started=str(unit), there=there)
            yield unit
            told(test=self.test, finished=str(unit), there=there)


def of_environment(test: str, tests: int) -> Soak:
    """What the environment asks for.

    Args:
        test: The test's node id.
        tests: How many tests share the time.
    """
    given = os.environ.get(SECONDS, "")
    is_timed = given not in ("", "all")
    return Soak(
        test,
        int(os.environ.get(SEED, "1")),
        time.monotonic() + seconds() / max(tests, 1) if is_timed else None,
        given == "all",
        os.environ.get(UNIT, ""),
    )


def seconds() -> float:
    """How long this process may work; without an end where everything is wanted."""
    given = os.environ.get(SECONDS, "all")
    return float("inf") if given == "all" else float(given)


def told(**what: object) -> None:
    """Write down what was begun and done, for whoever runs the soak."""
    if report := os.environ.get(REPORT):
        with Path(report).open("a") as file:
            file.write(json.dumps(what) + "\n")
