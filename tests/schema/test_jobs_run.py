"""Jobs that the database runs itself: their effect happens once or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import jobs
from tests.support.concurrently import in_sessions
from tests.support.database import Database, refused

INSERT = "insert into app.effects values (payload ->> 'n');"


def test_a_handler_s_effect_and_the_completion_are_one(db: Database) -> None:
    jobs.handler(db, INSERT)
    with db.connect() as connection:
        job = jobs.enqueue(connection, "app.work", payload={"n": "1"})
        attempt = jobs.claim_one(connection)
        assert jobs.run(connection, attempt) == {"outcome": "completed", "result": {"n": "1"}}
        with refused("PT409", "job.lease_lost"):
            jobs.run(connection, attempt)
        assert jobs.outcomes(connection, job) == ["completed"]
    assert jobs.effects(db) == ["1"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (INSERT + "raise sqlstate 'PT409' using message = 'no', detail = 'app.no';", "app.no"),
        (INSERT + "perform 1 / 0;", "22012"),
        # The unique constraint is deferred to the commit.
        (INSERT + INSERT, "23505"),
    ],
)
def test_a_handler_that_fails_leaves_its_error_and_nothing_else(
    db: Database, body: str, error: str
) -> None:
    jobs.handler(db, body)
    with db.connect() as connection:
        job = jobs.enqueue(connection, "app.work", payload={"n": "1"})
        told = jobs.run(connection, jobs.claim_one(connection))
        assert told["outcome"] == "ready"
        assert error in told["error"]
        assert jobs.outcomes(connection, job) == ["failed"]
        assert error in jobs.value(connection, "select last_error from util.job_queue")
    assert jobs.effects(db) == []


@pytest.mark.parametrize(
    "kind", ["no.handler", "app.gone", "app.other_arguments"], ids=["none", "gone", "arguments"]
)
def test_a_kind_without_a_function_fails(db: Database, kind: str) -> None:
    jobs.handler(db, "null;")
    db.rows("create function app.other(a text) returns jsonb return to_jsonb(a)")
    db.rows("insert into util.job_handlers values ('app.gone', 'app.gone')")
    db.rows("insert into util.job_handlers values ('app.other_arguments', 'app.other')")
    with db.connect() as connection:
        jobs.enqueue(connection, kind)
        told = jobs.run(connection, jobs.claim_one(connection))
    assert (told["outcome"], "job.no_handler" in told["error"]) == ("ready", True)


@pytest.mark.parametrize("name", ["pg_temp.evil", "pg_catalog.to_jsonb", "evil", "a.b(); drop"])
def test_a_handler_is_a_function_of_the_package(db: Database, name: str) -> None:
    with db.connect() as connection, refused("23514"):
        connection.execute("insert into util.job_handlers values ('a', %s)", [name])


def test_an_effect_is_undone_where_the_lease_was_lost_meanwhile(db: Database) -> None:
    jobs.handler(db, INSERT + "perform pg_sleep(1);")
    with db.connect() as connection, db.connect() as other, ThreadPoolExecutor(1) as pool:
        job = jobs.enqueue(connection, "app.work", payload={"n": "1"})
        zombie = jobs.claim_one(connection)
        ran = pool.submit(jobs.run, connection, zombie)
        db.catch("select util.run_job")
        jobs.lapse(other)
        successor = jobs.claim_one(other)
        with refused("PT409", "job.lease_lost"):
            ran.result()
        assert jobs.effects(db) == []
        assert jobs.run(other, successor)["outcome"] == "completed"
        assert jobs.outcomes(other, job) == ["expired", "completed"]
    assert jobs.effects(db) == ["1"]


def test_a_heartbeat_need_not_wait_for_the_handler(db: Database) -> None:
    jobs.handler(db, INSERT + "perform pg_sleep(1);")
    with db.connect() as connection, db.connect() as other, ThreadPoolExecutor(1) as pool:
        jobs.enqueue(connection, "app.work", payload={"n": "1"})
        attempt = jobs.claim_one(connection)
        ran = pool.submit(jobs.run, connection, attempt)
        db.catch("select util.run_job")
        other.execute("set statement_timeout = '300ms'")
        other.execute("select util.heartbeat_job(%s, %s)", [attempt.job_id, attempt.lease_token])
        assert not ran.done()
        assert ran.result()["outcome"] == "completed"


def test_a_tick_runs_what_is_due_and_one_failure_does_not_stop_it(db: Database) -> None:
    jobs.handler(db, INSERT + "if payload ->> 'n' = '2' then perform 1 / 0; end if;")
    with db.connect() as connection:
        for n in range(1, 6):
            jobs.enqueue(connection, "app.work", "database", {"n": str(n)})
        jobs.enqueue(connection, "no.handler", "database")
        jobs.enqueue(connection, "app.work", "elsewhere", {"n": "9"})
        assert jobs.value(connection, "select util.run_due_jobs(3)") == 3
        assert jobs.value(connection, "select util.run_due_jobs()") == 3
        assert jobs.value(connection, "select util.run_due_jobs()") == 0
        waiting = connection.execute("select kind, status, attempts from util.job_queue").fetchall()
    assert jobs.effects(db) == ["1", "3", "4", "5"]
    assert sorted(waiting) == [
        ("app.work", "ready", 0),
        ("app.work", "ready", 1),
        ("no.handler", "ready", 1),
    ]


def test_ticks_at_once_share_the_work(db: Database) -> None:
    jobs.handler(db, INSERT)
    with db.connect() as connection:
        for n in range(100):
            jobs.enqueue(connection, "app.work", "database", {"n": f"{n:02}"})
    counts = in_sessions(db, *[lambda c: jobs.value(c, "select util.run_due_jobs()")] * 4)
    assert sum(map(int, counts)) == 100
    assert jobs.effects(db) == [f"{n:02}" for n in range(100)]


def test_a_tick_enqueues_schedules_and_reaps(db: Database) -> None:
    jobs.handler(db, INSERT)
    db.rows(
        "insert into util.cron_schedules (name, cron, kind, payload) "
        "values ('a', '0 0 1 1 *', 'app.work', '{\"n\": \"1\"}')"
    )
    db.rows("update util.cron_schedules set next_run_at = now() where name = 'a'")
    with db.connect() as connection:
        jobs.enqueue(connection)
        jobs.claim_one(connection)
        jobs.lapse(connection)
        assert jobs.value(connection, "select util.run_due_jobs()") == 1
        assert jobs.value(connection, "select status from util.job_queue") == "ready"
    assert jobs.effects(db) == ["1"]


def test_the_package_s_own_schedules_can_be_run(db: Database) -> None:
    db.rows("update util.cron_schedules set is_active = name like 'util.%'")
    db.rows("update util.cron_schedules set next_run_at = now() where is_active")
    assert db.value("select util.run_due_jobs()") == 2
    rows = db.rows("select kind, outcome, result from util.job_runs order by kind")
    assert rows == [
        ("util.make_partitions", "completed", {"made": []}),
        ("util.purge_job_runs", "completed", {"removed": 0}),
    ]


def test_without_pg_cron_it_says_so(db: Database) -> None:
    with db.connect() as connection, refused("PT409", "pg_cron.missing"):
        connection.execute("select util.schedule_with_pg_cron()")
