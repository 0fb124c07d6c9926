"""Feature flags and idempotency keys."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.concurrently import in_sessions
from tests.support.database import ADMINISTRATOR, INSTRUCTOR, LEARNER, MODERATOR, Database, refused

# Flags


def _flag(db: Database, percent: int = 100, cohorts: str = "{}", enabled: bool = True) -> None:
    db.rows(
        "insert into util.feature_flags (key, description, is_enabled, rollout_percent, cohorts) "
        "values ('new.thing', 'x', %s, %s, %s)",
        [enabled, percent, cohorts],
    )


def _sees(db: Database, user: UUID | None) -> bool:
    with db.request(user) as connection:
        row = connection.execute("select util.is_enabled('new.thing')").fetchone()
    assert row
    return bool(row[0])


def test_a_flag_is_off_unless_someone_switched_it_on(db: Database) -> None:
    assert not _sees(db, LEARNER)
    _flag(db, enabled=False, cohorts="{member}")
    assert not _sees(db, LEARNER)


def test_a_flag_for_everyone_is_on_for_the_anonymous_too(db: Database) -> None:
    _flag(db)
    assert _sees(db, LEARNER)
    assert _sees(db, None)


def test_a_cohort_has_the_flag_whatever_the_percentage(db: Database) -> None:
    _flag(db, percent=0, cohorts="{instructor}")
    assert _sees(db, INSTRUCTOR)
    assert not _sees(db, LEARNER)
    assert not _sees(db, None)


def test_a_rollout_reaches_its_share_and_keeps_whom_it_reached(db: Database) -> None:
    _flag(db)
    users = [uuid4() for _ in range(400)]

    def reached(percent: int) -> set[object]:
        db.rows("update util.feature_flags set rollout_percent = %s", [percent])
        with db.connect() as connection:
            seen: set[object] = set()
            for user in users:
                row = connection.execute(
                    "select set_config('request.jwt.claims', %s, false), "
                    "util.is_enabled('new.thing')",
                    [f'{{"sub": "{user}"}}'],
                ).fetchone()
                if row and row[1]:
                    seen.add(user)
        return seen

    third, two_thirds = reached(33), reached(66)
    assert third < two_thirds
    assert 80 <= len(third) <= 184
    assert reached(0) == set()


def test_flags_are_managed_by_those_who_may_and_read_by_no_one_else(db: Database) -> None:
    _flag(db)
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute("select * from util.feature_flags")
    with db.request(MODERATOR) as connection:
        assert connection.execute("select * from util.feature_flags").fetchall() == []
        assert connection.execute("update util.feature_flags set is_enabled = false").rowcount == 0
        assert connection.execute("delete from util.feature_flags").rowcount == 0
    with db.request(MODERATOR) as connection, refused("42501"):
        connection.execute("insert into util.feature_flags (key, description) values ('a', 'b')")
    with db.request(ADMINISTRATOR) as connection:
        connection.execute("insert into util.feature_flags (key, description) values ('a', 'b')")
        assert connection.execute("update util.feature_flags set is_enabled = true").rowcount == 2
        assert connection.execute("delete from util.feature_flags").rowcount == 2


# Idempotency


def _claim(connection: psycopg.Connection, key: str, request: str = "{}") -> object:
    row = connection.execute(
        "select util.claim_idempotency_key(%s, 'test', %s, %s)", [LEARNER, key, request]
    ).fetchone()
    assert row
    return row[0]


def _store(connection: psycopg.Connection, key: str, response: str) -> None:
    connection.execute(
        "select util.store_idempotent_response(%s, 'test', %s, %s)", [LEARNER, key, response]
    )


def test_the_same_key_returns_the_stored_answer(db: Database) -> None:
    with db.connect() as connection:
        assert _claim(connection, "k") is None
        _store(connection, "k", '{"answer": 1}')
        assert _claim(connection, "k") == {"answer": 1}
        assert _claim(connection, "other") is None


def test_the_same_key_for_another_request_is_an_error(db: Database) -> None:
    with db.connect() as connection:
        _claim(connection, "k", '{"a": 1}')
        _store(connection, "k", "{}")
        with refused("PT409", "idempotency.key_reused"):
            _claim(connection, "k", '{"a": 2}')


@pytest.mark.parametrize("key", ["", "x" * 201, None])
def test_a_key_is_required(db: Database, key: str) -> None:
    with db.connect() as connection, refused("PT400", "idempotency.key_required"):
        _claim(connection, key)


def test_work_that_was_never_answered_is_not_done_again(db: Database) -> None:
    with db.connect() as connection:
        _claim(connection, "k")
        with refused("PT500", "idempotency.unanswered"):
            _claim(connection, "k")
        assert _claim(connection, "empty") is None
        connection.execute(
            "select util.store_idempotent_response(%s, 'test', 'empty', null)", [LEARNER]
        )
        with connection.transaction():
            row = connection.execute(
                "select util.claim_idempotency_key(%s, 'test', 'empty', '{}')::text", [LEARNER]
            ).fetchone()
        assert row == ("null",)


def test_a_key_of_a_transaction_that_failed_is_free_again(db: Database) -> None:
    with db.connect() as connection:
        connection.execute("begin")
        _claim(connection, "k")
        connection.execute("rollback")
        assert _claim(connection, "k") is None


def test_fifty_at_once_with_one_key_have_one_effect_and_equal_answers(db: Database) -> None:
    db.rows("create table util.effects (id uuid)")

    def work(connection: psycopg.Connection) -> object:
        with connection.transaction():
            answer = _claim(connection, "k")
            if answer is None:
                answer = str(uuid4())
                connection.execute("insert into util.effects values (%s)", [answer])
                connection.execute("select pg_sleep(0.05)")
                _store(connection, "k", f'"{answer}"')
        return answer

    answers = in_sessions(db, *[work] * 50)
    assert len(answers) == 50
    assert len(set(answers)) == 1
    assert db.value("select count(*) from util.effects") == 1
