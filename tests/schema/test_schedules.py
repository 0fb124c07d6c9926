"""Schedules: what a cron line means, in every zone, and that each due time is enqueued once."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

from tests.support import jobs
from tests.support.concurrently import in_sessions
from tests.support.database import Connection, Database, refused
from tests.support.soak import Soak

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Africa/Algiers",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Sao_Paulo",
)
# Around changes of the clock, and far from them.
TIMES = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        "2026-03-28T22:15:00",
        "2026-03-29T00:59:59",
        "2026-10-25T00:29:30",
        "2026-10-25T01:10:00",
        "2026-03-08T06:30:00",
        "2026-11-01T05:45:00",
        "2026-04-04T14:20:00",
        "2026-10-03T15:10:00",
        "2026-12-31T23:59:00",
        "2011-12-29T20:00:00",
        "2018-11-03T12:00:00",
        "2028-02-28T12:00:00",
    )
)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which clocks show this, or, if they skip it, the first one after."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    probe = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while probe.astimezone(zone).replace(tzinfo=None) < local:
        probe += timedelta(minutes=1)
    return probe


def _expected(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The same by croniter (for local times) and zoneinfo (for instants)."""
    start = after.astimezone(zone).replace(tzinfo=None) - timedelta(days=1, minutes=1)
    times = croniter(cron, start, max_years_between_matches=60)
    while True:
        instant = _instant(times.get_next(datetime), zone)
        if instant > after:
            return instant


def _field(lot: random.Random, low: int, high: int, *, steps: bool = True) -> str:
    def part() -> str:
        # croniter takes a range of one number for all of them.
        a, b = sorted(lot.sample(range(low, high + 1), 2))
        return lot.choice([str(a), f"{a}-{b}", f"{a}-{b}/{lot.randint(1, 9)}"])

    kind = lot.random()
    if kind < 0.3:
        return "*"
    if kind < 0.5 and steps:
        return f"*/{lot.randint(1, high)}"
    return ",".join(part() for _ in range(lot.randint(1, 3)))


def _line(lot: random.Random) -> str:
    # A step over all days is no restriction to cron, and one to croniter.
    return " ".join(
        [
            _field(lot, 0, 59),
            _field(lot, 0, 23),
            _field(lot, 1, 28, steps=False),
            _field(lot, 1, 12),
            _field(lot, 0, 6, steps=False),
        ]
    )


@pytest.mark.soak("statements")
def test_cron_lines_mean_what_another_library_takes_them_to_mean(db: Database, soak: Soak) -> None:
    lot = random.Random(soak.one_seed())  # noqa: S311 (chooses cases)
    lines = [
        "* * * * *",
        "30 2 * * *",
        "*/15 1-3 * * *",
        "0 0 29 2 *",
        "0 0 31 * *",
        "0 12 13 * 5",
        "5,35 2 * * 0",
        *(_line(lot) for _ in range(soak.sizes(20, 60, 600))),
    ]
    with db.connect() as connection:
        for line in lines:
            for zone in lot.sample(ZONES, 3):
                for after in lot.sample(TIMES, 3):
                    found = jobs.value(
                        connection, "select util.next_cron_time(%s, %s, %s)", line, zone, after
                    )
                    assert found == _expected(line, ZoneInfo(zone), after), (line, zone, after)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "runs"),
    [
        # 2:30 does not exist on 29 March: 3:00 summer time.
        ("30 2 * * *", "Europe/Paris", "2026-03-28T12:00Z", ["03-29T01:00", "03-30T00:30"]),
        # All that would be between 2:00 and 3:00 runs once, with what is at 3:00.
        ("*/20 2-3 * * *", "Europe/Paris", "2026-03-29T00:00Z", ["03-29T01:00", "03-29T01:20"]),
        # 2:30 comes twice on 25 October: the first.
        ("30 2 * * *", "Europe/Paris", "2026-10-24T12:00Z", ["10-25T00:30", "10-26T01:30"]),
        ("30 1 * * *", "America/New_York", "2026-10-31T12:00Z", ["11-01T05:30", "11-02T06:30"]),
        # Half an hour's change.
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", ["10-03T15:30", "10-04T15:15"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00Z", ["04-04T14:45", "04-05T15:15"]),
        # A midnight that does not exist.
        ("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00Z", ["11-04T03:00", "11-05T02:00"]),
        # A day that does not exist.
        ("0 12 * * *", "Pacific/Apia", "2011-12-29T20:00Z", ["12-29T22:00", "12-30T10:00"]),
        ("0 0 1,15 * 1", "UTC", "2026-06-01T00:00Z", ["06-08T00:00", "06-15T00:00"]),
        ("0 0 */10 * 1", "UTC", "2026-06-01T00:00Z", ["08-31T00:00", "09-21T00:00"]),
        ("0 0 * * 7", "UTC", "2026-06-01T00:00Z", ["06-07T00:00", "06-14T00:00"]),
        ("0 0 * * 5-7", "UTC", "2026-06-01T00:00Z", ["06-05T00:00", "06-06T00:00"]),
    ],
)
def test_when_clocks_change_and_which_days_count(
    db: Database, cron: str, zone: str, after: str, runs: list[str]
) -> None:
    at = datetime.fromisoformat(after)
    found = []
    with db.connect() as connection:
        for _ in runs:
            at = jobs.value(connection, "select util.next_cron_time(%s, %s, %s)", cron, zone, at)
            found.append(at.astimezone(UTC).strftime("%m-%dT%H:%M"))
    assert found == runs


def test_the_rarest_day_is_found(db: Database) -> None:
    """29 February on a Monday, over the year 2100, which has none."""
    found = db.value("select util.next_cron_time('0 0 29 2 */1', 'UTC', '2096-03-01')::date::text")
    assert found == "2104-02-29"


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 * ",
        "* * * 0 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "5/10 * * * *",
        "1,,2 * * * *",
        ",1 * * * *",
        "a * * * *",
        "@daily",
        "* * * jan *",
        "-1 * * * *",
        "*  * * * *",
        "0 0 30 2 *",
        "0 0 31 4,6,9,11 *",
        "1.5 * * * *",
        "* * * * *\n",
    ],
)
def test_what_is_no_cron_line_or_never_due_is_refused(db: Database, cron: str) -> None:
    with db.connect() as connection, refused("23514"):
        connection.execute(
            "insert into util.cron_schedules (name, cron, kind) values ('a', %s, 'k')", [cron]
        )


@pytest.mark.parametrize("cron", ["0 0 29 2 *", "0 0 30 2 1", "0 0 31 1,2 *", "59 23 31 12 7"])
def test_what_is_due_at_some_time_is_accepted(db: Database, cron: str) -> None:
    db.rows("insert into util.cron_schedules (name, cron, kind) values ('a', %s, 'k')", [cron])
    assert db.value("select next_run_at > now() from util.cron_schedules where name = 'a'")


@pytest.mark.parametrize("zone", ["", "CET+1", "Europe/Nowhere", "local", "+02"])
def test_a_zone_has_an_iana_name(db: Database, zone: str) -> None:
    with db.connect() as connection, pytest.raises(Exception, match="zone"):
        connection.execute(
            "insert into util.cron_schedules (name, cron, kind, time_zone) "
            "values ('a', '* * * * *', 'k', %s)",
            [zone],
        )


# Ticking

_AT = datetime(2030, 1, 1, 12, 0, 30, tzinfo=UTC)


def _hourly(db: Database, name: str = "hourly") -> None:
    db.rows("update util.cron_schedules set is_active = false")
    db.rows(
        "insert into util.cron_schedules (name, cron, queue, kind, payload) "
        "values (%s, '0 * * * *', 'q', 'k', '{\"a\": 1}')",
        [name],
    )


def _tick(db: Database, at: datetime = _AT) -> int:
    count: int = db.value("select util.enqueue_due_schedules(%s)", [at])
    return count


def test_a_schedule_missed_for_long_runs_once(db: Database) -> None:
    _hourly(db)
    assert _tick(db) == 1
    assert _tick(db) == 0
    assert db.rows("select queue, kind, payload from util.job_queue") == [("q", "k", {"a": 1})]
    assert db.rows("select last_run_at, next_run_at from util.cron_schedules where is_active") == [
        (_AT, datetime(2030, 1, 1, 13, tzinfo=UTC))
    ]


def _tick_at(at: object, connection: Connection) -> int:
    ticked: int = jobs.value(connection, "select util.enqueue_due_schedules(%s)", at)
    return ticked


def test_many_who_tick_at_once_enqueue_each_due_time_once(db: Database) -> None:
    _hourly(db, "a")
    for name in "bcdefgh":
        db.rows(
            "insert into util.cron_schedules (name, cron, queue, kind) "
            "values (%s, '0 * * * *', 'q', 'k')",
            [name],
        )
    for hour in range(5):
        at = _AT + timedelta(hours=hour)
        counts = in_sessions(db, *[partial(_tick_at, at)] * 8)
        assert sum(map(int, counts)) == 8
        with db.connect() as connection:
            claimed = jobs.claim(connection, 100)
        assert len(claimed) == 8


def test_a_job_that_still_waits_is_not_enqueued_again(db: Database) -> None:
    _hourly(db)
    _tick(db)
    _tick(db, _AT + timedelta(hours=1))
    assert db.value("select count(*) from util.job_queue") == 1
    with db.connect() as connection:
        jobs.claim_one(connection)
    _tick(db, _AT + timedelta(hours=2))
    assert db.value("select count(*) from util.job_queue") == 2


def test_a_schedule_that_is_switched_off_is_not_due(db: Database) -> None:
    _hourly(db)
    db.rows("update util.cron_schedules set is_active = false")
    assert db.value("select count(next_run_at) from util.cron_schedules") == 0
    assert _tick(db) == 0
    db.rows("update util.cron_schedules set is_active = true where name = 'hourly'")
    assert db.value("select next_run_at > now() from util.cron_schedules where is_active")


def test_a_changed_line_is_planned_anew(db: Database) -> None:
    _hourly(db)
    db.rows(
        "update util.cron_schedules set cron = '0 0 1 1 *', time_zone = 'Africa/Algiers' "
        "where name = 'hourly'"
    )
    assert db.value(
        "select to_char(next_run_at at time zone 'Africa/Algiers', 'DD.MM HH24:MI') "
        "from util.cron_schedules where is_active"
    ) == ("01.01 00:00")
