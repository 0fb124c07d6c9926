"""Achievements and quests: conditions and rewards as data, each reward once."""

from __future__ import annotations

import json
import threading
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.concurrently import in_sessions
from tests.support.database import (
    ADMINISTRATOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.ledger import account, credit, problems, publish

# Conditions


@pytest.mark.parametrize(
    "condition",
    [
        {"metric": "level", "at_least": 5},
        {"metric": "credits", "source": "lesson.completed", "at_least": 1.5},
        {
            "all": [
                {"metric": "level", "at_least": 5},
                {"any": [{"metric": "friends", "at_least": 1}]},
            ]
        },
    ],
)
def test_a_condition_that_means_something_is_taken(db: Database, condition: object) -> None:
    assert db.value("select gamification.is_condition(%s)", [Jsonb(condition)]) is True


@pytest.mark.parametrize(
    "condition",
    [
        None,
        [],
        {},
        "level",
        {"metric": "level"},
        {"metric": "height", "at_least": 1},
        {"metric": "level", "at_least": "5"},
        {"metric": "level", "at_least": 5, "source": "lesson.completed"},
        {"metric": "credits", "at_least": 1},
        {"metric": "credits", "source": "lesson", "at_least": 1},
        {"all": []},
        {"all": {"metric": "level", "at_least": 5}},
        {"all": [{"metric": "level", "at_least": 5}], "any": []},
        {"all": [{"metric": "level", "at_least": 5}, 7]},
        {"not": [{"metric": "level", "at_least": 5}]},
    ],
)
def test_a_condition_that_means_nothing_is_refused(db: Database, condition: object) -> None:
    assert db.value("select gamification.is_condition(%s)", [Jsonb(condition)]) is False
    with db.connect() as connection, refused("23514"):
        connection.execute(
            "insert into gamification.achievement_definitions "
            "(key, title, description, conditions) values ('test', 'x', 'x', %s)",
            [Jsonb(condition)],
        )


def test_a_condition_nested_too_deep_is_refused(db: Database) -> None:
    condition: dict[str, Any] = {"metric": "level", "at_least": 1}
    for _ in range(8):
        condition = {"all": [condition]}
    assert db.value("select gamification.is_condition(%s)", [Jsonb(condition)]) is True
    assert db.value("select gamification.is_condition(%s)", [Jsonb({"any": [condition]})]) is False


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"metric": "level", "at_least": 3}, True),
        ({"metric": "level", "at_least": 4}, False),
        ({"metric": "credits", "source": "quiz.passed", "at_least": 2}, True),
        ({"metric": "credits", "source": "quiz.failed", "at_least": 1}, False),
        ({"metric": "friends", "at_least": 1}, False),
        ({"all": [{"metric": "level", "at_least": 3}, {"metric": "level", "at_least": 4}]}, False),
        ({"any": [{"metric": "level", "at_least": 3}, {"metric": "level", "at_least": 4}]}, True),
    ],
)
def test_conditions_are_judged_by_the_metrics(db: Database, condition: object, met: bool) -> None:
    metrics = {"level": 3, "credits": {"quiz.passed": 2}}
    assert (
        db.value("select gamification.meets_condition(%s, %s)", [Jsonb(condition), Jsonb(metrics)])
        is met
    )


# Achievements


def _define(db: Database, key: str, reward: int, condition: object) -> None:
    db.rows(
        "insert into gamification.achievement_definitions "
        "(key, title, description, xp_reward, conditions) values (%s, 'x', 'x', %s, %s)",
        [key, reward, Jsonb(condition) if condition else None],
    )


def _evaluate(db: Database, user: UUID) -> list[str]:
    rows = db.rows("select gamification.evaluate_achievements(%s)", [user])
    return [key for (key,) in rows]


def test_what_is_met_is_unlocked_and_rewarded_once(db: Database) -> None:
    publish(db)
    _define(db, "three", 90, {"metric": "credits", "source": "test.done", "at_least": 3})
    # The reward lifts the person to the level that this one asks for.
    _define(db, "second", 5, {"metric": "level", "at_least": 2})
    with db.connect() as connection:
        for n in range(2):
            credit(connection, f"k{n}", user=ADMINISTRATOR)
        assert _evaluate(db, ADMINISTRATOR) == []
        credit(connection, "k2", user=ADMINISTRATOR)
    assert _evaluate(db, ADMINISTRATOR) == ["three", "second"]
    assert account(db, ADMINISTRATOR)[0] == 30 + 90 + 5
    assert _evaluate(db, ADMINISTRATOR) == []
    assert account(db, ADMINISTRATOR)[0] == 125
    assert problems(db) == []


def test_an_achievement_is_unlocked_once_by_many_at_once(db: Database) -> None:
    _define(db, "thing", 50, None)
    before = account(db)[0]

    def unlock(connection: psycopg.Connection) -> tuple[Any, ...]:
        row = connection.execute(
            "select * from gamification.unlock_achievement(%s, 'thing')", [LEARNER]
        ).fetchone()
        assert row
        return row

    answers = in_sessions(db, *[unlock] * 16)
    assert sorted(answer[3] for answer in answers) == [False] + [True] * 15
    assert {answer[:3] for answer in answers} == {answers[0][:3]}
    assert account(db)[0] == before + 50
    assert problems(db) == []


def test_a_reward_that_was_changed_counts_for_later_ones_only(db: Database) -> None:
    _define(db, "thing", 50, None)

    def unlock(user: UUID) -> object:
        return db.value("select xp_delta from gamification.unlock_achievement(%s, 'thing')", [user])

    assert unlock(LEARNER) == 50
    db.rows("update gamification.achievement_definitions set xp_reward = 7 where key = 'thing'")
    assert unlock(LEARNER) == 50
    assert unlock(OTHER_LEARNER) == 7
    db.rows("update gamification.achievement_definitions set is_active = false where key = 'thing'")
    assert unlock(LEARNER) == 50
    with refused("PT409", "achievement.inactive"):
        unlock(MODERATOR)


def test_what_does_not_exist_cannot_be_unlocked(db: Database) -> None:
    with db.connect() as connection:
        with refused("PT404", "achievement.not_found"):
            connection.execute("select gamification.unlock_achievement(%s, 'x')", [LEARNER])
        with refused("PT404", "user.not_found"):
            connection.execute(
                "select gamification.unlock_achievement(gen_random_uuid(), 'beta_tester')"
            )
        with refused("PT400", "achievement.invalid"):
            connection.execute(
                "select gamification.unlock_achievement(%s, 'beta_tester', '[]')", [LEARNER]
            )


def test_an_unlock_without_reward_leaves_the_ledger_alone(db: Database) -> None:
    before = account(db)
    db.rows("select gamification.unlock_achievement(%s, 'beta_tester')", [LEARNER])
    assert account(db) == before


# Quests


@pytest.fixture
def quests(db: Database) -> Database:
    """An ordered quest of two steps worth 40 XP, and a daily one of one step worth 3."""
    db.rows(
        """
        insert into gamification.quests (key, title, description, recurrence, is_ordered, xp_reward)
        values ('climb', 'x', 'x', 'once', true, 40), ('daily', 'x', 'x', 'daily', false, 3),
            ('weekly', 'x', 'x', 'weekly', false, 3);
        insert into gamification.quest_steps (quest_id, step_order, title, target)
        select q.id, s.step_order, 'x', s.target from gamification.quests as q
        inner join (values ('climb', 1, 3), ('climb', 2, 1), ('daily', 1, 2), ('weekly', 1, 1))
            as s (key, step_order, target) on q.key = s.key
        """
    )
    return db


def _advance(
    connection: psycopg.Connection, quest: str, step: int | None, amount: int | None, key: str
) -> Any:
    row = connection.execute(
        "select gamification.advance_quest(%s, %s, %s, %s, %s)",
        [LEARNER, quest, step, amount, key],
    ).fetchone()
    assert row
    return row[0]


def test_a_quest_is_done_when_its_steps_are_and_rewarded_once(quests: Database) -> None:
    before = account(quests)[0]
    with quests.connect() as connection:
        with refused("PT409", "quest.step_locked"):
            _advance(connection, "climb", 2, 1, "early")
        assert _advance(connection, "climb", 1, 2, "a")["progress"] == {"1": 2}
        assert _advance(connection, "climb", 1, 2, "a")["progress"] == {"1": 2}
        assert _advance(connection, "climb", 1, 99, "b")["progress"] == {"1": 3}
        assert account(quests)[0] == before
        done = _advance(connection, "climb", 2, 1, "c")
        assert done["completed_at"]
        assert account(quests)[0] == before + 40
        assert _advance(connection, "climb", 2, 1, "d") == done
        with refused("PT409", "idempotency.key_reused"):
            _advance(connection, "climb", 2, 2, "d")
    assert account(quests)[0] == before + 40
    assert problems(quests) == []


@pytest.mark.parametrize(
    ("quest", "step", "amount", "key", "sqlstate", "detail"),
    [
        ("nothing", 1, 1, "k", "PT404", "quest.not_found"),
        ("climb", 9, 1, "k", "PT404", "quest.step_not_found"),
        ("climb", None, 1, "k", "PT404", "quest.step_not_found"),
        ("climb", 1, 0, "k", "PT400", "quest.amount_invalid"),
        ("climb", 1, None, "k", "PT400", "quest.amount_invalid"),
        ("climb", 1, -5, "k", "PT400", "quest.amount_invalid"),
        ("climb", 1, 1, "", "PT400", "idempotency.key_required"),
    ],
)
def test_a_quest_refuses_what_makes_no_sense(
    quests: Database, quest: str, step: int, amount: int, key: str, sqlstate: str, detail: str
) -> None:
    with quests.connect() as connection, refused(sqlstate, detail):
        _advance(connection, quest, step, amount, key)


@pytest.mark.parametrize(
    "change", ["is_active = false", "starts_at = now() + interval '1 day'", "ends_at = now()"]
)
def test_a_quest_has_its_time(quests: Database, change: str) -> None:
    quests.rows(f"update gamification.quests set {change} where key = 'climb'")
    with quests.connect() as connection, refused("PT404", "quest.not_found"):
        _advance(connection, "climb", 1, 1, "k")


@pytest.mark.parametrize(("quest", "days"), [("daily", 1), ("weekly", 7)])
def test_a_quest_that_recurs_is_rewarded_each_period(
    quests: Database, quest: str, days: int
) -> None:
    before = account(quests)[0]
    with quests.connect() as connection:
        first = _advance(connection, quest, 1, 2, "a")
        assert first["completed_at"]
        # As if it had been the period before.
        connection.execute(
            "update gamification.user_quests set period_start = period_start - %s", [days]
        )
        connection.execute(
            "update gamification.xp_idempotency_keys set key = key || '-before' "
            "where key like 'quest:%%'",
            [],
        )
        again = _advance(connection, quest, 1, 2, "b")
        assert again["period_start"] == first["period_start"]
        assert again["completed_at"]
    assert account(quests)[0] == before + 6


def test_the_day_of_a_quest_is_the_persons_own(quests: Database) -> None:
    found = set()
    with quests.connect() as connection:
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            connection.execute(
                "update public.profiles set time_zone = %s where id = %s", [zone, LEARNER]
            )
            told = _advance(connection, "daily", 1, 1, zone)["period_start"]
            row = connection.execute(
                "select (now() at time zone %s)::date::text", [zone]
            ).fetchone()
            assert row == (told,)
            found.add(told)
    assert len(found) == 2


def test_many_who_advance_a_quest_at_once_complete_it_once(quests: Database) -> None:
    before = account(quests)[0]

    def advance(key: str, connection: psycopg.Connection) -> str:
        return json.dumps(_advance(connection, "daily", 1, 1, key))

    answers = in_sessions(quests, *(partial(advance, f"k{n}") for n in range(12)))
    assert sum('"completed_at": null' in answer for answer in answers) == 1
    assert account(quests)[0] == before + 3
    assert problems(quests) == []


def test_who_waits_for_another_counts_on_from_there(quests: Database) -> None:
    told: list[object] = []

    def second() -> None:
        with quests.connect() as connection:
            told.append(_advance(connection, "climb", 1, 1, "c")["progress"])

    with quests.connect() as connection:
        _advance(connection, "climb", 1, 1, "a")
        connection.execute("begin")
        _advance(connection, "climb", 1, 1, "b")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        connection.execute("commit")
        thread.join(30)
    assert told == [{"1": 3}]


def test_rules_are_changed_by_those_who_may(db: Database) -> None:
    change = "update api.achievements set title = 'New' where key = 'beta_tester'"
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute(change)
    with db.request(MODERATOR) as connection:
        assert connection.execute(change).rowcount == 0
    with db.request(ADMINISTRATOR) as connection:
        assert connection.execute(change).rowcount == 1
