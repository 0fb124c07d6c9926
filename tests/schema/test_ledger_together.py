"""The XP ledger with many clients at once, across months, and against those who cheat."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest

from tests.support.concurrently import in_sessions
from tests.support.database import (
    ADMINISTRATOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.ledger import Credited, account, credit, problems, publish, reverse

T = TypeVar("T")


def _at_once(
    db: Database, count: int, work: Callable[[psycopg.Connection, int], T]
) -> list[T | str]:
    """The same work so often, told its number."""
    return in_sessions(db, *(partial(_numbered, work, n) for n in range(count)))


def _numbered(
    work: Callable[[psycopg.Connection, int], T], number: int, connection: psycopg.Connection
) -> T:
    return work(connection, number)


def test_fifty_calls_with_one_key_have_one_effect_and_equal_answers(db: Database) -> None:
    publish(db)
    before, _, seq = account(db)
    answers = _at_once(db, 50, lambda c, _: credit(c, "k"))
    credited = [a for a in answers if isinstance(a, Credited)]
    assert len(credited) == 50
    assert {(a.event_id, a.xp_before, a.xp_after) for a in credited} == {
        (credited[0].event_id, before, before + 10)
    }
    assert sum(not a.replayed for a in credited) == 1
    assert account(db)[::2] == (before + 10, seq + 1)
    assert problems(db) == []


def _rivals(key: str, connection: psycopg.Connection, number: int) -> Credited:
    return credit(connection, key, source=["test.done", "test.other"][number])


def test_one_key_for_two_requests_at_once_is_taken_by_one(db: Database) -> None:
    publish(db)
    publish(db, "test.other")
    for n in range(10):
        answers = _at_once(db, 2, partial(_rivals, f"k{n}"))
        assert sum(isinstance(a, Credited) for a in answers) == 1
        assert "idempotency.key_reused" in answers
    assert problems(db) == []


def test_many_at_once_are_numbered_without_gaps(db: Database) -> None:
    publish(db)
    publish(db, "test.other", value=7)
    before = account(db)

    def ten(connection: psycopg.Connection, n: int) -> None:
        for i in range(5):
            credit(connection, f"{n}:{i}")
            credit(connection, f"{n}:{i}:other", source="test.other")

    assert _at_once(db, 16, ten) == [None] * 16
    assert account(db)[::2] == (before[0] + 16 * 5 * 17, before[2] + 160)
    assert problems(db) == []


def test_a_cooldown_lets_one_of_many_through(db: Database) -> None:
    publish(db, cooldown=3600)
    answers = _at_once(db, 16, lambda c, n: credit(c, f"k{n}"))
    assert sum(isinstance(a, Credited) for a in answers) == 1
    assert answers.count("xp.cooldown_active") == 15
    assert problems(db) == []


def test_a_cap_holds_for_many_at_once(db: Database) -> None:
    publish(db, cap=50)
    answers = _at_once(db, 16, lambda c, n: credit(c, f"k{n}"))
    assert sum(isinstance(a, Credited) for a in answers) == 5
    assert answers.count("xp.daily_cap_reached") == 11
    assert problems(db) == []


def test_a_first_credit_may_come_many_times_at_once(db: Database) -> None:
    publish(db)
    assert account(db, ADMINISTRATOR) == (0, 1, 0)
    answers = _at_once(db, 16, lambda c, n: credit(c, f"k{n}", user=ADMINISTRATOR))
    assert [a for a in answers if not isinstance(a, Credited)] == []
    assert account(db, ADMINISTRATOR) == (160, 2, 16)
    assert problems(db) == []


def test_of_two_reversals_one_wins(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        credit(connection, "k")
    answers = _at_once(db, 8, lambda c, n: reverse(c, "k", f"back{n}"))
    assert sum(isinstance(a, Credited) for a in answers) == 1
    assert answers.count("xp.already_reversed") == 7
    assert problems(db) == []


def test_batches_of_the_same_people_do_not_deadlock(db: Database) -> None:
    publish(db)

    def batch(n: int) -> str:
        people = [LEARNER, OTHER_LEARNER, MODERATOR, ADMINISTRATOR] * 5
        if n % 2:
            people.reverse()
        items = [
            f'{{"user_id": "{user}", "source_type": "test", "action_type": "done", '
            f'"idempotency_key": "{n}:{i}"}}'
            for i, user in enumerate(people)
        ]
        return f"[{', '.join(items)}]"

    def send(connection: psycopg.Connection, n: int) -> object:
        return connection.execute(
            "select count(*) from gamification.credit_xp_batch(%s) where refused is null",
            [batch(n)],
        ).fetchone()

    assert _at_once(db, 12, send) == [(20,)] * 12
    assert problems(db) == []


def test_a_transaction_that_waited_sees_the_cooldown_of_the_one_before(db: Database) -> None:
    """now() is when it began, which may be before the credit that it waited for."""
    publish(db, cooldown=1)
    with db.connect() as first, db.connect() as second:
        second.execute("begin")
        second.execute("select now()")
        credit(first, "1")
        with refused("PT409", "xp.cooldown_active"):
            credit(second, "2")


def test_a_snapshot_that_is_too_old_is_refused_not_fooled(db: Database) -> None:
    publish(db)
    with db.connect() as first, db.connect() as second:
        second.execute("begin isolation level repeatable read")
        second.execute("select 1")
        credit(first, "k")
        with refused("40001"):
            credit(second, "k")
        second.execute("rollback")
        assert credit(second, "k").replayed
    assert problems(db) == []


# Months


def test_a_month_that_is_missing_is_made_by_the_credits_themselves(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        # As if nobody had made partitions for the present month.
        connection.execute(
            """
            do $$
            declare v_month text := to_char(now() at time zone 'UTC', 'YYYYMM');
            begin
                execute 'alter table gamification.xp_events detach partition '
                    || 'gamification.xp_events_' || v_month;
                execute 'create table gamification.kept as table '
                    || 'gamification.xp_events_' || v_month;
                execute 'drop table gamification.xp_events_' || v_month;
            end $$
            """
        )
    answers = _at_once(db, 16, lambda c, n: credit(c, f"k{n}", user=ADMINISTRATOR))
    assert [a for a in answers if not isinstance(a, Credited)] == []
    db.rows("insert into gamification.xp_events select * from gamification.kept")
    db.rows("drop table gamification.kept")
    assert problems(db) == []
    closed = db.rows(
        """
        select c.relrowsecurity, c.relacl::text ~ '(anon|authenticated|staff|service_role)=',
            exists (select from pg_policy as p where p.polrelid = c.oid and not p.polpermissive)
        from pg_class as c
        where c.oid = to_regclass(
            'gamification.xp_events_' || to_char(now() at time zone 'UTC', 'YYYYMM')
        )
        """
    )
    assert [(row[0], bool(row[1]), row[2]) for row in closed] == [(True, False, True)]


def test_a_credit_reads_nothing_from_the_journal(db: Database) -> None:
    publish(db, cooldown=0, cap=1_000_000)
    with db.connect() as connection:
        credit(connection, "first")

        def looked() -> object:
            connection.execute("select pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
            return connection.execute(
                "select sum(seq_scan), sum(coalesce(idx_scan, 0)) from pg_stat_all_tables "
                "where relname like 'xp\\_events%'"
            ).fetchone()

        before = looked()
        for n in range(50):
            credit(connection, f"k{n}")
        assert looked() == before
        credit(connection, "first")
        assert looked() != before


def test_retired_months_leave_a_balance_that_adds_up(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        for n in range(5):
            credit(connection, f"k{n}")
        total = account(db)[0]
        # Everything so far happened two months ago.
        connection.execute(
            """
            select util.ensure_partition(
                'gamification.xp_events', (now() - make_interval(months => m))::date
            ) from generate_series(1, 2) as m;
            update gamification.xp_events set created_at = created_at - interval '2 months';
            update gamification.xp_idempotency_keys
            set event_created_at = event_created_at - interval '2 months';
            """
        )
        credit(connection, "now")
        month = "select to_char((now() - interval '2 months') at time zone 'UTC', 'YYYYMM')"
        old = f"gamification.xp_events_{db.value(month)}"
        for _ in range(2):
            connection.execute("select gamification.write_opening_balances(%s)", [old])
            assert problems(db) == []
        connection.execute(f"alter table gamification.xp_events detach partition {old}".encode())
        assert problems(db) == []
        assert account(db)[0] == total + 10
        assert (
            db.value(
                "select sum(xp_delta) from gamification.xp_events where user_id = %s", [LEARNER]
            )
            == total + 10
        )
        with refused("PT410", "xp.event_archived"):
            credit(connection, "k1")
        with refused("PT404", "xp.credit_not_found"):
            reverse(connection, "k1", "back")
        with refused("PT409", "xp.month_not_past"):
            connection.execute(
                "select gamification.write_opening_balances(tableoid) "
                "from gamification.xp_events where source_type = 'test' and action_type = 'done'"
            )
    assert problems(db) == []


# Attackers


CREDITS = [
    "select gamification.credit_xp('{me}', 'lesson', 'completed', 'mine')",
    "select api.credit_xp('{me}', 'lesson', 'completed', 'mine')",
    "select gamification.credit_xp_batch('[]')",
    "select gamification.post_xp('{me}', 'mine', 'a', 'b', 1000, '{}')",
    "select gamification.move_xp('{me}', 1000)",
    "select gamification.unlock_achievement('{me}', 'beta_tester')",
    "select gamification.evaluate_achievements('{me}')",
    "select gamification.advance_quest('{me}', 'daily_practice', 1, 2, 'mine')",
    "select gamification.record_activity_day('{me}')",
    "select gamification.write_opening_balances('gamification.xp_events')",
    "select gamification.fold_season_scores()",
    "select util.enqueue_job('database', 'gamification.fold_seasons')",
    "update gamification.user_xp set total_xp = 1000000",
    "update api.my_stats set total_xp = 1000000",
    "insert into gamification.user_xp (user_id, total_xp) values ('{me}', 5)",
    "delete from gamification.xp_idempotency_keys",
    "select * from gamification.xp_idempotency_keys",
    "update gamification.user_xp set credited_at = '{}', xp_on_day = '{}'",
    "truncate gamification.user_xp",
    "insert into gamification.user_achievements (user_id, achievement_id) "
    "select '{me}', id from gamification.achievement_definitions",
    "update gamification.season_scores set score = 99",
    "update gamification.friend_links set status = 'accepted'",
    "insert into gamification.friend_links (user_id, friend_id, status) "
    "values ('{me}', '00000000-0000-4000-8000-000000000005', 'requested')",
    "select * from gamification.xp_events_{month}",
    "insert into gamification.xp_events_{month} (user_id, seq, source_type, action_type, xp_delta, "
    "xp_before, xp_after, level_before, level_after) values ('{me}', 99, 'a', 'b', 1, 0, 1, 1, 1)",
]


@pytest.mark.parametrize("attack", CREDITS)
@pytest.mark.parametrize("who", [LEARNER, MODERATOR, None])
def test_nobody_credits_themselves(db: Database, who: UUID | None, attack: str) -> None:
    month = db.value("select to_char(now() at time zone 'UTC', 'YYYYMM')")
    me = str(who or LEARNER)
    query = attack.replace("{me}", me).replace("{month}", month)
    with db.request(who) as connection, refused("42501"):
        connection.execute(query.encode())


@pytest.mark.parametrize(
    "attack",
    [
        "select gamification.publish_xp_source('lesson', 'completed', 1000000)",
        "select gamification.end_xp_source('lesson', 'completed')",
        "select gamification.close_season('all-time')",
        "select gamification.reverse_xp('{me}', 'demo:1', 'r', 'k')",
    ],
)
def test_staff_need_the_permission(db: Database, attack: str) -> None:
    query = attack.replace("{me}", str(LEARNER)).encode()
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute(query)
    with db.request(MODERATOR) as connection, refused("PT403"):
        connection.execute(query)


def test_a_temporary_table_fools_no_function(db: Database) -> None:
    with db.request(role="service_role") as connection:
        connection.execute(
            "create temporary table xp_sources (like gamification.xp_sources); "
            "create temporary table user_xp (user_id uuid, total_xp bigint);"
        )
        connection.execute("set local search_path = pg_temp, gamification")
        answer = credit(connection, "k", source="lesson.completed")
        assert answer.xp_delta == 10
