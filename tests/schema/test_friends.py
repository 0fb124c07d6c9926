"""Friends: requests, answers, limits, and what nobody can do to another."""

from __future__ import annotations

import random
from functools import partial
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from tests.support.concurrently import together
from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)


def _do(db: Database, user: UUID, what: str, other: UUID) -> object:
    with db.request(user) as connection:
        query = sql.SQL("select {}(%s)").format(sql.Identifier("api", f"{what}_friend"))
        row = connection.execute(query, [other]).fetchone()
    assert row
    return row[0]


def _links(db: Database, user: UUID) -> set[tuple[UUID, str]]:
    with db.request(user) as connection:
        return set(connection.execute("select friend_id, status from api.my_friends").fetchall())


@pytest.fixture
def strangers(db: Database) -> Database:
    """Nobody knows anybody, and everybody but the administrator wants to be seen."""
    db.rows("delete from gamification.friend_links")
    db.rows("update public.profiles set is_public = true where id <> %s", [ADMINISTRATOR])
    return db


def test_a_request_is_made_accepted_and_ended(strangers: Database) -> None:
    assert _do(strangers, LEARNER, "request", INSTRUCTOR) == "requested"
    assert _do(strangers, LEARNER, "request", INSTRUCTOR) == "requested"
    assert _links(strangers, LEARNER) == {(INSTRUCTOR, "requested")}
    assert _links(strangers, INSTRUCTOR) == {(LEARNER, "received")}
    assert _do(strangers, INSTRUCTOR, "accept", LEARNER) == "accepted"
    assert _do(strangers, INSTRUCTOR, "accept", LEARNER) == "accepted"
    assert _links(strangers, LEARNER) == {(INSTRUCTOR, "accepted")}
    assert _do(strangers, LEARNER, "remove", INSTRUCTOR) is True
    assert _do(strangers, LEARNER, "remove", INSTRUCTOR) is False
    assert _links(strangers, INSTRUCTOR) == set()


def test_nobody_accepts_their_own_request(strangers: Database) -> None:
    _do(strangers, LEARNER, "request", INSTRUCTOR)
    with refused("PT404", "friend.request_not_found"):
        _do(strangers, LEARNER, "accept", INSTRUCTOR)
    with refused("PT400", "friend.oneself"):
        _do(strangers, LEARNER, "request", LEARNER)


def test_two_who_ask_each_other_at_once_are_friends(strangers: Database) -> None:
    for _ in range(10):
        strangers.rows("delete from gamification.friend_links")
        answers = together(
            partial(_do, strangers, LEARNER, "request", INSTRUCTOR),
            partial(_do, strangers, INSTRUCTOR, "request", LEARNER),
        )
        assert sorted(map(str, answers)) == ["accepted", "requested"]
        assert _links(strangers, LEARNER) == {(INSTRUCTOR, "accepted")}


def test_who_is_hidden_and_who_does_not_exist_are_the_same(strangers: Database) -> None:
    for other in (ADMINISTRATOR, uuid4()):
        with refused("PT404", "user.not_found"):
            _do(strangers, LEARNER, "request", other)


def test_who_is_hidden_may_be_answered(strangers: Database) -> None:
    assert _do(strangers, ADMINISTRATOR, "request", LEARNER) == "requested"
    assert _do(strangers, LEARNER, "request", ADMINISTRATOR) == "accepted"


def test_the_suspended_make_no_friends(strangers: Database) -> None:
    strangers.rows("update public.profiles set status = 'suspended' where id = %s", [LEARNER])
    for what in ("request", "accept", "remove"):
        with refused("PT403", "user.not_active"):
            _do(strangers, LEARNER, what, INSTRUCTOR)


def test_limits_hold_for_many_at_once(strangers: Database) -> None:
    strangers.rows("update util.settings set value = 2 where key like 'friends.%'")
    people = [OTHER_LEARNER, INSTRUCTOR, MODERATOR]
    answers = together(*(partial(_do, strangers, LEARNER, "request", person) for person in people))
    assert sorted(map(str, answers)) == ["friend.too_many_requests", "requested", "requested"]
    strangers.rows("update util.settings set value = 1 where key = 'friends.max'")
    asked = [person for person in people if (LEARNER, "received") in _links(strangers, person)]
    assert _do(strangers, asked[0], "accept", LEARNER) == "accepted"
    with refused("PT409", "friend.too_many"):
        _do(strangers, asked[1], "accept", LEARNER)


def test_both_rows_of_a_link_agree_whatever_was_done(strangers: Database) -> None:
    people = [LEARNER, OTHER_LEARNER, INSTRUCTOR, MODERATOR]

    def act(seed: int) -> None:
        lot = random.Random(seed)  # noqa: S311 (no secret)
        for _ in range(40):
            one, other = lot.sample(people, 2)
            try:
                _do(strangers, one, lot.choice(["request", "accept", "remove"]), other)
            except psycopg.Error as error:
                assert error.diag.message_detail == "friend.request_not_found", error

    assert together(*(partial(act, n) for n in range(6))) == [None] * 6
    assert (
        strangers.rows(
            """
        select a.user_id, a.friend_id, a.status, b.status
        from gamification.friend_links as a
        left join gamification.friend_links as b
            on a.user_id = b.friend_id and a.friend_id = b.user_id
        where (a.status, b.status) not in
            (('accepted', 'accepted'), ('requested', 'received'), ('received', 'requested'))
            or b.status is null
        """
        )
        == []
    )
