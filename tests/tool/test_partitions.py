"""``dbtool partitions``: missing months are named, due ones retired, whatever comes between."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from dbtool.commands import doctor, migrate, partitions, verify
from dbtool.commands.partitions import Retired
from dbtool.db import connect
from dbtool.db import partitions as db_partitions
from dbtool.db.lock import runner_lock
from dbtool.errors import DatabaseError, LockError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from tests.support import journals
from tests.support.database import LEARNER, Database, refused
from tests.support.servers import REPOSITORY

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def journal(db: Database) -> Database:
    """A journal with a row in each of its last 15 months, of which the last 12 are to be kept."""
    journals.make(db)
    with db.connect() as connection:
        connection.execute(
            f"""
            select util.ensure_partition(
                'app.journal', ((now() at time zone 'UTC') - make_interval(months => n))::date
            ) from generate_series(0, 15) as n;
            insert into app.journal (user_id, created_at)
            select '{LEARNER}', now() - make_interval(months => n)
            from generate_series(0, 15) as n;
            select util.ensure_partitions();
            update util.partitioned_tables set archive_rule = 'detach', retention_months = 12
            where parent_name = 'app.journal';
            """.encode()
        )
    return db


def _settings(db: Database) -> Settings:
    return Settings(REPOSITORY, db.url, lock_timeout=0.3, lock_attempts=3)


def _retire(db: Database, **options: float) -> Retired:
    return partitions.retire(
        _settings(db),
        lambda moves: True,
        Silent(),
        lock_wait=options.get("lock_wait", 20),
        patience=options.get("patience", 60),
    )


def _month(db: Database, ago: int) -> str:
    return str(
        db.value(
            "select to_char((now() at time zone 'UTC') - make_interval(months => %s), 'YYYYMM')",
            [ago],
        )
    )


def _old(db: Database) -> list[str]:
    return [f"app.journal_{_month(db, ago)}" for ago in (15, 14, 13)]


def _rows(db: Database) -> tuple[int, int]:
    """Rows of the journal, and rows in retired tables."""
    retired = db.rows(
        "select oid::regclass::text from pg_class where relkind = 'r' "
        "and relnamespace = to_regnamespace('retired_app')"
    )
    counts = [db.value(f"select count(*) from {name}") for (name,) in retired]
    return db.value("select count(*) from app.journal"), sum(counts)


@contextmanager
def _reading(db: Database) -> Iterator[psycopg.Connection]:
    """Somebody whose transaction has read the journal and goes on."""
    with db.connect() as reader:
        reader.execute("begin; select count(*) from app.journal")
        yield reader
        reader.execute("rollback")


@contextmanager
def _retiring(db: Database) -> Iterator[list[Exception]]:
    """A retirement that waits for somebody, for as long as the block lasts."""
    errors: list[Exception] = []

    def work() -> None:
        try:
            _retire(db)
        except (psycopg.Error, DatabaseError, LockError) as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    deadline = time.monotonic() + 30
    while not db.value("select count(*) from pg_inherits where inhdetachpending"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield errors
    thread.join(60)
    assert not thread.is_alive()


# What is there


def _state(db: Database) -> partitions.JournalState:
    (found,) = (j for j in partitions.list_(_settings(db)).journals if j.name == "app.journal")
    return found


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
def test_the_package_lacks_no_month(db: Database) -> None:
    assert not partitions.list_(_settings(db)).has_findings


def test_a_journal_is_told_with_its_months_and_what_is_due(journal: Database) -> None:
    found = _state(journal)
    assert (found.partitions, found.first) == (22, _month(journal, 15))
    assert (found.months_ahead, found.months_wanted, found.last) == (6, 6, _month(journal, -6))
    assert found.rows == 16
    assert found.bytes > 0
    assert (found.missing, found.problems, found.interrupted, found.retired) == ((), (), (), ())
    assert list(found.due) == _old(journal)


def test_missing_months_are_named_and_exit_1(journal: Database, cli: Cli) -> None:
    url = ("--project", str(REPOSITORY), "--database-url", journal.url)
    assert cli(*url, "partitions")[0] == 0
    inside, ahead = _month(journal, 3), _month(journal, -2)
    journal.rows(f"drop table app.journal_{inside}; drop table app.journal_{ahead}")
    code, out, _ = cli(*url, "partitions")
    assert code == 1
    assert f"app.journal lacks {inside[:4]}-{inside[4:]}" in out
    code, out, _ = cli(*url, "partitions", "list", "--json")
    assert code == 1
    (told,) = (j for j in json.loads(out)["journals"] if j["name"] == "app.journal")
    assert told["missing"] == [inside, ahead]
    assert told["months_ahead"] == 1


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
def test_ensure_makes_what_lacks_ahead(journal: Database, cli: Cli) -> None:
    url = ("--project", str(REPOSITORY), "--database-url", journal.url)
    ahead = _month(journal, -2)
    journal.rows(f"drop table app.journal_{ahead}")
    code, out, _ = cli(*url, "partitions", "ensure")
    assert (code, out) == (0, f"made app.journal_{ahead}\n")
    assert cli(*url, "partitions", "ensure")[:2] == (0, "no month is missing\n")
    journal.rows(f"drop table app.journal_{ahead}; create table app.journal_{ahead} ()")
    code, out, _ = cli(*url, "partitions", "ensure")
    assert (code, out) == (1, f"still missing app.journal: {ahead}\n")


def test_what_only_a_person_can_put_right_is_named(journal: Database) -> None:
    taken = _month(journal, -1)
    journal.rows(f"drop table app.journal_{taken}; create table app.journal_{taken} ()")
    journal.rows(
        "create table app.journal_early partition of app.journal "
        "for values from (minvalue) to ('2001-01-01 00:00+00')"
    )
    journal.rows("create table app.journal_203113 partition of app.journal default")
    journal.rows("insert into util.partitioned_tables (parent_name) values ('app.nowhere')")
    assert set(_state(journal).problems) == {
        f"app.journal_{taken}: the name is taken",
        "app.journal_early: its bounds are not those of its month",
        "app.journal_203113: its bounds are not those of its month",
    }
    others = partitions.list_(_settings(journal)).journals
    (nowhere,) = (j for j in others if j.name == "app.nowhere")
    assert nowhere.problems == ("app.nowhere: there is no such partitioned table",)


def test_a_database_that_is_not_migrated_is_told_apart(empty_db: Database, cli: Cli) -> None:
    url = ("--project", str(REPOSITORY), "--database-url", empty_db.url)
    for command in ("list", "ensure", "retire"):
        code, _, error = cli(*url, "partitions", command)
        assert code == 2
        assert "dbtool migrate" in error


@pytest.mark.parametrize("command", ["list", "ensure", "retire"])
def test_each_command_has_help_with_an_example(cli: Cli, command: str) -> None:
    code, out, _ = cli("partitions", command, "--help")
    assert code == 0
    assert f"Example: dbtool partitions {command}" in " ".join(out.split())


# Retirement


def test_retire_asks_and_a_dry_run_changes_nothing(journal: Database, cli: Cli) -> None:
    url = ("--project", str(REPOSITORY), "--database-url", journal.url)
    code, out, _ = cli(*url, "partitions", "retire", "--dry-run", "--json")
    assert code == 0
    assert [m["partition"] for m in json.loads(out)["moves"]] == _old(journal)
    assert cli(*url, "partitions", "retire")[0] == 2
    refusing = partitions.retire(_settings(journal), lambda moves: False, Silent())
    assert not refusing.confirmed
    assert len(journals.names(journal)) == 22
    code, out, _ = cli(*url, "partitions", "retire", "--yes")
    assert code == 0
    assert "retired 3 partitions" in out
    assert cli(*url, "partitions", "retire", "--yes")[:2] == (0, "nothing is due\n")


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
def test_what_is_older_than_retention_is_put_away_with_all_its_rows(journal: Database) -> None:
    assert [m.put_away for m in _retire(journal).moves] == [f"retired_{n}" for n in _old(journal)]
    assert _rows(journal) == (13, 3)
    state = _state(journal)
    assert list(state.retired) == [f"retired_{name}" for name in _old(journal)]
    assert (state.due, state.missing, state.partitions) == ((), (), 19)
    journal.rows("select util.ensure_partitions()")
    assert len(journals.names(journal)) == 19
    with journal.connect() as connection, refused("PT409", "partition.retired"):
        connection.execute(
            "select util.ensure_partition('app.journal', (now() - interval '13 months')::date)"
        )


def test_the_retired_stay_closed_and_the_doctor_watches_them(journal: Database) -> None:
    _retire(journal)
    name = f"retired_{_old(journal)[0]}"
    for role in ("anon", "authenticated", "staff", "service_role"):
        assert not journal.value("select has_schema_privilege(%s, 'retired_app', 'usage')", [role])
        assert not journal.value("select has_table_privilege(%s, %s, 'select')", [role, name])
    assert journal.rows(
        "select relrowsecurity, (select count(*) from pg_policy where polrelid = c.oid), "
        "obj_description(oid) like 'Retired from app.journal: %%' "
        "from pg_class as c where oid = %s::regclass",
        [name],
    ) == [(True, 1, True)]


@pytest.fixture
def visits(db: Database) -> Settings:
    """A journal in one of the package's schemas, recorded, with a month that is due."""
    with db.connect() as connection:
        connection.execute(
            """
            create table util.visits (
                user_id uuid not null, created_at timestamptz not null,
                constraint pk_visits primary key (user_id, created_at)
            ) partition by range (created_at);
            alter table util.visits enable row level security;
            insert into util.partitioned_tables (parent_name) values ('util.visits');
            select util.ensure_partitions(), util.ensure_partition('util.visits', '2020-01-01');
            update util.partitioned_tables set archive_rule = 'detach', retention_months = 12
            where parent_name = 'util.visits';
            """
        )
    settings = _settings(db)
    verify.verify_record(settings, True, Silent())
    return settings


def test_a_retired_partition_is_no_drift(db: Database, visits: Settings) -> None:
    assert [m.partition for m in partitions.retire_due(visits, Silent()).moves] == [
        "util.visits_202001"
    ]
    assert verify.verify_record(visits, False, Silent()).differences == ()
    assert migrate.migrate(visits, Options(), Silent()) == Migrated()
    assert doctor.doctor(visits, ("D01", "D02"), Silent()).findings == ()
    db.rows("alter table retired_util.visits_202001 disable row level security")
    db.rows("grant select on retired_util.visits_202001 to anon")
    found = doctor.doctor(visits, ("D02",), Silent()).findings
    assert {(f.object, f.detail) for f in found} == {
        ("retired_util.visits_202001", "row level security is off"),
        ("retired_util.visits_202001", "select is granted to anon"),
    }


def test_journals_that_keep_everything_lose_nothing(journal: Database) -> None:
    journal.rows(
        "update util.partitioned_tables set archive_rule = 'keep', retention_months = null"
    )
    assert _retire(journal).moves == ()
    assert len(journals.names(journal)) == 22


KEEPING = """
create table app.kept (partition text, found bigint, is_attached boolean);
create function app.keep(p_partition regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format(
        'insert into app.kept select %L, count(*), (select relispartition from pg_class '
        'where oid = %s) from %s', p_partition, p_partition::oid, p_partition
    );
end $$;
update util.partitioned_tables set before_retire = 'app.keep' where parent_name = 'app.journal';
"""


def test_a_journals_own_function_is_called_before_each_partition_goes(journal: Database) -> None:
    with journal.connect() as connection:
        connection.execute(KEEPING.encode())
    _retire(journal)
    assert journal.rows("select * from app.kept order by 1") == [
        (name, 1, True) for name in _old(journal)
    ]


@pytest.mark.parametrize(
    "hook",
    [
        "",
        "create function app.keep(p_partition oid) returns void language sql as ''",
        "create function app.keep(p_partition regclass) returns int language sql as 'select 1'",
        "create function app.keep(p_partition regclass) returns void language plpgsql "
        "as 'begin perform 1 / 0; end'",
    ],
)
def test_without_that_function_nothing_goes(journal: Database, hook: str) -> None:
    with journal.connect() as connection:
        connection.execute(hook.encode())
    journal.rows(
        "update util.partitioned_tables set before_retire = 'app.keep' "
        "where parent_name = 'app.journal'"
    )
    with pytest.raises(DatabaseError):
        _retire(journal)
    assert len(journals.names(journal)) == 22


def test_the_service_cannot_choose_what_the_owner_runs(journal: Database) -> None:
    with journal.request(role="service_role") as connection, refused("42501"):
        connection.execute("update util.partitioned_tables set before_retire = 'app.keep'")


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
def test_readers_and_writers_go_on_while_a_partition_is_detached(journal: Database) -> None:
    with _reading(journal) as reader, _retiring(journal) as errors:
        with journal.connect() as other:
            other.execute("set lock_timeout = '200ms'")
            other.execute("insert into app.journal (user_id) values (%s)", [LEARNER])
            other.execute("select count(*) from app.journal where user_id = %s", [LEARNER])
            other.execute(
                "update app.journal set note = 'x' where created_at > now() - '1h'::interval"
            )
            other.execute("select util.ensure_partitions()")
        reader.execute("rollback; begin")
    assert errors == []
    assert _rows(journal) == (14, 3)


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
def test_a_detach_that_was_killed_between_its_halves_is_ended_by_the_next_run(
    journal: Database,
) -> None:
    with _reading(journal) as reader:
        with _retiring(journal) as errors:
            journal.rows(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where query like '%%detach partition%%' and pid <> pg_backend_pid()"
            )
        assert len(errors) == 1
        assert list(_state(journal).interrupted) == _old(journal)[:1]
        with journal.connect() as connection, refused("PT409", "partition.retired"):
            connection.execute(
                "select util.ensure_partition('app.journal', (now() - interval '15 months')::date)"
            )
        reader.execute("rollback; begin")
        # Even if the rule says something else by now.
        journal.rows(
            "update util.partitioned_tables set archive_rule = 'keep', retention_months = null"
        )
        assert [m.partition for m in _retire(journal).moves] == _old(journal)[:1]
    assert not _state(journal).interrupted
    assert _rows(journal) == (15, 1)


class Told(Silent):
    """Remembers what the current step was said to be doing."""

    def __init__(self) -> None:
        self.details: list[str] = []

    def detail(self, what: str) -> None:
        self.details.append(what)


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
def test_a_transaction_that_does_not_end_is_named_and_the_next_run_goes_on(
    journal: Database,
) -> None:
    told = Told()
    with _reading(journal) as reader:
        pid = reader.info.backend_pid
        with pytest.raises(LockError) as caught:
            partitions.retire(_settings(journal), lambda moves: True, told, patience=2)
        assert f"pid {pid}" in caught.value.detail
        assert any(detail.startswith(f"waits for pid {pid}, ") for detail in told.details)
    assert len(_retire(journal).moves) == 3
    assert _rows(journal) == (13, 3)


def test_what_somebody_began_to_detach_is_kept_first_too(journal: Database) -> None:
    (first, *_) = _old(journal)
    with journal.connect() as connection:
        connection.execute(KEEPING.encode())
        connection.execute("set statement_timeout = '300ms'")
        with _reading(journal), refused("57014"):
            connection.execute(
                f"alter table app.journal detach partition {first} concurrently".encode()
            )
    _retire(journal)
    assert journal.rows("select * from app.kept order by 1") == [
        (name, 1, True) for name in _old(journal)
    ]


def test_what_was_detached_but_not_put_away_is_put_away(journal: Database) -> None:
    (first, *_) = _old(journal)
    with connect.connect(journal.url) as connection:
        due = db_partitions.Partition("app.journal", first, first[-6:], "attached")
        db_partitions.prepare(connection, due, None)
        db_partitions.detach(connection, due)
    journal.rows("create table app.journal_200101 ()")  # only has such a name
    assert list(_state(journal).interrupted) == [first]
    assert [m.partition for m in _retire(journal).moves] == _old(journal)
    assert _rows(journal) == (13, 3)
    assert journal.value("select to_regclass('app.journal_200101') is not null")


def test_a_place_that_is_taken_is_said_before_anything_is_detached(journal: Database) -> None:
    journal.rows(f"create schema retired_app; create table retired_{_old(journal)[0]} ()")
    with pytest.raises(DatabaseError):
        _retire(journal)
    assert len(journals.names(journal)) == 22


def test_retirement_and_other_runners_take_turns(journal: Database) -> None:
    with (
        connect.connect(journal.url) as keeper,
        runner_lock(keeper, 1, lambda holder: None),
        pytest.raises(LockError),
    ):
        _retire(journal, lock_wait=0.2)
    assert len(journals.names(journal)) == 22


@pytest.mark.every_server("detaching, and what is left of it, is the server's")
@pytest.mark.parametrize("rounds", [4])
def test_many_write_and_read_while_months_go(journal: Database, rounds: int) -> None:
    """All the rows are somewhere, and nobody was refused."""
    stop = threading.Event()
    errors: list[psycopg.Error] = []
    written: list[int] = []

    def work() -> None:
        count = 0
        try:
            with journal.connect() as connection:
                while not stop.is_set():
                    connection.execute("insert into app.journal (user_id) values (%s)", [LEARNER])
                    count += 1
                    connection.execute("select count(*) from app.journal")
        except psycopg.Error as error:
            errors.append(error)
        written.append(count)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(rounds):
        journal.rows(
            "update util.partitioned_tables set retention_months = %s "
            "where parent_name = 'app.journal'",
            [12 - 2 * n],
        )
        _retire(journal)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert _rows(journal) == (13 - 2 * (rounds - 1) + sum(written), 3 + 2 * (rounds - 1))
