"""Journals: a partition for each month, as closed as can be, whoever makes it and when."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from dbtool.access import expectation_files
from dbtool.access.matrix.matrix import Matrix
from dbtool.commands import doctor, verify
from dbtool.db import connect
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from tests.support import journals
from tests.support.concurrently import in_sessions
from tests.support.database import INSTRUCTOR, LEARNER, Connection, Database, refused
from tests.support.servers import REPOSITORY

# East and west to the end, half and quarter hours, and where clocks are put forward at midnight.
ZONES = (
    "UTC",
    "Pacific/Kiritimati",
    "Etc/GMT-14",
    "Etc/GMT+12",
    "Pacific/Niue",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Asia/Tokyo",
    "Asia/Yangon",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Beirut",
    "Africa/Cairo",
    "Europe/Berlin",
    "Atlantic/Azores",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Havana",
    "America/New_York",
    "America/Anchorage",
)


@pytest.fixture
def journal(db: Database) -> Database:
    return journals.make(db)


def test_this_month_and_six_ahead_are_made_once(journal: Database) -> None:
    made = journal.rows("select util.ensure_partitions('2026-11-20 12:00+00')")
    assert [row[0] for row in made] == [
        f"app.journal_{month}" for month in (202611, 202612, 202701, 202702, 202703, 202704, 202705)
    ]
    assert journal.rows("select util.ensure_partitions('2026-11-20 12:00+00')") == []


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
    assert len(journals.names(journal)) == 7


def test_partitions_are_no_drift_unless_they_are_open(journal: Database) -> None:
    from dbtool.db import catalog, connect

    def state() -> dict[tuple[str, str], str]:
        with connect.connect(journal.url) as connection:
            return catalog.definitions(catalog.read(connection, ["app"]))

    before = state()
    journal.rows("select util.ensure_partitions()")
    assert catalog.compare(before, state()) == []
    name = journals.names(journal)[0]
    journal.rows(f"alter table {name} disable row level security; grant select on {name} to anon")
    found = catalog.compare(before, state())
    assert [(d.change, d.kind, d.identity) for d in found] == [("added", "partition", name)]
    assert "row level security is off" in found[0].found
    assert "granted to anon" in found[0].found


# Months

_TEN_YEARS = """
    with months as (
        select (date '2020-01-01' + make_interval(months => n)) as month
        from generate_series(0, 119) as n
    )

    select count(util.ensure_partition('app.journal', m.month::date)) from months as m;

    insert into app.journal (user_id, created_at, note)
    select '00000000-0000-4000-8000-000000000001', x.at,
        to_char(x.at at time zone 'UTC', '"app.journal_"YYYYMM')
    from generate_series(0, 119) as n
    cross join lateral (
        select (date '2020-01-01' + make_interval(months => n)) at time zone 'UTC' as begins,
            (date '2020-01-01' + make_interval(months => n + 1)) at time zone 'UTC' as ends
    ) as m
    cross join lateral (
        values (m.begins), (m.ends - interval '1 microsecond')
    ) as x (at);
"""


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_have_no_gap_and_no_overlap_whatever_the_sessions_zone(
    journal: Database, zone: str
) -> None:
    with psycopg.connect(journal.url) as connection:
        connection.execute("select set_config('timezone', %s, true)", [zone])
        connection.execute(_TEN_YEARS.encode())
        found = connection.execute(
            "select count(*), count(distinct tableoid), "
            "array_agg(distinct note) filter (where note <> tableoid::regclass::text) "
            "from app.journal"
        ).fetchone()
        connection.rollback()
    assert found == (240, 120, None)


# What stands in the way

_TAKEN = {
    "a table": "create table app.journal_203101 ()",
    "a view": "create view app.journal_203101 as select 1",
    "an index": "create index journal_203101 on app.other (created_at)",
    "another's partition": "create table app.journal_203101 partition of app.other "
    "for values from ('2031-01-01 00:00+00') to ('2031-02-01 00:00+00')",
    "other bounds": "create table app.journal_203101 partition of app.journal "
    "for values from ('2031-01-01 00:00+02') to ('2031-02-01 00:00+02')",
    "two months": "create table app.journal_203101 partition of app.journal "
    "for values from ('2031-01-01 00:00+00') to ('2031-03-01 00:00+00')",
    "another month": "create table app.journal_203101 partition of app.journal "
    "for values from ('2031-02-01 00:00+00') to ('2031-03-01 00:00+00')",
    "a default partition": "create table app.journal_203101 partition of app.journal default",
}


@pytest.mark.parametrize("taken", list(_TAKEN))
def test_what_only_has_the_name_is_not_taken_for_the_partition(
    journal: Database, taken: str
) -> None:
    journal.rows("create table app.other (created_at timestamptz) partition by range (created_at)")
    with journal.connect() as connection:
        connection.execute(_TAKEN[taken].encode())
        with refused("PT409", "partition.name_taken"):
            connection.execute("select util.ensure_partition('app.journal', '2031-01-15')")


def test_a_partition_of_another_role_is_not_taken_for_the_journals(journal: Database) -> None:
    name = journal.value("select util.ensure_partition('app.journal', '2031-01-15')")
    with psycopg.connect(journal.admin_url, autocommit=True) as admin:
        admin.execute(f"alter table {name} owner to service_role")
    with journal.connect() as connection, refused("PT409", "partition.name_taken"):
        connection.execute("select util.ensure_partition('app.journal', '2031-01-15')")


def test_a_taken_name_does_not_keep_the_other_months_away(journal: Database) -> None:
    journal.rows("create table app.journal_203103 ()")
    assert len(journal.rows("select util.ensure_partitions('2031-01-15')")) == 6


@pytest.mark.parametrize("style", ["ISO", "SQL, DMY", "German", "Postgres, MDY"])
def test_a_partition_made_by_hand_is_known_whatever_the_sessions_settings(
    journal: Database, style: str
) -> None:
    with journal.connect() as connection:
        connection.execute(
            "create table app.journal_203101 partition of app.journal "
            "for values from ('2031-01-01 05:45+05:45') to ('2031-01-31 18:00-06:00')"
        )
        connection.execute("select set_config('datestyle', %s, false)", [style])
        connection.execute("set timezone = 'Asia/Kathmandu'")
        row = connection.execute(
            "select util.ensure_partition('app.journal', '2031-01-15')"
        ).fetchone()
    assert row == (None,)


def test_a_month_that_is_retired_is_not_made_again(journal: Database) -> None:
    journal.rows(
        "update util.partitioned_tables set archive_rule = 'detach', retention_months = 12 "
        "where parent_name = 'app.journal'"
    )
    oldest = "date_trunc('month', now() at time zone 'UTC') - interval '12 months'"
    assert journal.value(f"select util.ensure_partition('app.journal', ({oldest})::date)")
    late = f"select util.ensure_partition('app.journal', ({oldest})::date - 1)"
    with journal.connect() as connection, refused("PT409", "partition.retired"):
        connection.execute(late.encode())
    journal.rows(
        "update util.partitioned_tables set retention_months = 13 where parent_name = 'app.journal'"
    )
    assert journal.value(late)


# Many at once


def test_partitions_are_made_while_others_write_across_the_months_edge(journal: Database) -> None:
    """Writers come to a month that is missing in the midst of their transactions."""
    months = 18
    journal.rows("select util.ensure_partition('app.journal', '2031-01-01')")

    def write(connection: Connection) -> None:
        for n in range(1, months):
            with connection.transaction():
                edge = f"timestamptz '2031-01-01 00:00+00' + interval '{n} months'"
                row = f"insert into app.journal (user_id, created_at) values ('{LEARNER}', "
                connection.execute(f"{row} {edge} - interval '1 microsecond')".encode())
                connection.execute(
                    f"select util.ensure_partition('app.journal', "
                    f"(({edge}) at time zone 'UTC')::date)".encode()
                )
                connection.execute(f"{row} {edge})".encode())

    def make(connection: Connection) -> None:
        for n in range(months):
            connection.execute(
                "select util.ensure_partitions(timestamptz '2031-01-01 00:00+00' "
                "+ make_interval(months => %s))",
                [n],
            )

    assert in_sessions(journal, *[write] * 8, *[make] * 4) == [None] * 12
    assert journal.value("select count(*) from app.journal") == 8 * 2 * (months - 1)
    assert len(journals.names(journal)) == months + 6


def test_a_wait_for_others_has_an_end(journal: Database) -> None:
    """Of a maker that does not commit."""
    with journal.connect() as holder, journal.connect() as other:
        other.execute("set statement_timeout = '20s'")
        holder.execute("begin; select util.ensure_partition('app.journal', '2031-01-01')")
        journal.rows(
            "create table app.second (like app.journal) partition by range (created_at); "
            "insert into util.partitioned_tables (parent_name) values ('app.second')"
        )

        wanted = "select util.ensure_partition('app.second', '2031-01-01')"
        with refused("55P03"):
            other.execute(wanted)
        holder.execute("rollback")
        other.execute(wanted)


# Closed, and seen to be


@pytest.fixture
def visits(matrix_db: Database) -> Settings:
    """A journal in one of the package's schemas, recorded, with months to come."""
    with matrix_db.connect() as connection:
        connection.execute(
            """
            create table util.visits (
                user_id uuid not null, created_at timestamptz not null,
                constraint pk_visits primary key (user_id, created_at)
            ) partition by range (created_at);
            alter table util.visits enable row level security;
            alter default privileges in schema util grant all on tables to authenticated;
            insert into util.partitioned_tables (parent_name) values ('util.visits');
            select util.ensure_partitions();
            """
        )
    settings = Settings(REPOSITORY, matrix_db.url)
    verify.verify_record(settings, True, Silent())
    matrix_db.rows("select util.ensure_partitions(now() + interval '2 years')")
    return settings


def _red(db: Database, settings: Settings, partition: str) -> set[str]:
    """Which of them find something."""
    examined = doctor.doctor(settings, ("D01", "D02"), Silent())
    found = {finding.check for finding in examined.findings}
    if not verify.verify_record(settings, False, Silent()).clean:
        found.add("verify")
    with connect.connect(db.admin_url) as admin:
        admin.execute("begin")
        matrix = Matrix(admin, expectation_files.load(REPOSITORY), is_populated=True)
        if list(matrix.partition(partition, "util.visits")):
            found.add("matrix")
    return found


@pytest.mark.parametrize(
    ("fault", "seen_by"),
    [
        ("alter table {} disable row level security", {"D02", "verify", "matrix"}),
        ("grant select on {} to anon", {"D02", "verify", "matrix"}),
        ("grant update (user_id) on {} to service_role", {"D02", "verify", "matrix"}),
        # Without grants and policies nobody comes in either: only the second lock is gone.
        ("drop policy {} on {}", {"D02", "verify"}),
    ],
)
def test_a_partition_opened_by_hand_is_found(
    matrix_db: Database, visits: Settings, fault: str, seen_by: set[str]
) -> None:
    name = str(
        matrix_db.value(
            "select max(inhrelid::regclass::text) from pg_inherits "
            "where inhparent = 'util.visits'::regclass"
        )
    )
    assert _red(matrix_db, visits, name) == set()
    with matrix_db.connect() as connection:
        names = (
            [sql.SQL(name)]
            if fault.count("{}") == 1
            else [sql.Identifier(f"{name.partition('.')[2]}_all_nobody"), sql.SQL(name)]
        )
        connection.execute(sql.SQL(fault).format(*names))
    assert _red(matrix_db, visits, name) == seen_by
