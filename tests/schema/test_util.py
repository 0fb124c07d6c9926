"""Feature flags, idempotency keys and partitions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.database import ADMINISTRATOR, INSTRUCTOR, LEARNER, MODERATOR, Database, refused

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
    answers: list[object] = []

    def work() -> None:
        with db.connect() as connection, connection.transaction():
            answer = _claim(connection, "k")
            if answer is None:
                answer = str(uuid4())
                connection.execute("insert into util.effects values (%s)", [answer])
                connection.execute("select pg_sleep(0.05)")
                _store(connection, "k", f'"{answer}"')
            answers.append(answer)

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 50
    assert len(set(answers)) == 1
    assert db.value("select count(*) from util.effects") == 1


# Partitions

JOURNAL = """
create schema if not exists app;
create table app.journal (
    user_id uuid not null,
    id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now(),
    note text,
    constraint pk_journal primary key (user_id, created_at, id)
) partition by range (created_at);
create index idx_journal_created_at on app.journal (created_at);
alter table app.journal enable row level security;
grant usage on schema app to authenticated;
grant select on app.journal to authenticated;
create policy journal_select_own on app.journal for select to authenticated
using (user_id = (select auth.uid()));
insert into util.partitioned_tables (parent_name) values ('app.journal');
"""


@pytest.fixture
def journal(db: Database) -> Database:
    with db.connect() as connection:
        connection.execute(JOURNAL.encode())
    return db


def _partitions(db: Database) -> list[str]:
    return [
        row[0]
        for row in db.rows(
            "select inhrelid::regclass::text from pg_inherits "
            "where inhparent = 'app.journal'::regclass order by 1"
        )
    ]


def test_this_month_and_six_ahead_are_made_once(journal: Database) -> None:
    made = journal.rows("select util.ensure_partitions('2026-11-20 12:00+00')")
    assert [row[0] for row in made] == [
        f"app.journal_{month}" for month in (202611, 202612, 202701, 202702, 202703, 202704, 202705)
    ]
    assert journal.rows("select util.ensure_partitions('2026-11-20 12:00+00')") == []


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata", "America/St_Johns"]
)
def test_months_have_no_gap_and_no_overlap_whatever_the_sessions_zone(
    journal: Database, zone: str
) -> None:
    with journal.connect() as connection:
        connection.execute("select set_config('timezone', %s, false)", [zone])
        for month in range(1, 13):
            connection.execute(
                "select util.ensure_partition('app.journal', make_date(2027, %s, 15))", [month]
            )
            # The first and the last instant of the month, in UTC.
            for instant in (
                datetime(2027, month, 1, tzinfo=UTC),
                datetime(2027 + month // 12, month % 12 + 1, 1, tzinfo=UTC),
            ):
                if (instant.year, instant.month) != (2027, month):
                    continue
                connection.execute(
                    "insert into app.journal (user_id, created_at) values (%s, %s)",
                    [LEARNER, instant],
                )
        bounds = connection.execute(
            "select pg_get_expr(relpartbound, oid) from pg_class "
            "where relispartition and relname like 'journal\\_%%' and relkind = 'r'"
        ).fetchall()
    assert len(bounds) == 12
    assert journal.value("select count(*) from app.journal") == 12


def test_new_partitions_are_as_closed_as_their_parent_is_open(journal: Database) -> None:
    journal.rows(
        "alter default privileges in schema app grant all on tables to anon, "
        "authenticated, staff, service_role"
    )
    journal.rows("select util.ensure_partition('app.journal', '2026-11-01')")
    journal.rows(
        "insert into app.journal (user_id, created_at) values (%s, '2026-11-05'), "
        "(%s, '2026-11-06')",
        [LEARNER, INSTRUCTOR],
    )
    with journal.request(LEARNER) as connection:
        assert connection.execute("select user_id from app.journal").fetchall() == [(LEARNER,)]
    for role in ("anon", "authenticated", "staff", "service_role"):
        assert not journal.value(
            "select has_table_privilege(%s, 'app.journal_202611', 'select')", [role]
        )
    assert journal.rows(
        "select relrowsecurity, (select count(*) from pg_policy where polrelid = c.oid) "
        "from pg_class as c where oid = 'app.journal_202611'::regclass"
    ) == [(True, 1)]
    assert (
        journal.value(
            "select count(*) from pg_index where indrelid = 'app.journal_202611'::regclass"
        )
        == 2
    )


def test_partitions_are_made_while_others_write(journal: Database) -> None:
    journal.rows("select util.ensure_partition('app.journal', current_date)")
    stop = threading.Event()
    errors: list[psycopg.Error] = []

    def write() -> None:
        try:
            with journal.connect() as connection:
                while not stop.is_set():
                    connection.execute("insert into app.journal (user_id) values (%s)", [LEARNER])
        except psycopg.Error as error:
            errors.append(error)

    def make() -> None:
        try:
            with journal.connect() as connection:
                connection.execute("select util.ensure_partitions()")
        except psycopg.Error as error:
            errors.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    makers = [threading.Thread(target=make) for _ in range(4)]
    for thread in writers + makers:
        thread.start()
    for thread in makers:
        thread.join()
    stop.set()
    for thread in writers:
        thread.join()
    assert errors == []
    assert len(_partitions(journal)) == 7


def test_only_registered_journals_get_partitions(journal: Database) -> None:
    for name in ("rbac.roles", "app.nothing", "x", "a.b'; drop table app.journal; --"):
        with journal.connect() as connection, refused("PT404", "partition.unknown_parent"):
            connection.execute("select util.ensure_partition(%s, '2026-11-01')", [name])


def test_a_row_that_is_no_journal_does_not_stop_the_others(journal: Database) -> None:
    journal.rows("insert into util.partitioned_tables (parent_name) values ('rbac.roles'), ('x.y')")
    assert len(journal.rows("select util.ensure_partitions()")) == 7


@pytest.mark.parametrize("month", ["infinity", "1999-12-31", "0044-03-15 BC", None])
def test_a_month_out_of_range_is_an_error(journal: Database, month: str | None) -> None:
    with journal.connect() as connection, refused("PT400", "partition.month_invalid"):
        connection.execute("select util.ensure_partition('app.journal', %s)", [month])


def test_a_service_makes_partitions(journal: Database) -> None:
    with journal.request(role="service_role") as connection:
        connection.execute("select util.ensure_partitions()")
    assert len(_partitions(journal)) == 7


def test_partitions_are_no_drift_unless_they_are_open(journal: Database) -> None:
    from dbtool.db import catalog, connect

    def state() -> dict[tuple[str, str], str]:
        with connect.connect(journal.url) as connection:
            return catalog.definitions(catalog.read(connection, ["app"]))

    before = state()
    journal.rows("select util.ensure_partitions()")
    assert catalog.compare(before, state()) == []
    name = _partitions(journal)[0]
    journal.rows(f"alter table {name} disable row level security; grant select on {name} to anon")
    found = catalog.compare(before, state())
    assert [(d.change, d.kind, d.identity) for d in found] == [("added", "partition", name)]
    assert "row level security is off" in found[0].found
    assert "granted to anon" in found[0].found
