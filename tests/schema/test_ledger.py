"""The XP ledger: what a credit does, what it refuses, and that it happens once."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.ledger import account, credit, problems, publish, reverse, slot


@pytest.fixture
def ledger(db: Database) -> Database:
    """The demo world with a source of 10 XP."""
    publish(db)
    return db


def test_a_credit_moves_the_total_by_what_its_source_is_worth(ledger: Database) -> None:
    before, _, seq = account(ledger)
    with ledger.connect() as connection:
        answer = credit(connection, "k", reference='{"lesson": 1}')
    assert (answer.xp_delta, answer.xp_before, answer.xp_after) == (10, before, before + 10)
    assert not answer.replayed
    assert account(ledger)[::2] == (before + 10, seq + 1)
    assert ledger.rows(
        "select seq, source_type, action_type, source_version, reference from "
        "gamification.xp_events where id = %s",
        [answer.event_id],
    ) == [(seq + 1, "test", "done", 1, {"lesson": 1})]
    assert problems(ledger) == []


def test_credit_xp__same_key__stored_answer(ledger: Database) -> None:
    with ledger.connect() as connection:
        first = credit(connection, "k")
        credit(connection, "another")
        assert credit(connection, "k") == replace(first, replayed=True)
    assert problems(ledger) == []


def test_credit_xp__same_key_next_month__credits_once(ledger: Database) -> None:
    with ledger.connect() as connection:
        first = credit(connection, "k")
    # The event as it would stand had it been made a month ago.
    ledger.rows(
        """
        select util.ensure_partition('gamification.xp_events', (now() - interval '1 month')::date);
        update gamification.xp_events set created_at = created_at - interval '1 month'
        where id = '{0}';
        update gamification.xp_idempotency_keys
        set event_created_at = event_created_at - interval '1 month' where event_id = '{0}'
        """.replace("{0}", str(first.event_id))
    )
    with ledger.connect() as connection:
        assert credit(connection, "k") == replace(first, replayed=True)
    assert ledger.value("select count(distinct tableoid) from gamification.xp_events") == 2
    assert problems(ledger) == []


@pytest.mark.parametrize("other", [{"source": "lesson.completed"}, {"reference": '{"a": 2}'}])
def test_the_same_key_for_another_request_is_an_error(
    ledger: Database, other: dict[str, str]
) -> None:
    with ledger.connect() as connection:
        credit(connection, "k", reference='{"a": 1}')
        with refused("PT409", "idempotency.key_reused"):
            credit(
                connection,
                "k",
                source=other.get("source", "test.done"),
                reference=other.get("reference", '{"a": 1}'),
            )


def test_a_key_belongs_to_its_person(ledger: Database) -> None:
    with ledger.connect() as connection:
        credit(connection, "k")
        assert not credit(connection, "k", user=OTHER_LEARNER).replayed


def test_a_key_of_a_credit_that_was_refused_is_free_again(ledger: Database) -> None:
    with ledger.connect() as connection:
        with refused("PT404", "xp.source_unknown"):
            credit(connection, "k", source="no.such")
        assert not credit(connection, "k").replayed
    assert problems(ledger) == []


@pytest.mark.parametrize("key", ["", "x" * 201, None])
def test_a_key_is_required(ledger: Database, key: str) -> None:
    with ledger.connect() as connection, refused("PT400", "xp.request_invalid"):
        credit(connection, key)


@pytest.mark.parametrize("reference", ["[]", '"x"', "1", "null", None])
def test_a_reference_is_an_object(ledger: Database, reference: str) -> None:
    with ledger.connect() as connection, refused("PT400", "xp.request_invalid"):
        credit(connection, "k", reference=reference)


def test_a_person_is_required_and_must_exist(ledger: Database) -> None:
    with ledger.connect() as connection:
        with refused("PT400", "xp.request_invalid"):
            credit(connection, "k", user=None)
        with refused("PT404", "user.not_found"):
            credit(connection, "k", user=uuid4())


def test_a_reference_has_a_bound(ledger: Database) -> None:
    with ledger.connect() as connection, refused("23514"):
        credit(connection, "k", reference='{"a": "%s"}' % ("x" * 5000))


# Versions


def test_the_version_valid_now_counts(ledger: Database) -> None:
    with ledger.connect() as connection:
        connection.execute("select gamification.publish_xp_source('test', 'done', 25)")
        assert credit(connection, "new").xp_delta == 25
        connection.execute(
            "select gamification.publish_xp_source('test', 'done', 99, "
            "p_valid_from => now() + interval '1 hour')"
        )
        assert credit(connection, "still").xp_delta == 25
        connection.execute("select gamification.end_xp_source('test', 'done')")
        with refused("PT404", "xp.source_unknown"):
            credit(connection, "ended")
        # A caller who repeats an old request gets the old answer.
        assert credit(connection, "new").replayed
    assert ledger.rows(
        "select version, valid_from < valid_to from gamification.xp_sources "
        "where source_type = 'test' order by version"
    ) == [(1, True), (2, True), (3, False)]


def test_versions_do_not_overlap_whoever_writes_them(ledger: Database) -> None:
    again = (
        "insert into gamification.xp_sources (source_type, action_type, slot, version, xp_value) "
        "select source_type, %s, slot, %s, 5 from gamification.xp_sources "
        "where source_type = 'test'"
    )
    with ledger.connect() as connection, refused("23P01"):
        connection.execute(again, ["done", 2])
    # A slot that another source has.
    with ledger.connect() as connection, refused("23505"):
        connection.execute(again, ["other", 1])
    with ledger.connect() as connection, refused("PT409", "xp_source.later_version"):
        connection.execute(
            "select gamification.publish_xp_source('test', 'done', 1, "
            "p_valid_from => now() + interval '1 day'), "
            "gamification.publish_xp_source('test', 'done', 1)"
        )


@pytest.mark.parametrize(
    "arguments",
    [
        "'Bad Name', 'done', 1",
        "'test', 'done', 0",
        "'test', 'done', 1, -1",
        "'test', 'done', 10, 0, 9",
        "'test', 'done', 1, 0, null, now() - interval '1 minute'",
        "'test', 'done', 1, 0, null, null, '[]'",
        "'test', 'done', null",
        "'system', 'reversal', 1",
        "'achievement', 'unlocked', 1",
        "'quest', 'completed', 1",
    ],
)
def test_a_source_must_make_sense(ledger: Database, arguments: str) -> None:
    query = f"select gamification.publish_xp_source({arguments})"
    with ledger.connect() as connection, refused("PT400", "xp_source.invalid"):
        connection.execute(query.encode())


# Cooldown and cap


def test_a_cooldown_refuses_until_it_is_over(db: Database) -> None:
    publish(db, cooldown=60)
    with db.connect() as connection:
        credit(connection, "1")
        with refused("PT409", "xp.cooldown_active"):
            credit(connection, "2")
        assert credit(connection, "1").replayed
        credit(connection, "2", user=OTHER_LEARNER)
        connection.execute(
            "update gamification.user_xp set credited_at[%(slot)s] = now() - interval '60 seconds'",
            {"slot": slot(db)},
        )
        credit(connection, "2")
    assert problems(db) == []


def test_a_cap_counts_a_day_in_utc_and_refuses_what_would_pass_it(db: Database) -> None:
    publish(db, cap=25)
    before, _, _ = account(db)
    with db.connect() as connection:
        connection.execute("set timezone = 'Pacific/Kiritimati'")
        credit(connection, "1")
        credit(connection, "2")
        with refused("PT409", "xp.daily_cap_reached"):
            credit(connection, "3")
        connection.execute(
            "update public.profiles set time_zone = 'Pacific/Kiritimati' where id = %s", [LEARNER]
        )
        with refused("PT409", "xp.daily_cap_reached"):
            credit(connection, "3")
        connection.execute(
            "update gamification.user_xp "
            "set credited_at[%(slot)s] = credited_at[%(slot)s] - interval '1 day'",
            {"slot": slot(db)},
        )
        credit(connection, "3")
    assert account(db)[0] == before + 30
    assert db.rows(
        "select credits, xp_on_day, last_credited_at >= date_trunc('day', now(), 'UTC') "
        "from gamification.user_xp_sources where source_type = 'test'"
    ) == [(3, 10, True)]


def test_a_new_version_keeps_cooldown_and_cap_running(db: Database) -> None:
    publish(db, cap=15)
    with db.connect() as connection:
        credit(connection, "1")
        publish(db, cap=15)
        with refused("PT409", "xp.daily_cap_reached"):
            credit(connection, "2")


def test_a_refused_credit_leaves_nothing(db: Database) -> None:
    publish(db, cooldown=60)
    with db.connect() as connection:
        credit(connection, "1")
        before = account(db)
        with refused("PT409", "xp.cooldown_active"):
            credit(connection, "2")
    assert account(db) == before
    assert problems(db) == []


# Levels


def test_levels_follow_the_total_up_and_down(db: Database) -> None:
    publish(db, value=1000)
    with db.connect() as connection:
        answer = credit(connection, "up", user=INSTRUCTOR)
        assert (answer.xp_after, answer.level_before, answer.level_after) == (1020, 1, 5)
        row = connection.execute(
            "select current_level, current_xp_in_level, next_level_at from gamification.user_xp "
            "where user_id = %s",
            [INSTRUCTOR],
        ).fetchone()
        assert row == (5, 20, 1500)
        down = connection.execute(
            "select xp_after, level_before, level_after from "
            "gamification.reverse_xp(%s, 'up', 'r', 'down')",
            [INSTRUCTOR],
        ).fetchone()
        assert down == (20, 5, 1)
    assert problems(db) == []


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 299, 300, 122_499, 122_500, 10_000_000])
def test_level_info_agrees_with_the_definitions(db: Database, total: int) -> None:
    row = db.rows("select * from gamification.compute_level_info(%s)", [total])[0]
    levels = db.rows("select level, min_xp from gamification.level_definitions order by level")
    level, begins = max((x for x in levels if x[1] <= total), key=lambda x: x[1])
    above = min((x[1] for x in levels if x[1] > total), default=None)
    assert (row[0], row[2], row[3]) == (level, begins, total - begins)
    assert (row[4], row[5]) == (above, None if above is None else above - total)


def test_at_every_threshold_the_account_has_the_level_of_its_total(db: Database) -> None:
    publish(db, value=50)
    with db.connect() as connection:
        for n in range(40):
            answer = credit(connection, f"k{n}", user=MODERATOR)
            level, in_level, above = connection.execute(
                "select current_level, current_xp_in_level, next_level_at "
                "from gamification.user_xp where user_id = %s",
                [MODERATOR],
            ).fetchone() or (0, 0, 0)
            info = connection.execute(
                "select level, xp_in_level, next_level_at from gamification.compute_level_info(%s)",
                [answer.xp_after],
            ).fetchone()
            assert (level, in_level, above) == info
            assert answer.level_after == level


@pytest.mark.parametrize(
    "change",
    [
        "delete from gamification.level_definitions where level = 3",
        "delete from gamification.level_definitions where level = 1",
        "update gamification.level_definitions set min_xp = 5000 where level = 3",
        "insert into gamification.level_definitions (level, min_xp, title) "
        "values (52, 99999999, 'x')",
    ],
)
def test_levels_rise_without_gaps(db: Database, change: str) -> None:
    with db.connect() as connection, refused("PT409", "level.not_rising"):
        connection.execute(change.encode())


def test_levels_may_be_moved_in_one_transaction_and_people_follow(db: Database) -> None:
    level = account(db)[1]
    assert level == 2
    db.rows("update gamification.level_definitions set min_xp = min_xp * 3")
    assert (
        db.value("select count(*) from util.job_queue where kind = 'gamification.follow_levels'")
        == 1
    )
    db.rows("select util.run_due_jobs()")
    assert account(db)[1] == 1
    assert db.value("select gamification.refresh_levels()") == 0


# Reversal


def test_a_reversal_takes_a_credit_back_once(ledger: Database) -> None:
    before = account(ledger)
    with ledger.connect() as connection:
        credit(connection, "k")
        answer = reverse(connection, "k", "back")
        assert answer.xp_delta == -10
        assert reverse(connection, "k", "back") == replace(answer, replayed=True)
        with refused("PT409", "xp.already_reversed"):
            reverse(connection, "k", "again")
        with refused("PT409", "idempotency.key_reused"):
            reverse(connection, "k", "back", reason="another reason")
        with refused("PT404", "xp.credit_not_found"):
            reverse(connection, "back", "reverse the reversal")
        with refused("PT404", "xp.credit_not_found"):
            reverse(connection, "no such", "x")
        with refused("PT400", "xp.reason_required"):
            reverse(connection, "k", "x", reason="  ")
        assert credit(connection, "k").replayed
    assert account(ledger) == (before[0], before[1], before[2] + 2)
    assert problems(ledger) == []
    assert (
        ledger.value("select credits from gamification.user_xp_sources where source_type = 'test'")
        == 0
    )


def test_staff_reverse_with_the_permission_alone(ledger: Database) -> None:
    with ledger.connect() as connection:
        credit(connection, "k")
    with ledger.request(MODERATOR) as connection, refused("PT403", "xp.denied"):
        reverse(connection, "k", "back")
    with ledger.request(ADMINISTRATOR) as connection:
        assert reverse(connection, "k", "back").xp_delta == -10


# Batches


def _batch(connection: psycopg.Connection, credits_: str) -> list[tuple[object, ...]]:
    return connection.execute(
        "select batch_index, xp_delta, replayed, refused "
        "from gamification.credit_xp_batch(%s) order by batch_index",
        [credits_],
    ).fetchall()


def _item(key: str, source: str = "done", user: object = LEARNER) -> str:
    return (
        f'{{"user_id": "{user}", "source_type": "test", "action_type": "{source}", '
        f'"idempotency_key": "{key}"}}'
    )


def test_a_batch_credits_each_and_says_what_it_refused(ledger: Database) -> None:
    with ledger.connect() as connection:
        items = [
            _item("b"),
            _item("a"),
            _item("b"),
            _item("c", "nothing"),
            _item("d", user=uuid4()),
        ]
        assert _batch(connection, f"[{', '.join(items)}]") == [
            (0, 10, False, None),
            (1, 10, False, None),
            (2, 10, True, None),
            (3, None, None, "xp.source_unknown"),
            (4, None, None, "user.not_found"),
        ]
        assert _batch(connection, "[]") == []
    assert problems(ledger) == []


@pytest.mark.parametrize(
    "bad",
    ["{}", "null", "[1]", '[{"user_id": "x"}]', f"[{_item('ok')}, {_item('k', user='nobody')}]"],
)
def test_a_batch_that_makes_no_sense_is_refused_whole(ledger: Database, bad: str) -> None:
    before = account(ledger)
    with ledger.connect() as connection:
        try:
            told = _batch(connection, bad)
        except psycopg.Error as error:
            assert (error.sqlstate, error.diag.message_detail) == ("PT400", "xp.batch_invalid")
        else:
            assert [row[3] for row in told] == ["xp.request_invalid"]
    assert account(ledger) == before


def test_a_batch_has_a_bound(ledger: Database) -> None:
    items = ", ".join(_item(str(n)) for n in range(1001))
    with ledger.connect() as connection, refused("PT400", "xp.batch_invalid"):
        _batch(connection, f"[{items}]")


# The checker


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (
            "update gamification.user_xp set total_xp = total_xp + 1 where user_id = '{0}'",
            "the account differs from its events",
        ),
        (
            "delete from gamification.xp_events where user_id = '{0}' and seq = 2",
            "seq does not follow the event before",
        ),
        (
            "update gamification.xp_events set xp_before = xp_before + 1, xp_after = xp_after + 1 "
            "where user_id = '{0}' and seq = 2",
            "xp_before is not the xp_after of the event before",
        ),
        (
            "delete from gamification.xp_idempotency_keys where user_id = '{0}'",
            "an event without a key",
        ),
        (
            "insert into gamification.xp_idempotency_keys (user_id, key, event_id) "
            "values ('{0}', 'x', gen_random_uuid())",
            "a key without its event",
        ),
        (
            "delete from gamification.xp_idempotency_keys where user_id = '{0}'; "
            "delete from gamification.xp_events where user_id = '{0}'",
            "the account differs from its events",
        ),
    ],
)
def test_the_checker_finds_what_is_wrong(db: Database, fault: str, problem: str) -> None:
    assert problems(db) == []
    db.rows(fault.replace("{0}", str(LEARNER)))
    found = problems(db)
    assert problem in {row[1] for row in found}
    assert {row[0] for row in found} == {LEARNER}
