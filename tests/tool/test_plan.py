"""plan tells what migrate would do to whom, by doing it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
import pytest

from dbtool.commands import plan
from dbtool.commands.plan import Planned, PlannedStatement, Touched
from dbtool.errors import DatabaseError, HistoryError, UsageError
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster
from dbtool.sql import locks, script
from tests.support.database import Database
from tests.support.project_folder import POLICY, Folder

Cli = Callable[..., tuple[int, str, str]]

BEFORE = """
create schema app;
create table app.things (
    id integer not null,
    title text,
    note varchar(50) default 'none',
    constraint pk_things primary key (id)
);
create index idx_things_title on app.things (title);
create table app.others (
    id integer not null,
    thing_id integer,
    constraint pk_others primary key (id)
);
alter table app.others add constraint ck_others_id check (id > 0) not valid;
create table app.events (at timestamptz not null, note text) partition by range (at);
create table app.events_1 partition of app.events for values from ('2026-01-01') to ('2026-02-01');
create table app.events_2 partition of app.events for values from ('2026-02-01') to ('2026-03-01');
create table app.pointed_at (id integer primary key);
create table app.pointing (
    to_id integer,
    constraint fk_pointing foreign key (to_id) references app.pointed_at (id)
);
create view app.titles as select id from app.things;
insert into app.things select n, 'title ' || n from generate_series(1, 500) as n;
"""


def _plan(db: Database, folder: Folder, scratch: Cluster) -> Planned:
    return plan.plan(folder.settings(db, scratch), Options(), Silent())


def _effect(statement: PlannedStatement, relation: str) -> Touched:
    return next(t for t in statement.touched if t.effect.relation == relation)


# Statement; relation; lock; rewrites; scans.
EFFECTS = [
    ("alter table app.things add column a integer", "app.things", "access exclusive", "", ""),
    (
        "alter table app.things add column a uuid default gen_random_uuid()",
        "app.things",
        "access exclusive",
        "rewrites",
        "scans",
    ),
    (
        "alter table app.things alter column title set not null",
        "app.things",
        "access exclusive",
        "",
        "scans",
    ),
    (
        "alter table app.things alter column note type varchar(60)",
        "app.things",
        "access exclusive",
        "",
        "",
    ),
    (
        "alter table app.things alter column note type varchar(40)",
        "app.things",
        "access exclusive",
        "rewrites",
        "scans",
    ),
    (
        "alter table app.things alter column title type varchar(80)",
        "app.idx_things_title",
        "access exclusive",
        "rewrites",
        "",
    ),
    (
        "alter table app.things alter column title set statistics 5",
        "app.things",
        "share update exclusive",
        "",
        "",
    ),
    (
        "alter table app.others validate constraint ck_others_id",
        "app.others",
        "share update exclusive",
        "",
        "scans",
    ),
    (
        "alter table app.others add constraint fk_others_thing foreign key (thing_id) "
        "references app.things (id)",
        "app.things",
        "share row exclusive",
        "",
        "",
    ),
    (
        "create index idx_others_thing_id on app.others (thing_id)",
        "app.others",
        "share",
        "",
        "scans",
    ),
    ("drop index app.idx_things_title", "app.things", "access exclusive", "", ""),
    ("reindex table app.things", "app.things", "share", "", "scans"),
    ("truncate app.others", "app.others", "access exclusive", "rewrites", ""),
    ("update app.others set thing_id = 1", "app.others", "row exclusive", "", "scans"),
    ("alter table app.events add column a integer", "app.events", "access exclusive", "", ""),
    (
        "create table app.more (id integer references app.things (id))",
        "app.things",
        "share row exclusive",
        "",
        "",
    ),
    ("drop table app.pointing", "app.pointed_at", "access exclusive", "", ""),
    (
        "alter table app.pointing drop constraint fk_pointing",
        "app.pointed_at",
        "access exclusive",
        "",
        "",
    ),
    ("alter table app.pointing drop column to_id", "app.pointed_at", "access exclusive", "", ""),
    ("create policy p on app.things using (true)", "app.things", "access exclusive", "", ""),
    (
        "alter view app.titles set (security_invoker = true)",
        "app.titles",
        "access exclusive",
        "",
        "",
    ),
    (
        "alter index app.idx_things_title rename to idx_other",
        "app.idx_things_title",
        "share update exclusive",
        "",
        "",
    ),
]


def _makes_users_wait(mode: str) -> bool:
    """Whether readers or writers wait behind the lock; weaker ones stop other DDL at most."""
    return locks.MODES.index(mode) > locks.MODES.index("share update exclusive")


@pytest.mark.every_server("locks and scans are seen in the server's own views")
def test_each_statement_shows_its_lock_its_rewrite_and_its_scan(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    """One file a statement; each undoes nothing, so they stand on the same tables.

    The locks that migrate takes first must cover the harmful ones, and be no stronger.
    """
    folder.migration(1, BEFORE)
    folder.migrate(empty_db)
    for sql, relation, lock, rewrites, scans in EFFECTS:
        folder.migration(2, sql + ";")
        (file,) = _plan(empty_db, folder, scratch_server).files
        (statement,) = file.statements
        effect = _effect(statement, relation).effect
        found = (effect.lock, effect.rewrites, effect.scans)
        assert found == (lock, bool(rewrites), bool(scans)), sql
        strong = {
            t.effect.relation: t.effect.lock
            for t in statement.touched
            if t.effect.kind == "table" and t.blocks not in ("", "other DDL")
        }
        first = {t: m for t, m in file.locks.items() if _makes_users_wait(m)}
        assert first == strong, sql


CONCURRENT = [
    ("create index concurrently idx_others_thing_id on app.others (thing_id)", "app.others", True),
    ("drop index concurrently app.idx_things_title", "app.things", False),
    ("reindex index concurrently app.idx_things_title", "app.things", True),
    ("alter table app.events detach partition app.events_1 concurrently", "app.events", False),
    ("vacuum app.things", "app.things", False),
    ("analyze app.things", "app.things", False),
]


@pytest.mark.every_server("locks and scans are seen in the server's own views")
@pytest.mark.parametrize(("sql", "relation", "scans"), CONCURRENT, ids=[c[0] for c in CONCURRENT])
def test_statements_outside_transactions_are_watched_from_outside(
    empty_db: Database,
    folder: Folder,
    scratch_server: Cluster,
    sql: str,
    relation: str,
    scans: bool,
) -> None:
    folder.migration(1, BEFORE)
    folder.migrate(empty_db)
    folder.migration(2, f"-- dbtool: no-transaction\n{sql};")
    (file,) = _plan(empty_db, folder, scratch_server).files
    assert file.transaction is None
    effect = _effect(file.statements[0], relation).effect
    assert (effect.lock, effect.scans) == ("share update exclusive", scans)
    if "detach" in sql:
        partition = _effect(file.statements[0], "app.events_1").effect
        assert partition.lock == "access exclusive"
    # It was really run there; the target still waits for it.
    assert folder.migrate(empty_db).migrations


@pytest.mark.every_server("locks and scans are seen in the server's own views")
def test_sizes_are_the_targets(empty_db: Database, folder: Folder, scratch_server: Cluster) -> None:
    # An estimate is to be old; autovacuum would make it new.
    folder.migration(1, BEFORE + "alter table app.things set (autovacuum_enabled = false);")
    folder.migrate(empty_db)
    empty_db.rows("insert into app.things select n, 'more' from generate_series(501, 2000) as n")
    empty_db.rows("insert into app.events select '2026-01-02' from generate_series(1, 30)")
    empty_db.rows("insert into app.events select '2026-02-02' from generate_series(1, 12)")
    folder.migration(2, "alter table app.things add a int; alter table app.events add a int;")
    (file,) = _plan(empty_db, folder, scratch_server).files
    things = _effect(file.statements[0], "app.things")
    assert things.size is not None
    assert things.size.rows == 2000
    assert things.size.bytes == empty_db.value("select pg_total_relation_size('app.things')")
    events = _effect(file.statements[1], "app.events")
    assert events.size is not None
    assert (events.size.rows, events.effect.partitions) == (42, 2)
    empty_db.rows("analyze app.things")
    empty_db.rows("delete from app.things")
    (file,) = _plan(empty_db, folder, scratch_server).files
    things = _effect(file.statements[0], "app.things")
    assert things.size is not None
    assert things.size.rows == 2000, "an estimate, not a scan of a big table"


def test_what_depends_on_data_is_marked(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.migration(1, BEFORE)
    folder.migrate(empty_db)
    folder.migration(
        2,
        "update app.things set note = 'x';\n"
        "do $$ begin perform 1; end $$;\n"
        "insert into app.things (id, title) values (1000, 't');\n"
        "insert into app.others (id) select id from app.things;\n"
        "alter table app.things alter column title set not null;\n"
        "create unique index uq_things_note on app.others (thing_id);\n"
        "alter table app.things add column b integer;",
    )
    (file,) = _plan(empty_db, folder, scratch_server).files
    assert [s.line for s in file.statements] == [1, 2, 3, 4, 5, 6, 7]
    assert [bool(s.unknown) for s in file.statements] == [
        True,
        True,
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_lock_taken_twice_is_told_as_held(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.migration(1, BEFORE)
    folder.migrate(empty_db)
    folder.migration(2, "alter table app.things add a int; alter table app.things add b int;")
    (file,) = _plan(empty_db, folder, scratch_server).files
    first, second = (_effect(s, "app.things").effect for s in file.statements)
    assert (first.held, second.held) == (False, True)
    assert second.lock == "access exclusive"


def test_declared_files_and_seeds_are_rehearsed_on_what_stands(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared()
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (100, 'hundred') on conflict (id) do nothing;",
    )
    folder.migrate(empty_db)
    # The head's view needs a column that only the pending migration makes.
    folder.migration(2, "alter table app.things add column note text;")
    view = (folder.root / "views/app/titles.sql").read_text()
    folder.write("views/app/titles.sql", view.replace("t.title", "t.title, t.note"))
    folder.write("policies/app/things.sql", POLICY.replace("using (true)", "using (id > 0)"))
    planned = _plan(empty_db, folder, scratch_server)
    assert [f.path for f in planned.files] == [
        "migrations/app/20260101000002_step.sql",
        "views/app/titles.sql",
        "policies/app/things.sql",
    ]
    _, view_file, policy_file = planned.files
    assert view_file.transaction == policy_file.transaction != planned.files[0].transaction
    assert _effect(view_file.statements[0], "app.titles").effect.lock == "access exclusive"
    assert _effect(policy_file.statements[0], "app.things").blocks == "reads and writes"
    assert view_file.locks == {"app.things": "access exclusive"}
    before = empty_db.rows("select count(*) from util.migrations_meta")
    assert before == [(1,)], "the target was not touched"


@pytest.mark.every_server("locks and scans are seen in the server's own views")
def test_a_migration_that_drops_a_view_shares_a_transaction_with_its_return(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "drop view app.titles; alter table app.things alter title type varchar;")
    planned = _plan(empty_db, folder, scratch_server)
    assert {f.transaction for f in planned.files} == {1}
    assert [f.path for f in planned.files][-1] == "views/app/titles.sql"
    dropped = _effect(planned.files[0].statements[0], "app.titles").effect
    assert (dropped.kind, dropped.drops) == ("view", True)


def test_an_object_changed_by_hand_is_declared_again_in_the_plan_too(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("drop policy things_select_any on app.things")
    planned = _plan(empty_db, folder, scratch_server)
    assert [f.path for f in planned.files] == ["policies/app/things.sql"]
    assert [d.identity for d in planned.drift] == ["app.things.things_select_any"]


def test_an_empty_target_is_planned_whole_and_a_current_one_not_at_all(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared()
    planned = _plan(empty_db, folder, scratch_server)
    assert len(planned.files) == 4
    assert not [t for f in planned.files for s in f.statements for t in s.touched]
    assert empty_db.value("select to_regnamespace('util')") is None
    folder.migrate(empty_db)
    assert _plan(empty_db, folder, scratch_server).files == ()


def test_a_statement_that_fails_in_the_rehearsal_is_named(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.migration(1, BEFORE)
    folder.migrate(empty_db)
    path = folder.migration(
        2, "alter table app.things add a int;\nalter table app.nowhere add b int;"
    )
    with pytest.raises(DatabaseError) as caught:
        _plan(empty_db, folder, scratch_server)
    assert (caught.value.path, caught.value.line, caught.value.sqlstate) == (path, 2, "42P01")
    folder.migration(1, BEFORE + "select 1;")
    with pytest.raises(HistoryError):
        _plan(empty_db, folder, scratch_server)


def test_the_targets_own_cluster_is_refused_and_nothing_is_left(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, BEFORE)
    with pytest.raises(UsageError, match="the target's own"):
        _plan(empty_db, folder, empty_db.server)
    with psycopg.connect(empty_db.server.url()) as connection:
        left = connection.execute("select 1 from pg_database where datname ~ 'scratch'").fetchall()
    assert left == []


def test_plan_as_text_and_as_json(
    empty_db: Database, folder: Folder, scratch_server: Cluster, cli: Cli
) -> None:
    folder.migration(1, BEFORE)
    folder.migrate(empty_db)
    folder.migration(2, "alter table app.things alter column title set not null;")
    arguments = (
        *("--project", str(folder.root), "--database-url", empty_db.url),
        *("--scratch-url", scratch_server.url()),
    )
    code, out, _ = cli("plan", *arguments)
    assert code == 0
    assert "access exclusive  app.things  500 rows" in out
    assert "reads all of it" in out
    assert "reads and writes wait" in out
    assert "\x1b[" not in out
    code, out, _ = cli("plan", "--json", *arguments)
    touched = json.loads(out)["files"][0]["statements"][0]["touched"]
    assert touched[0]["effect"]["lock"] == "access exclusive"
    assert touched[0]["blocks"] == "reads and writes"
    folder.migrate(empty_db)
    assert cli("plan", *arguments)[1] == "nothing to do\n"


def test_locks_needed_is_read_from_text_alone() -> None:
    text = (
        "alter table a.b validate constraint c; "
        "alter table a.c add constraint x check (d) not valid"
    )
    assert locks.needed(script.parse(text, "x.sql")) == (
        locks.Need("a.b", "share update exclusive"),
        locks.Need("a.c", "access exclusive"),
    )
