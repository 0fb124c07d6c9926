"""How much of what is chosen by lot a test gets: little in every run, other parts in a soak."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import soak
from tests.support.soak import Soak

EVERYTHING = [f"unit {n}" for n in range(100)]


def test_every_run_gets_the_same_few() -> None:
    first, again = (list(Soak("a test").of(EVERYTHING, 3)) for _ in range(2))
    assert first == again
    assert len(set(first)) == 3
    assert list(Soak("another test").of(EVERYTHING, 3)) != first
    assert len(list(Soak("a test").seeds(few=2))) == 2


def test_another_seed_gets_others() -> None:
    assert list(Soak("a test", seed=2).of(EVERYTHING, 3)) != list(Soak("a test").of(EVERYTHING, 3))


def test_in_full_all_are_had_once() -> None:
    assert sorted(Soak("a test", is_full=True).of(EVERYTHING, 3)) == sorted(EVERYTHING)
    assert len(list(Soak("a test", is_full=True).seeds(few=1, many=7))) == 7


def test_a_soak_goes_on_until_its_time_is_over_and_does_at_least_one() -> None:
    assert len(list(Soak("a test", until=time.monotonic() - 1).of(EVERYTHING, 3))) == 1
    assert len(list(Soak("a test", until=time.monotonic() + 3600).of(EVERYTHING, 3))) == 100


def test_a_unit_is_repeated_alone() -> None:
    assert list(Soak("a test", unit="unit 7").of(EVERYTHING, 3)) == ["unit 7"]
    assert list(Soak("a test", unit="42").seeds()) == [42]
    assert Soak("a test", unit="42").one_seed() == 42


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A soak of ten seconds, with a report."""
    report = tmp_path / "report"
    monkeypatch.setenv(soak.SECONDS, "10")
    monkeypatch.setenv(soak.SEED, "5")
    monkeypatch.setenv(soak.REPORT, str(report))
    yield report


def test_the_time_is_shared_and_what_is_done_is_told(environment: Path) -> None:
    before = time.monotonic()
    mine = soak.of_environment("a test", tests=10)
    assert mine.is_on
    assert mine.seed == 5
    assert mine.until is not None and before < mine.until < time.monotonic() + 2
    assert list(mine.of(["only"], 1)) == ["only"]
    told = [json.loads(line) for line in environment.read_text().splitlines()]
    assert told == [
        {"test": "a test", "started": "only", "there": 1},
        {"test": "a test", "finished": "only", "there": 1},
    ]


def test_what_failed_is_told_as_begun_and_not_as_finished(environment: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        for _ in soak.of_environment("a test", tests=1).of(["only"], 1):
            raise ZeroDivisionError
    assert "finished" not in environment.read_text()
