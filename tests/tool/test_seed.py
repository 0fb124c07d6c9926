"""Reference rows never overwrite what an operator changed; demo rows come once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dbtool.commands import seed
from dbtool.errors import DatabaseError, FileError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder
from tests.support.servers import REPOSITORY

PATH = "seeds/reference/app/things.sql"


def _seed(*rows: str) -> str:
    values = ",\n".join(rows)
    return f"insert into app.things (id, title)\nvalues\n{values}\non conflict (id) do nothing;\n"


@pytest.fixture
def seeded(empty_db: Database, folder: Folder) -> Folder:
    folder.migration(1, TABLE)
    folder.write(PATH, _seed("(1, 'one')", "(2, 'two')", "(3, 'three')"))
    folder.migrate(empty_db)
    return folder


def _rows(db: Database) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in db.rows("select id, title from app.things order by id")]


def test_reference_rows_travel_with_migrate(empty_db: Database, seeded: Folder) -> None:
    assert _rows(empty_db) == [(1, "one"), (2, "two"), (3, "three")]
    assert not seeded.migrate(empty_db).seeds


def test_rows_of_a_younger_schema_come_later_whatever_its_name(
    empty_db: Database, folder: Folder
) -> None:
    folder.write(
        "migrations/zeta/20260101000001_a.sql",
        "create schema zeta; create table zeta.a (id int primary key); "
        "alter table zeta.a enable row level security;",
    )
    folder.write(
        "migrations/alpha/20260101000002_b.sql",
        "create schema alpha; create table alpha.b (id int primary key, "
        "constraint fk_b_a foreign key (id) references zeta.a (id)); "
        "alter table alpha.b enable row level security;",
    )
    for name in ("zeta.a", "alpha.b"):
        schema, table = name.split(".")
        folder.write(
            f"seeds/reference/{schema}/{table}.sql",
            f"insert into {name} (id) values (1) on conflict (id) do nothing;",
        )
    folder.migrate(empty_db)
    assert empty_db.value("select count(*) from alpha.b") == 1


def test_what_an_operator_changed_or_deleted_stays_so(empty_db: Database, seeded: Folder) -> None:
    empty_db.rows("update app.things set title = 'mine' where id = 1")
    empty_db.rows("delete from app.things where id = 2")
    seeded.write(PATH, _seed("(1, 'uno')", "(2, 'due')", "(3, 'tre')", "(4, 'quattro')"))
    result = seeded.migrate(empty_db).seeds[0]
    assert (result.inserted, result.updated, result.kept) == (1, 1, 2)
    assert _rows(empty_db) == [(1, "mine"), (3, "tre"), (4, "quattro")]
    seeded.write(PATH, _seed("(1, 'uno')", "(2, 'due')", "(3, 'tre!')", "(4, 'quattro')"))
    seeded.migrate(empty_db)
    assert _rows(empty_db) == [(1, "mine"), (3, "tre!"), (4, "quattro")]


def test_a_row_that_an_operator_made_first_is_his(empty_db: Database, seeded: Folder) -> None:
    empty_db.rows("insert into app.things values (9, 'mine')")
    seeded.write(PATH, _seed("(1, 'one')", "(2, 'two')", "(3, 'three')", "(9, 'nine')"))
    seeded.migrate(empty_db)
    seeded.write(PATH, _seed("(1, 'one')", "(2, 'two')", "(3, 'three')", "(9, 'NINE')"))
    seeded.migrate(empty_db)
    assert _rows(empty_db)[-1] == (9, "mine")


def test_a_table_made_anew_is_seeded_again(empty_db: Database, seeded: Folder) -> None:
    seeded.migration(2, "drop table app.things; " + TABLE)
    seeded.migrate(empty_db)
    assert len(_rows(empty_db)) == 3


def test_an_error_in_a_seed_names_its_line(empty_db: Database, seeded: Folder) -> None:
    seeded.write(PATH, _seed("(1, 'one')", "(2, 'two')", "('x', 'three')"))
    with pytest.raises(DatabaseError) as caught:
        seeded.migrate(empty_db)
    assert (caught.value.path, caught.value.line) == (PATH, 5)
    assert len(_rows(empty_db)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "insert into app.things (id, title) values (9, 'nine') on\n  conflict (id) do nothing;",
        "INSERT INTO APP.THINGS (ID, TITLE) VALUES (9, 'nine') ON  CONFLICT (ID) DO NOTHING;",
        'insert into "app"."things" (id, title) values (9, \'nine\') on conflict (id) do nothing;',
        "insert into app.things (id, title) values (9, 'nine') on conflict (id) do nothing; "
        "-- on conflict we keep theirs",
        "-- on conflict: insert into app.things\ninsert into app.things (id, title) "
        "values (9, 'nine') /* İİ on conflict */ on conflict (id) do nothing;",
        "with app as (select 'nine'::text as things) insert into app.things (id, title) "
        "select 9, app.things from app on conflict (id) do nothing;",
    ],
)
def test_a_seed_may_be_worded_in_any_way(empty_db: Database, seeded: Folder, text: str) -> None:
    seeded.write(PATH, text)
    seeded.migrate(empty_db)
    assert _rows(empty_db)[-1] == (9, "nine")


def test_a_key_that_is_null_is_an_error_with_its_file(empty_db: Database, seeded: Folder) -> None:
    seeded.write(PATH, _seed("(null, 'nine')"))
    with pytest.raises(DatabaseError) as caught:
        seeded.migrate(empty_db)
    assert caught.value.path == PATH


@pytest.mark.parametrize(
    "text",
    [
        "delete from app.things;",
        "insert into app.things (id) values (1) on conflict (id) do update set title = 'x';",
        "insert into app.things (id) values (1) on conflict (id) do nothing returning id;",
        "insert into things (id) values (1) on conflict (id) do nothing;",
        "insert into app.things (id) values (1);",
        "insert into app.things (title) values ('x') on conflict (id) do nothing;",
        _seed("(1, 'one')") + _seed("(2, 'two')"),
        _seed("(1, 'one')", "(1, 'uno')"),
    ],
)
def test_a_reference_seed_is_one_insert_with_a_key(
    empty_db: Database, seeded: Folder, text: str
) -> None:
    seeded.write(PATH, text)
    with pytest.raises(FileError) as caught:
        seeded.migrate(empty_db)
    assert caught.value.path == PATH
    assert len(_rows(empty_db)) == 3


def test_demo_rows_come_once_and_edits_stay(
    db: Database, cli: Callable[..., tuple[int, str, str]]
) -> None:
    db.rows("update public.profiles set bio = 'mine' where username = 'learner_one'")
    settings = Settings(REPOSITORY, db.url)
    before = db.rows("select id, bio, username, updated_at from public.profiles order by id")
    assert seed.seed_demo(settings, Silent()).inserted == 0
    assert db.rows("select id, bio, username, updated_at from public.profiles order by id") == (
        before
    )
    code, out, _ = cli(
        "--project", str(REPOSITORY), "--database-url", db.url, "seed", "--demo", "--yes"
    )
    assert (code, out) == (0, "0 demo rows inserted\n")


def test_all_reference_rows_can_be_merged_again(db: Database) -> None:
    db.rows("update rbac.roles set title = 'Boss' where name = 'admin'")
    merged = seed.seed_reference(Settings(REPOSITORY, db.url), Silent())
    assert sum(m.inserted + m.updated for m in merged) == 0
    assert db.value("select title from rbac.roles where name = 'admin'") == "Boss"


def test_an_operator_who_took_a_permission_from_a_role_does_not_get_it_back(
    db: Database,
) -> None:
    db.rows(
        """
        delete from rbac.role_permissions
        where role_id = (select id from rbac.roles where name = 'moderator')
            and permission_id = (select id from rbac.permissions where name = 'profile.read_any')
        """
    )
    seed.seed_reference(Settings(REPOSITORY, db.url), Silent())
    assert (
        db.value(
            """
            select count(*) from rbac.role_permissions as rp
            inner join rbac.roles as r on r.id = rp.role_id
            inner join rbac.permissions as p on p.id = rp.permission_id
            where r.name = 'moderator' and p.name = 'profile.read_any'
            """
        )
        == 0
    )


def test_seeding_an_empty_database_says_to_migrate_first(
    empty_db: Database, cli: Callable[..., tuple[int, str, str]]
) -> None:
    arguments = ("--project", str(REPOSITORY), "--database-url", empty_db.url, "seed")
    code, _, error = cli(*arguments, "--demo", "--yes")
    assert code == 2
    assert "dbtool migrate" in error
    assert cli(*arguments)[0] == 2
