"""The job queue: who gets which job when, and whose word counts."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import psycopg
import pytest

from tests.support import jobs
from tests.support.concurrently import in_sessions
from tests.support.database import ADMINISTRATOR, LEARNER, MODERATOR, Connection, Database, refused

PAST = datetime(2026, 1, 1, tzinfo=UTC)
FUTURE = datetime(2199, 1, 1, tzinfo=UTC)


def _trust(connection: Connection, seconds: float, walk: float = 1.0) -> None:
    """Let the session trust for so long what its last claim left behind."""
    hint = jobs.value(connection, "select current_setting('util.jobs_q')").split("|")
    until = jobs.value(
        connection, "select extract(epoch from clock_timestamp())::float8 + %s", seconds
    )
    connection.execute(
        "select set_config('util.jobs_q', %s, false)",
        ["|".join([str(until), str(walk), *hint[2:]])],
    )


# Order


def test_jobs_are_claimed_by_priority_then_time_then_as_they_came(db: Database) -> None:
    with db.connect() as connection:
        third = jobs.enqueue(connection)
        fourth = jobs.enqueue(connection)
        second = jobs.enqueue(connection, at=PAST)
        first = jobs.enqueue(connection, priority=5)
        assert [a.job_id for a in jobs.claim(connection, 3)] == [first, second, third]
        assert [a.job_id for a in jobs.claim(connection, 3)] == [fourth]
        assert jobs.claim(connection) == []


def _claimed_at_last(connection: psycopg.Connection) -> list[jobs.Attempt]:
    """Ask until there is something to claim."""
    until = time.monotonic() + 60
    while not (found := jobs.claim(connection, 5)):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def test_a_job_is_not_claimed_before_its_time(db: Database) -> None:
    with db.connect() as connection:
        soon = datetime.now(UTC) + timedelta(seconds=3)
        jobs.enqueue(connection, at=FUTURE, priority=1)
        job = jobs.enqueue(connection, at=soon)
        assert jobs.claim(connection) == []
        assert [a.job_id for a in _claimed_at_last(connection)] == [job]


def test_queues_do_not_see_each_other(db: Database) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection, queue="a.b")
        assert jobs.claim(connection) == []
        assert jobs.claim(connection, queue="a") == []
        assert len(jobs.claim(connection, queue="a.b")) == 1


def test_each_job_is_claimed_by_one_of_many(db: Database) -> None:
    with db.connect() as connection:
        wanted = {jobs.enqueue(connection, priority=n % 3) for n in range(300)}

    def drain(connection: Connection) -> list[int]:
        found: list[int] = []
        while got := jobs.claim(connection, 7):
            found += [a.job_id for a in got]
        return found

    found = [job for part in in_sessions(db, *[drain] * 8) for job in part]
    # Whom others' locks made turn away came before the end.
    with db.connect() as connection:
        found += drain(connection)
    assert sorted(found) == sorted(wanted)


# What a session remembers is only a hint


def test_a_more_urgent_job_is_seen_at_once(db: Database) -> None:
    with db.connect() as connection:
        for _ in range(4):
            jobs.enqueue(connection)
        jobs.claim(connection, 2)
        _trust(connection, 4)
        urgent = [jobs.enqueue(connection, priority=p) for p in (7, 50, 200)]
        assert [a.job_id for a in jobs.claim(connection, 2)] == urgent[:2]
        _trust(connection, 4)
        more = jobs.enqueue(connection, priority=7)
        claimed = [a.job_id for a in jobs.claim(connection, 9)]
        assert (claimed[0], claimed[-1], len(claimed)) == (more, urgent[2], 4)


def test_a_late_commit_is_seen_at_once_where_looking_is_cheap(db: Database) -> None:
    with db.connect() as connection, db.connect() as late:
        late.execute("begin")
        job = jobs.enqueue(late)
        jobs.enqueue(connection)
        jobs.claim(connection)
        late.execute("commit")
        _trust(connection, 4, walk=0.0001)
        assert jobs.claim_one(connection).job_id == job


def test_a_late_commit_is_seen_when_trust_ends(db: Database) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        jobs.claim(connection)
        job = jobs.enqueue(connection, at=PAST)
        _trust(connection, 3)
        assert jobs.claim(connection) == []
        assert [a.job_id for a in _claimed_at_last(connection)] == [job]


@pytest.mark.parametrize("seconds", [60, 1e12])
def test_nothing_is_trusted_for_longer_than_seconds(db: Database, seconds: float) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        jobs.claim(connection)
        job = jobs.enqueue(connection, at=PAST)
        _trust(connection, seconds)
        assert jobs.claim_one(connection).job_id == job


def test_a_walk_from_the_start_is_trusted_for_twenty_times_as_long(db: Database) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        before = time.time()
        jobs.claim(connection)
        after = time.time()
        hint = jobs.value(connection, "select current_setting('util.jobs_q')").split("|")
        until, walk = float(hint[0]), float(hint[1])
        assert before <= until - 20 * walk <= after


def test_claims_write_to_no_index(db: Database) -> None:
    with db.connect() as connection:
        for _ in range(200):
            jobs.enqueue(connection)
        assert len(jobs.claim(connection, 200)) == 200
        connection.execute("select pg_stat_force_next_flush()")
        rows = connection.execute(
            "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables "
            "where relid = 'util.job_queue'::regclass"
        ).fetchall()
    assert rows == [(200, 200)]


# Leases


def test_a_claim_is_a_new_attempt_with_a_token_of_its_own(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection, payload={"a": 1})
        first = jobs.claim_one(connection)
        assert (first.job_id, first.payload, first.attempt) == (job, {"a": 1}, 1)
        assert jobs.claim(connection) == []
        jobs.lapse(connection)
        second = jobs.claim_one(connection)
        assert (second.job_id, second.attempt) == (job, 2)
        assert second.lease_token != first.lease_token
        assert jobs.outcomes(connection, job) == ["expired"]


ZOMBIES = (
    "select util.complete_job(%s, %s)",
    "select util.heartbeat_job(%s, %s)",
    "select util.fail_job(%s, %s, 'x')",
    "select util.run_job(%s, %s)",
)


@pytest.mark.parametrize("call", ZOMBIES)
def test_a_zombie_has_no_say(db: Database, call: str) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection)
        zombie = jobs.claim_one(connection)
        jobs.lapse(connection)
        jobs.claim_one(connection)
        for token in (zombie.lease_token, uuid4(), None):
            with refused("PT409", "job.lease_lost"):
                connection.execute(call.encode(), [job, token])
        assert jobs.value(
            connection,
            "select util.complete_jobs(%s, %s)",
            *([job, job], [zombie.lease_token, uuid4()]),
        ) == [job, job]
        rows = connection.execute("select status, attempts from util.job_queue").fetchall()
        assert rows == [("running", 2)]


def test_a_heartbeat_prolongs(db: Database) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        attempt = jobs.claim_one(connection)
        until = jobs.value(
            connection,
            "select util.heartbeat_job(%s, %s, '1 hour')",
            *(attempt.job_id, attempt.lease_token),
        )
        assert until > attempt.lease_expires_at + timedelta(minutes=50)
        assert jobs.value(connection, "select util.reap_expired_jobs()") == 0
        for lease in ("0 s", "-1 hour", "8 days", None):
            with refused("PT400", "job.lease_invalid"):
                connection.execute(
                    "select util.heartbeat_job(%s, %s, %s)",
                    [attempt.job_id, attempt.lease_token, lease],
                )


def test_a_late_worker_may_finish_what_nobody_else_began(db: Database) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        attempt = jobs.claim_one(connection)
        jobs.lapse(connection)
        assert jobs.complete(connection, attempt)


def test_the_same_completion_again_gets_the_same_answer(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection)
        attempt = jobs.claim_one(connection)
        call = "select util.complete_job(%s, %s, '{\"n\": 1}')"
        arguments = [job, attempt.lease_token]
        assert connection.execute(call.encode(), arguments).fetchone() == (True,)
        assert connection.execute(call.encode(), arguments).fetchone() == (False,)
        assert (
            jobs.value(
                connection, "select util.complete_jobs(%s, %s)", [job], [attempt.lease_token]
            )
            == []
        )
        rows = connection.execute("select outcome, result, attempt from util.job_runs").fetchall()
        assert rows == [("completed", {"n": 1}, 1)]
        assert connection.execute("select from util.job_queue").fetchall() == []


def test_what_failed_is_not_completed_by_asking_again(db: Database) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        attempt = jobs.claim_one(connection)
        jobs.fail(connection, attempt)
        with refused("PT409", "job.lease_lost"):
            jobs.complete(connection, attempt)


def test_many_are_completed_at_once_and_the_lost_ones_named(db: Database) -> None:
    with db.connect() as connection:
        for _ in range(5):
            jobs.enqueue(connection)
        got = jobs.claim(connection, 5)
        ids = [a.job_id for a in got]
        tokens = [a.lease_token for a in got[:4]] + [uuid4()]
        assert jobs.value(connection, "select util.complete_jobs(%s, %s)", ids, tokens) == ids[4:]
        left = connection.execute("select id from util.job_queue").fetchall()
        assert left == [(ids[4],)]
        assert jobs.value(connection, "select util.complete_jobs('{}', '{}')") == []


# Failures


def _set(db: Database, name: str, value: int) -> None:
    db.rows(
        "update util.settings set value = %s where schema = 'util' and key = 'jobs.' || %s",
        [value, name],
    )


def test_no_pause_is_longer_than_the_cap_and_its_jitter(db: Database) -> None:
    _set(db, "retry_base_seconds", 600)
    _set(db, "retry_cap_seconds", 60)
    _set(db, "retry_jitter_percent", 0)
    assert db.value("select util.retry_delay(1)").total_seconds() == 60


def test_failures_pause_twice_as_long_each_time_up_to_a_cap(db: Database) -> None:
    _set(db, "retry_base_seconds", 10)
    _set(db, "retry_cap_seconds", 50)
    with db.connect() as connection:
        for attempt, pause in ((1, 10), (2, 20), (3, 40), (4, 50), (100, 50)):
            delays = {
                jobs.value(connection, "select util.retry_delay(%s)", attempt).total_seconds()
                for _ in range(50)
            }
            assert len(delays) > 10
            assert pause <= min(delays) <= max(delays) <= 1.25 * pause
        jobs.enqueue(connection)
        claimed = jobs.claim_one(connection)
        connection.execute(
            "select util.fail_job(%s, %s, 'x')", [claimed.job_id, claimed.lease_token]
        )
        pause = jobs.value(
            connection,
            "select extract(epoch from run_at - (select finished_at from util.job_runs))::float8 "
            "from util.job_queue",
        )
        assert 9 < pause < 12.5


def test_a_job_dies_with_its_last_attempt_and_can_be_revived(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection, attempts=2, key="a")
        assert jobs.fail(connection, jobs.claim_one(connection)) == "ready"
        assert jobs.fail(connection, jobs.claim_one(connection), "x" * 9000) == "dead"
        assert jobs.claim(connection) == []
        assert jobs.outcomes(connection, job) == ["failed", "dead"]
        assert jobs.value(connection, "select length(last_error) from util.job_queue") == 8000
        connection.execute("select util.retry_dead_job(%s)", [job])
        with refused("PT404", "job.not_dead"):
            connection.execute("select util.retry_dead_job(%s)", [job])
        attempt = jobs.claim_one(connection)
        assert (attempt.job_id, attempt.attempt) == (job, 1)
        assert jobs.complete(connection, attempt)


def test_a_dead_job_is_not_revived_beside_its_like(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection, attempts=1, key="a")
        jobs.fail(connection, jobs.claim_one(connection))
        jobs.enqueue(connection, key="a")
        with refused("PT409", "job.waits_already"):
            connection.execute("select util.retry_dead_job(%s)", [job])


def test_a_lost_attempt_counts_and_the_last_one_kills(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection, attempts=2)
        jobs.claim_one(connection)
        jobs.lapse(connection)
        assert jobs.value(connection, "select util.reap_expired_jobs()") == 1
        jobs.claim_one(connection)
        jobs.lapse(connection)
        assert jobs.claim(connection) == []
        assert jobs.value(connection, "select util.reap_expired_jobs()") == 1
        assert jobs.value(connection, "select util.reap_expired_jobs()") == 0
        assert jobs.outcomes(connection, job) == ["expired", "dead"]
        assert jobs.value(connection, "select status from util.job_queue") == "dead"


@pytest.mark.parametrize("at", ["infinity", "-infinity"])
def test_a_retry_has_a_time(db: Database, at: str) -> None:
    with db.connect() as connection:
        jobs.enqueue(connection)
        attempt = jobs.claim_one(connection)
        with refused("PT400", "job.retry_invalid"):
            connection.execute(
                "select util.fail_job(%s, %s, 'x', %s)", [attempt.job_id, attempt.lease_token, at]
            )


# Unique keys


def test_work_that_waits_is_not_asked_for_twice(db: Database) -> None:
    with db.connect() as connection:
        first = jobs.enqueue(connection, key="a")
        assert jobs.enqueue(connection, key="a", payload={"other": 1}) == first
        others = {jobs.enqueue(connection, key="b"), jobs.enqueue(connection, "k", "p", key="a")}
        assert first not in others
        jobs.claim(connection, 2)
        second = jobs.enqueue(connection, key="a")
        assert second not in {first, *others}


def test_one_of_many_requests_at_once_makes_the_job(db: Database) -> None:
    for round_ in range(5):
        ids = in_sessions(db, *[partial(jobs.enqueue, key=f"k{round_}")] * 16)
        assert len(set(ids)) == 1
    assert db.value("select count(*) from util.job_queue") == 5


def test_requests_and_claims_at_once_lose_nothing(db: Database) -> None:
    """A run begins after each request was committed."""

    def ask(connection: Connection) -> None:
        for _ in range(60):
            with connection.transaction():
                connection.execute("insert into public_asked default values")
                jobs.enqueue(connection, key="sum")

    def serve(connection: Connection) -> None:
        idle = 0
        while idle < 20:
            with connection.transaction():
                for attempt in jobs.claim(connection):
                    connection.execute("update served set n = (select count(*) from public_asked)")
                    jobs.complete(connection, attempt)
                    idle = -1
            idle += 1
            time.sleep(0.01)

    db.rows("create schema t; create table t.public_asked (id bigint generated always as identity)")
    db.rows("create table t.served (n bigint); insert into t.served values (0)")
    db.rows(f"alter role {db.owner} in database {db.name} set search_path = t")
    assert in_sessions(db, *[serve] * 2, *[ask] * 6) == [None] * 8
    assert db.value("select n from t.served") == 360
    assert db.value("select count(*) from util.job_queue") == 0


def test_a_failed_job_takes_its_key_back_unless_its_like_waits(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection, key="a")
        assert jobs.fail(connection, jobs.claim_one(connection)) == "ready"
        assert jobs.enqueue(connection, key="a") == job
        attempt = jobs.claim_one(connection)
        newer = jobs.enqueue(connection, key="a", at=FUTURE)
        assert jobs.fail(connection, attempt) == "superseded"
        assert jobs.outcomes(connection, job) == ["failed", "superseded"]
        assert connection.execute("select id from util.job_queue").fetchall() == [(newer,)]


def test_a_request_waits_for_a_claim_that_is_not_committed(db: Database) -> None:
    with db.connect() as connection, db.connect() as other, ThreadPoolExecutor(1) as pool:
        job = jobs.enqueue(connection, key="a")
        connection.execute("begin")
        jobs.claim_one(connection)
        asked = pool.submit(jobs.enqueue, other, key="a")
        db.catch("select util.enqueue_job")
        assert not asked.done()
        connection.execute("commit")
        assert asked.result() != job


def test_a_job_asked_for_again_is_not_begun_before_that_is_committed(db: Database) -> None:
    with db.connect() as connection, db.connect() as other:
        job = jobs.enqueue(connection, key="a")
        other.execute("begin")
        assert jobs.enqueue(other, key="a") == job
        connection.execute("set statement_timeout = '5s'")
        assert jobs.claim(connection) == []
        other.execute("commit")
        assert jobs.claim_one(connection).job_id == job


# Arguments


@pytest.mark.parametrize(
    "arguments",
    [
        "'', 'k'",
        "null, 'k'",
        "'Q', 'k'",
        "'q', 'k;'",
        "'q', repeat('k', 101)",
        "'q', 'k', '[]'",
        "'q', 'k', null",
        "'q', 'k', jsonb_build_object('a', repeat('x', 70000))",
        "'q', 'k', '{}', 'infinity'",
        "'q', 'k', '{}', null, -1",
        "'q', 'k', '{}', null, 1001",
        "'q', 'k', '{}', null, 100, ''",
        "'q', 'k', '{}', null, 100, repeat('x', 201)",
        "'q', 'k', '{}', null, 100, null, 0",
        "'q', 'k', '{}', null, 100, null, 101",
    ],
)
def test_what_is_not_a_job_is_refused(db: Database, arguments: str) -> None:
    with db.connect() as connection, refused("PT400", "job.invalid"):
        connection.execute(f"select util.enqueue_job({arguments})".encode())


@pytest.mark.parametrize(
    "arguments",
    [
        "'Q', 'w'",
        "null, 'w'",
        "'q', ''",
        "'q', null",
        "'q', 'w', 0",
        "'q', 'w', 1001",
        "'q', 'w', null",
        "'q', 'w', 1, '0 s'",
        "'q', 'w', 1, '8 days'",
        "'q', 'w', 1, null",
    ],
)
def test_what_is_not_a_claim_is_refused(db: Database, arguments: str) -> None:
    with db.connect() as connection, refused("PT400", "job.claim_invalid"):
        connection.execute(f"select util.claim_jobs({arguments})".encode())


# Who may


CALLS = (
    "select util.enqueue_job('q', 'k')",
    "select util.claim_jobs('q', 'w')",
    "select util.heartbeat_job(1, gen_random_uuid())",
    "select util.complete_job(1, gen_random_uuid())",
    "select util.complete_jobs('{1}', array[gen_random_uuid()])",
    "select util.fail_job(1, gen_random_uuid(), 'x')",
    "select util.run_job(1, gen_random_uuid())",
    "select util.retry_dead_job(1)",
    "select util.reap_expired_jobs()",
    "select util.enqueue_due_schedules()",
    "select util.run_due_jobs()",
    "select util.schedule_with_pg_cron()",
    "select util.purge_job_runs('{}')",
    "select util.notify_workers('q')",
    "select * from util.job_queue",
    "select * from util.job_runs",
    "select * from util.job_handlers",
    "select * from util.cron_schedules",
    "delete from util.job_queue",
    "insert into util.settings values ('util', 'x', 1, 'count', 0, 9, 'x', 'job.manage')",
    "delete from util.settings",
    "update util.settings set max_value = 9",
    "insert into util.job_handlers values ('x', 'util.purge_job_runs')",
)


@pytest.mark.parametrize("call", CALLS)
def test_people_have_no_way_to_the_queue(db: Database, call: str) -> None:
    for user in (None, LEARNER, MODERATOR, ADMINISTRATOR):
        with db.request(user) as connection, refused("42501"):
            connection.execute(call.encode())


def test_a_service_works_the_queue_through_its_functions_alone(db: Database) -> None:
    with db.request(role="service_role") as connection:
        jobs.enqueue(connection)
        assert jobs.complete(connection, jobs.claim_one(connection))
        connection.execute("update util.settings set value = 1 where key = 'jobs.keep_runs_days'")
        connection.execute(
            "insert into util.cron_schedules (name, cron, kind) values ('a', '* * * * *', 'k')"
        )
    for call in (
        "update util.job_queue set priority = 0",
        "delete from util.job_runs",
        "insert into util.job_handlers values ('x', 'util.purge_job_runs')",
        "update util.settings set max_value = 9",
    ):
        with db.request(role="service_role") as connection, refused("42501"):
            connection.execute(call.encode())


# Notifications


def _heard(connection: Connection, expected: int = 0) -> list[str]:
    """What is told until so many came, and a moment longer."""
    heard: list[str] = []
    while len(heard) < expected:
        found = [n.payload for n in connection.notifies(timeout=30, stop_after=1)]
        assert found
        heard += found
    return heard + [n.payload for n in connection.notifies(timeout=0.1)]


def test_workers_are_told_of_jobs_that_are_due_but_not_of_each(db: Database) -> None:
    with db.connect() as connection, db.connect() as listener:
        listener.execute("listen util_jobs")
        jobs.enqueue(connection, at=FUTURE)
        assert _heard(listener) == []
        connection.execute("begin")
        for _ in range(3):
            jobs.enqueue(connection)
        connection.execute("commit")
        assert _heard(listener, 1) == ["q"]
        time.sleep(0.15)
        jobs.enqueue(connection)
        jobs.enqueue(connection)
        jobs.enqueue(connection, queue="other")
        assert _heard(listener, 2) == ["q", "other"]


# History


def test_runs_are_forgotten_when_the_settings_say_so(db: Database) -> None:
    _set(db, "keep_runs_days", 3)
    with db.connect() as connection:
        for _ in range(3):
            jobs.enqueue(connection)
            jobs.complete(connection, jobs.claim_one(connection))
        connection.execute(
            "update util.job_runs set finished_at = now() - interval '73 hours' "
            "where job_id in (select job_id from util.job_runs order by job_id limit 2)"
        )
        assert jobs.value(connection, "select util.purge_job_runs('{}')") == {"removed": 2}
        assert jobs.value(connection, "select count(*) from util.job_runs") == 1


def test_nobody_writes_what_cannot_be(db: Database) -> None:
    for change in ("status = 'running'", "status = 'odd'", "died_at = now()", "attempts = 11"):
        with db.connect() as connection, pytest.raises(psycopg.errors.CheckViolation):
            jobs.enqueue(connection)
            connection.execute(f"update util.job_queue set {change}".encode())
