"""List queries as PostgREST sends them, timed against the same without access control."""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg

from benchmarks.servers import OWNER
from dbtool.access import request
from dbtool.server.cluster import Cluster


@dataclass(frozen=True)
class Query:
    """One list query.

    Attributes:
        name: View and shape.
        caller: Whose opening it is sent with.
        ours: What follows FROM, over the view.
        floor: The same over the table, with the condition by hand.
    """

    name: str
    caller: str
    ours: str
    floor: str


def _as_postgrest(source: str, columns: str = "*") -> bytes:
    """The query around a read: one row with the page as JSON."""
    return (
        f"with pgrst_source as (select {columns} from {source}) "
        "select null::bigint as total_result_set, pg_catalog.count(_postgrest_t) as page_total, "
        "coalesce(json_agg(_postgrest_t), '[]') as body "
        "from (select * from pgrst_source) as _postgrest_t"
    ).encode()


@dataclass(frozen=True)
class Timing:
    """One query's medians, in milliseconds, and how much its plan read for a row returned."""

    query: Query
    ours: float
    floor: float
    waste: float

    @property
    def ratio(self) -> float:
        """Ours to the floor."""
        return self.ours / self.floor


def _request(connection: psycopg.Connection, opening: bytes, query: bytes) -> None:
    """One transaction in one journey, so that waking processes up is not what is measured."""
    with connection.pipeline():
        connection.execute(b"begin read only")
        connection.execute(opening)
        connection.execute(query, prepare=True)
        connection.execute(b"commit")


def _on_one_core(connections: Sequence[psycopg.Connection]) -> None:
    """Both servers on the same core, where that can be said: else one is slower by chance."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        with suppress(OSError):
            for connection in connections:
                os.sched_setaffinity(connection.info.backend_pid, {cores[-1]})


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def opening(role: str, user: object = None) -> bytes:
    """PostgREST's settings; for the floor without a role."""
    told = {"role": role, **({"sub": str(user)} if user else {})}
    return request.preamble(told, "GET", "/x", asks=False).as_bytes()


def compare(
    server: Cluster,
    database: str,
    rounds: int,
    chosen: Sequence[Query],
    openings: Mapping[str, bytes],
) -> list[Timing]:
    """Interleaved medians of every query; openings are by the names of callers."""
    none = opening("none")
    found = []
    with (
        psycopg.connect(server.url("authenticator", database), autocommit=True) as ours,
        psycopg.connect(server.url(OWNER, database), autocommit=True) as floor,
    ):
        _on_one_core((ours, floor))
        for query in chosen:
            asked = openings[query.caller]
            mine, bare = _as_postgrest(query.ours), _as_postgrest(query.floor)
            times: tuple[list[float], list[float]] = ([], [])
            for number in range(rounds + 10):
                one = _timed(partial(_request, ours, asked, mine))
                two = _timed(partial(_request, floor, none, bare))
                if number >= 10:  # plans and caches are warm
                    times[0].append(one)
                    times[1].append(two)
            medians = [statistics.median(found_times) for found_times in times]
            found.append(Timing(query, medians[0], medians[1], _waste(ours, asked, mine)))
    return found


def _waste(connection: psycopg.Connection, opening: bytes, query: bytes) -> float:
    """Rows that scans read, for each row that the page holds."""
    with connection.transaction():
        connection.execute(opening)
        row = connection.execute(b"explain (analyze, timing off, format json) " + query).fetchone()
    assert row
    nodes = _nodes(row[0][0]["Plan"])
    page = next(n for n in nodes if n["Node Type"] == "Aggregate")["Plans"][0]
    read = sum(
        (n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"]
        for n in nodes
        if n.get("Relation Name")
    )
    return float(read / max(page["Actual Rows"], 1))


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]


def _mean(timings: Sequence[Timing]) -> float:
    return math.exp(statistics.fmean(math.log(t.ratio) for t in timings))


def report(count: int, timings: Sequence[Timing]) -> None:
    """Print them, the worst first."""
    for t in sorted(timings, key=lambda t: -t.ratio):
        mark = "  !" if t.ratio > 2 and t.ours - t.floor > 0.1 else ""
        print(
            f"{count:9,}  {t.query.caller:5}  {t.query.name:36} {t.ours:8.3f} ms "
            f"/ {t.floor:8.3f} ms = {t.ratio:5.2f}   reads {t.waste:6.1f} rows a row{mark}"
        )
    for caller in sorted({t.query.caller for t in timings}):
        chosen = [t for t in timings if t.query.caller == caller]
        print(f"{count:9,}  {caller:5}  geometric mean of the ratios {_mean(chosen):.2f}")


def report_growth(
    count: int, timings: Sequence[Timing], before: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Print how the medians grew since there were fewer rows; those of now."""
    now = {(t.query.caller, t.query.name): t.ours for t in timings}
    if before:
        grown = [math.log(now[name] / before[name]) for name in now]
        print(f"{count:9,}  against the fewer rows {math.exp(statistics.fmean(grown)):.2f}")
    return now
