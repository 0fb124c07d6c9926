"""Seasons: scores folded from the journal, ranks that add up, pages around a player, the end."""

from __future__ import annotations

import random
import threading
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.ledger import credit, publish, reverse

_SCORES = b"""
    select s.user_id, s.score, e.xp
    from gamification.season_scores as s
    inner join gamification.seasons as n on s.season_id = n.id
    cross join lateral (
        select coalesce(sum(x.xp_delta), 0) as xp from gamification.xp_events as x
        where x.user_id = s.user_id and x.created_at >= n.starts_at
            and (n.ends_at is null or x.created_at < n.ends_at)
    ) as e
    where s.score <> e.xp
"""
_COUNTS = b"""
    select season_id, width, bucket, c.players, r.players
    from gamification.season_score_counts as c
    full join (
        select s.season_id, w.width, s.score >> w.width as bucket, count(*) as players
        from gamification.season_scores as s
        cross join (values (0), (6), (12), (18), (24), (30)) as w (width)
        group by 1, 2, 3
    ) as r using (season_id, width, bucket)
    where c.players is distinct from r.players
"""


def _fold(db: Database) -> int:
    return int(db.value("select gamification.fold_season_scores()"))


def _check(db: Database) -> list[tuple[object, ...]]:
    """Scores that differ from the journal, counts that differ from scores."""
    with db.connect() as connection:
        return connection.execute(_SCORES).fetchall() + connection.execute(_COUNTS).fetchall()


def _season(db: Database, key: str, starts: str, ends: str | None = None) -> None:
    db.rows(
        "insert into gamification.seasons (key, title, starts_at, ends_at) "
        "values (%s, 'x', now() + %s::interval, now() + %s::interval)",
        [key, starts, ends],
    )


def _players(db: Database, count: int, scores: list[int]) -> list[UUID]:
    """People with scores in the season all-time, as a fold would leave them."""
    people = [UUID(int=0x9000_4000_8000 << 64 | n) for n in range(count)]
    with db.connect() as connection:
        connection.execute(
            """
            with given as (
                select p.id, p.score, p.n
                from unnest(%s::uuid[], %s::bigint[]) with ordinality as p (id, score, n)
            ), person as (
                insert into public.profiles (id, username, display_name, is_public)
                select id, 'player_' || n, 'Player', true from given
            ), account as (
                insert into gamification.user_xp (user_id, total_xp) select id, 0 from given
            )
            insert into gamification.season_scores (
                season_id, user_id, score, folded_seq, folded_at
            )
            select s.id, g.id, g.score, 0, now() from given as g, gamification.seasons as s
            where s.key = 'all-time'
            """,
            [people, scores],
        )
        connection.execute(
            "select gamification.recount_season(s.id, '{}', %s) from gamification.seasons as s "
            "where s.key = 'all-time'",
            [scores],
        )
    return people


def _page(
    connection: psycopg.Connection, size: int, around: UUID | None = None
) -> list[tuple[int, int, UUID | None]]:
    return connection.execute(
        "select rank, score, user_id from gamification.leaderboard('all-time', %s, %s)",
        [size, around],
    ).fetchall()


def test_scores_follow_the_journal(db: Database) -> None:
    publish(db)
    _season(db, "week", "-1 day", "1 day")
    _season(db, "later", "1 day")
    _fold(db)
    assert _fold(db) == 0
    with db.connect() as connection:
        for n in range(3):
            credit(connection, f"k{n}")
        reverse(connection, "k1", "back")
    assert _fold(db) == 2
    assert _check(db) == []
    assert (
        db.value(
            "select count(*) from gamification.season_scores as s "
            "inner join gamification.seasons as n on s.season_id = n.id where n.key = 'later'"
        )
        == 0
    )


def test_a_season_counts_its_own_events_alone(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        credit(connection, "before")
        connection.execute(
            "update gamification.xp_events set created_at = created_at - interval '1 second'; "
            "update gamification.xp_idempotency_keys "
            "set event_created_at = event_created_at - interval '1 second'"
        )
        _season(db, "new", "0")
        credit(connection, "in")
    _fold(db)
    assert db.rows(
        "select s.score from gamification.season_scores as s "
        "inner join gamification.seasons as n on s.season_id = n.id "
        "where n.key = 'new' and s.user_id = %s",
        [LEARNER],
    ) == [(10,)]
    assert _check(db) == []


def test_an_event_that_began_long_ago_is_not_missed(db: Database) -> None:
    publish(db)
    _fold(db)
    with db.connect() as connection:
        credit(connection, "late")
        # Its transaction began three days before the last fold.
        connection.execute(
            """
            update gamification.xp_events set created_at = created_at - interval '3 days'
            where action_type = 'done';
            update gamification.xp_idempotency_keys
            set event_created_at = event_created_at - interval '3 days' where key = 'late'
            """
        )
    assert _fold(db) == 1
    assert _check(db) == []


def test_folds_at_once_and_credits_meanwhile_lose_nothing(db: Database) -> None:
    publish(db)
    stop = threading.Event()

    def fold() -> None:
        while not stop.is_set():
            _fold(db)

    def work(n: int) -> None:
        with db.connect() as connection:
            for i in range(60):
                credit(connection, f"{n}:{i}", user=[LEARNER, INSTRUCTOR, MODERATOR][i % 3])

    folders = [threading.Thread(target=fold) for _ in range(3)]
    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in (*folders, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    stop.set()
    for thread in folders:
        thread.join()
    _fold(db)
    assert _check(db) == []


def test_a_fold_waits_for_another_and_counts_nobody_twice(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        credit(connection, "k")
    folded: list[int] = []
    with db.connect() as first:
        first.execute("begin")
        first.execute("select gamification.fold_season_scores()")
        second = threading.Thread(target=lambda: folded.append(_fold(db)))
        second.start()
        second.join(0.5)
        assert second.is_alive()
        first.execute("commit")
        second.join(30)
    assert folded == [0]
    assert _check(db) == []


def test_a_fold_has_a_limit_and_goes_on_from_there(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        for user in (LEARNER, OTHER_LEARNER, INSTRUCTOR, MODERATOR):
            credit(connection, "k", user=user)
    folded = [db.value("select gamification.fold_season_scores(null, 3)") for _ in range(3)]
    assert folded == [3, 1, 0]
    assert _check(db) == []


@pytest.mark.parametrize("most", [3, 100, 70_000, 5_000_000_000])
def test_ranks_on_every_page_are_those_of_all_players(db: Database, most: int) -> None:
    lot = random.Random(most)  # noqa: S311 (no secret)
    people = _players(db, 150, [lot.randrange(-most // 10, most) for _ in range(150)])
    with db.connect() as connection:
        assert connection.execute(_COUNTS).fetchall() == []
    expected = db.rows(
        "select rank() over (order by score desc), score, user_id "
        "from gamification.season_scores order by score desc, user_id desc"
    )
    db.rows("update public.profiles set is_public = true where id <> %s", [ADMINISTRATOR])
    with db.connect() as connection:
        assert _page(connection, 100) == expected[:100]
        for person in lot.sample(people, 12):
            position = [row[2] for row in expected].index(person)
            for size in (1, 2, 7, 20):
                first = max(0, position - (size - 1) // 2)
                last = position + size - (size - 1) // 2
                assert _page(connection, size, person) == expected[first:last]


def test_who_does_not_want_to_be_seen_has_a_rank_and_no_name(db: Database) -> None:
    hidden = db.rows("select user_id from api.people_stats where user_id = %s", [OTHER_LEARNER])
    assert hidden
    with db.request(LEARNER) as connection:
        rows = connection.execute(
            "select user_id, username, display_name, is_me from api.leaderboard('all-time') "
            "order by score desc"
        ).fetchall()
        assert rows == [
            (LEARNER, "learner_one", "Learner One", True),
            (INSTRUCTOR, "instructor", "Instructor", False),
            (None, None, None, False),
        ]
        with refused("PT404", "leaderboard.player_not_found"):
            connection.execute("select * from api.leaderboard('all-time', 5, %s)", [OTHER_LEARNER])
    with db.request(OTHER_LEARNER) as connection:
        row = connection.execute(
            "select user_id, is_me from api.leaderboard('all-time', 1, %s)", [OTHER_LEARNER]
        ).fetchone()
        assert row == (OTHER_LEARNER, True)
    with db.request() as connection, refused("42501"):
        connection.execute("select * from api.leaderboard('all-time')")


@pytest.mark.parametrize("size", [0, 101, -1, None])
def test_a_page_has_a_bound(db: Database, size: int) -> None:
    with db.connect() as connection, refused("PT400", "leaderboard.page_invalid"):
        _page(connection, size)


def test_a_season_that_has_not_begun_has_no_board(db: Database) -> None:
    _season(db, "later", "1 day")
    for key in ("later", "no such"):
        with db.connect() as connection, refused("PT404", "season.not_found"):
            connection.execute("select * from gamification.leaderboard(%s)", [key])


def test_a_closed_season_has_final_ranks_and_rests(db: Database) -> None:
    publish(db)
    _season(db, "past", "-2 hours", "1 hour")
    rewards = [{"up_to_rank": 2, "reward": "silver"}, {"up_to_rank": 1, "reward": "gold"}]
    db.rows("update gamification.seasons set rewards = %s where key = 'past'", [Jsonb(rewards)])
    with db.connect() as connection:
        for user, times in ((MODERATOR, 20), (ADMINISTRATOR, 20)):
            for n in range(times):
                credit(connection, f"k{n}", user=user)
        with refused("PT409", "season.not_ended"):
            connection.execute("select gamification.close_season('past')")
        connection.execute(
            "update gamification.seasons set ends_at = now(), "
            "starts_at = now() - interval '2 hours' where key = 'past'"
        )
        connection.execute("update util.settings set value = 0 where key like 'seasons.%%'", [])
        credit(connection, "after the end", user=MODERATOR)
        closed = connection.execute("select gamification.close_season('past')").fetchone()
        assert connection.execute("select gamification.close_season('past')").fetchone() == closed
        final = connection.execute(
            "select s.final_rank, s.score, s.reward from gamification.season_scores as s "
            "inner join gamification.seasons as n on s.season_id = n.id where n.key = 'past' "
            "order by s.final_rank, s.score"
        ).fetchall()
        assert final[:3] == [(1, 205, "gold"), (2, 200, "silver"), (2, 200, "silver")]
        assert all(reward is None for _, _, reward in final[3:])
        _fold(db)
        again = connection.execute(
            "select max(s.score) from gamification.season_scores as s "
            "inner join gamification.seasons as n on s.season_id = n.id where n.key = 'past'"
        ).fetchone()
        assert again == (205,)


@pytest.mark.parametrize(
    "rewards",
    [
        {},
        [1],
        [{"up_to_rank": 0, "reward": "x"}],
        [{"up_to_rank": "1", "reward": ""}],
        [{"up_to_rank": 1}],
        [{"up_to_rank": 1, "reward": "x", "xp": 5}],
    ],
)
def test_rewards_of_ranks_must_make_sense(db: Database, rewards: object) -> None:
    with db.connect() as connection, refused("23514"):
        connection.execute(
            "update gamification.seasons set rewards = %s where key = 'all-time'", [Jsonb(rewards)]
        )


def test_the_job_folds_each_minute(db: Database) -> None:
    publish(db)
    with db.connect() as connection:
        credit(connection, "k")
    db.rows("update util.cron_schedules set next_run_at = now() - interval '1 second'")
    db.rows("select util.run_due_jobs()")
    assert _fold(db) == 0
    assert _check(db) == []
