"""Days in a row by the calendar of each person, alone and with friends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.support.concurrently import in_sessions
from tests.support.database import LEARNER, OTHER_LEARNER, Database, refused

ZONES = [
    "UTC",
    "Africa/Algiers",
    "Africa/Cairo",
    "America/Argentina/Buenos_Aires",
    "America/Caracas",
    "America/Chicago",
    "America/Halifax",
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Dhaka",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Paris",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
# Clocks change in the north in March and November, in the south in April and October.
PERIODS = [datetime(2024, 2, 20, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC)]


@pytest.fixture
def days(db: Database) -> Iterator[psycopg.Connection]:
    """A world without activity, where any past day can be recorded and no freeze is earned."""
    with db.connect() as connection:
        connection.execute(
            """
            update util.settings set value = 36500 where key = 'streaks.late_days';
            update util.settings set value = 0 where key = 'streaks.freeze_every_days';
            delete from gamification.friend_streaks;
            delete from gamification.user_activity_days;
            delete from gamification.user_streaks;
            """
        )
        yield connection


def _zone(connection: psycopg.Connection, zone: str, user: UUID = LEARNER) -> None:
    connection.execute("update public.profiles set time_zone = %s where id = %s", [zone, user])


def _active(
    connection: psycopg.Connection, at: datetime, user: UUID = LEARNER
) -> tuple[date, int, int, int, bool]:
    row = connection.execute(
        "select * from gamification.record_activity_day(%s, %s)", [user, at]
    ).fetchone()
    assert row
    return row


def _local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def _longest(dates: set[date]) -> int:
    best = run = 0
    for day in sorted(dates):
        run = run + 1 if day - timedelta(days=1) in dates else 1
        best = max(best, run)
    return best


@pytest.mark.parametrize("zone", ZONES)
def test_a_streak_is_counted_by_the_persons_own_days(days: psycopg.Connection, zone: str) -> None:
    """Against a model in Python that knows time zones from another source."""
    for number, start in enumerate(PERIODS):
        lot = random.Random(f"{zone} {start}")  # noqa: S311 (no secret)
        user = [LEARNER, OTHER_LEARNER][number]
        _zone(days, zone, user)
        at, seen, run = start, set[date](), 0
        for _ in range(60):
            at += timedelta(hours=lot.choice([1, 5, 11, 19, 23, 24, 25, 36, 47]), minutes=37)
            local = at.astimezone(ZoneInfo(zone)).date()
            if local not in seen:
                run = run + 1 if local - timedelta(days=1) in seen else 1
            is_new = local not in seen
            seen.add(local)
            assert _active(days, at, user) == (local, run, _longest(seen), 0, is_new)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        # The hour that does not exist and the hour that comes twice.
        ("Europe/Paris", ["2024-03-30T23:59", "2024-03-31T00:01", "2024-04-01T00:00"]),
        ("Europe/Paris", ["2024-10-26T23:59", "2024-10-27T02:30", "2024-10-28T00:00"]),
        # Clocks go forward at midnight: the day begins at one.
        ("Africa/Cairo", ["2024-04-25T23:59", "2024-04-26T01:00", "2024-04-27T00:00"]),
        ("Africa/Cairo", ["2024-10-30T23:59", "2024-10-31T23:30", "2024-11-01T00:00"]),
        ("Australia/Lord_Howe", ["2024-04-06T23:59", "2024-04-07T01:45", "2024-04-08T00:00"]),
        # Leap day.
        ("America/New_York", ["2024-02-28T12:00", "2024-02-29T23:59", "2024-03-01T00:00"]),
    ],
)
def test_changes_of_clocks_and_leap_days_neither_break_nor_stretch_it(
    days: psycopg.Connection, zone: str, hours: list[str]
) -> None:
    _zone(days, zone)
    for number, hour in enumerate(hours, 1):
        day, current, longest, _, is_new = _active(days, _local(hour, zone))
        assert (day.isoformat(), current, longest, is_new) == (hour[:10], number, number, True)
    assert not _active(days, _local(hours[-1], zone) + timedelta(hours=1))[4]


def test_a_year_without_leap_day_has_no_gap(days: psycopg.Connection) -> None:
    _active(days, datetime(2023, 2, 28, 12, tzinfo=UTC))
    assert _active(days, datetime(2023, 3, 1, 12, tzinfo=UTC))[1] == 2


def test_a_missed_day_begins_anew(days: psycopg.Connection) -> None:
    for day in (1, 2, 3):
        _active(days, datetime(2024, 1, day, tzinfo=UTC))
    assert _active(days, datetime(2024, 1, 5, tzinfo=UTC))[1:3] == (1, 3)


def test_a_flight_to_the_east_skips_a_date_and_breaks_nothing(days: psycopg.Connection) -> None:
    _zone(days, "Pacific/Pago_Pago")
    left = _local("2024-05-01T20:00", "Pacific/Pago_Pago")
    _active(days, left)
    _zone(days, "Pacific/Kiritimati")
    day, current, *_ = _active(days, left + timedelta(hours=23))
    assert (day.isoformat(), current) == ("2024-05-03", 2)


def test_a_slow_journey_to_the_east_breaks_it(days: psycopg.Connection) -> None:
    _zone(days, "Pacific/Pago_Pago")
    left = _local("2024-05-01T20:00", "Pacific/Pago_Pago")
    _active(days, left)
    _zone(days, "Pacific/Kiritimati")
    assert _active(days, left + timedelta(hours=24))[1] == 1


def test_a_flight_to_the_west_repeats_a_date_and_counts_it_once(days: psycopg.Connection) -> None:
    _zone(days, "Asia/Tokyo")
    left = _local("2024-05-02T08:00", "Asia/Tokyo")
    _active(days, left)
    _zone(days, "America/Los_Angeles")
    # It is the day before again, and counts as such.
    day, current, *_ = _active(days, left + timedelta(hours=2))
    assert (day.isoformat(), current) == ("2024-05-01", 2)
    assert _active(days, left + timedelta(hours=12))[1::3] == (2, False)


def test_changing_zones_to_and_fro_wins_no_more_than_a_day(days: psycopg.Connection) -> None:
    at = datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    best = 0
    for hour in range(24):
        for zone in ("Pacific/Pago_Pago", "Pacific/Kiritimati", "UTC"):
            _zone(days, zone)
            best = max(best, _active(days, at + timedelta(hours=hour))[1])
    # There are three dates on earth in these hours, four with the day that ends them.
    assert best <= 4


def test_days_that_come_late_fill_the_gap(days: psycopg.Connection) -> None:
    for day in (1, 2, 4, 5):
        _active(days, datetime(2024, 1, day, tzinfo=UTC))
    assert _active(days, datetime(2024, 1, 3, tzinfo=UTC))[1:3] == (5, 5)
    assert _active(days, datetime(2024, 1, 6, tzinfo=UTC))[1:3] == (6, 6)


def test_days_that_come_in_any_order_give_the_same_longest_run(days: psycopg.Connection) -> None:
    lot = random.Random(7)  # noqa: S311 (no secret)
    for _ in range(10):
        days.execute(
            "delete from gamification.user_activity_days; delete from gamification.user_streaks"
        )
        dates = {date(2024, 1, 1) + timedelta(days=lot.randrange(25)) for _ in range(18)}
        for day in lot.sample(sorted(dates), len(dates)):
            answer = _active(days, datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        current = 1
        while max(dates) - timedelta(days=current) in dates:
            current += 1
        assert answer[1:3] == (current, _longest(dates))


def test_freezes_bridge_missed_days_and_are_earned(days: psycopg.Connection) -> None:
    days.execute("update util.settings set value = 3 where key = 'streaks.freeze_every_days'")
    for day in range(1, 8):
        answer = _active(days, datetime(2024, 1, day, tzinfo=UTC))
    assert answer[1:4] == (7, 7, 2)
    assert _active(days, datetime(2024, 1, 10, tzinfo=UTC))[1:4] == (8, 8, 0)
    assert _active(days, datetime(2024, 1, 12, tzinfo=UTC))[1:4] == (1, 8, 0)


def test_only_recent_times_are_recorded(db: Database) -> None:
    with db.connect() as connection:
        for ago in ("-1 hour", "8 days", "-infinity"):
            with refused("PT400", "activity.time_invalid"):
                connection.execute(
                    "select gamification.record_activity_day(%s, now() - %s::interval)"
                    if ago != "-infinity"
                    else "select gamification.record_activity_day(%s, %s::timestamptz)",
                    [LEARNER, ago],
                )
        with refused("PT400", "activity.time_invalid"):
            connection.execute("select gamification.record_activity_day(%s, null)", [LEARNER])


def test_a_day_is_counted_once_however_many_tell_it(db: Database, days: psycopg.Connection) -> None:
    def tell(connection: psycopg.Connection) -> bool:
        return bool(_active(connection, datetime(2024, 1, 1, 12, tzinfo=UTC))[4])

    answers = in_sessions(db, *[tell] * 12)
    assert (answers.count(True), answers.count(False)) == (1, 11)


def test_what_is_shown_ends_when_the_streak_does(db: Database, days: psycopg.Connection) -> None:
    _active(days, datetime.now(UTC) - timedelta(days=1))
    _active(days, datetime.now(UTC) - timedelta(days=1))

    def shown() -> object:
        with db.request(LEARNER) as connection:
            return connection.execute("select current_days from api.my_streak").fetchone()

    assert shown() == (1,)
    days.execute("update gamification.user_streaks set last_active_on = last_active_on - 1")
    assert shown() == (0,)


# With friends


def _friends(connection: psycopg.Connection) -> None:
    connection.execute("delete from gamification.friend_links")
    connection.execute(
        "insert into gamification.friend_links (user_id, friend_id, status, accepted_at) "
        "values (%(one)s, %(other)s, 'accepted', now()), (%(other)s, %(one)s, 'accepted', now())",
        {"one": LEARNER, "other": OTHER_LEARNER},
    )


def _together(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select current_days, longest_days, last_day::text from gamification.friend_streaks"
    ).fetchall()


def test_two_friends_count_days_on_which_both_were_active(days: psycopg.Connection) -> None:
    _friends(days)
    _zone(days, "Pacific/Auckland")
    _zone(days, "America/Los_Angeles", OTHER_LEARNER)
    for day in (1, 2, 3, 5, 6):
        _active(days, _local(f"2024-05-0{day}T09:00", "Pacific/Auckland"))
    assert _together(days) == []
    for day in (1, 2, 3, 4, 5):
        _active(days, _local(f"2024-05-0{day}T21:00", "America/Los_Angeles"), OTHER_LEARNER)
    assert _together(days) == [(1, 3, "2024-05-05")] * 2


def test_friends_who_are_active_at_the_same_moment_both_count(
    db: Database, days: psycopg.Connection
) -> None:
    _friends(days)
    for n in range(1, 15):
        at = datetime(2024, 1, n, 12, tzinfo=UTC)
        in_sessions(db, *(partial(_active, at=at, user=user) for user in (LEARNER, OTHER_LEARNER)))
        assert _together(days) == [(n, n, at.date().isoformat())] * 2
