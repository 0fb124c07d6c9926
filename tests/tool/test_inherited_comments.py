"""A view's column without a comment of its own has the comment of the column it shows."""

from __future__ import annotations

import psycopg
import pytest

from dbtool.commands import plan, verify
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.exporting import Exporting
from tests.support.project_folder import TABLE, Folder
from tests.support.supabase import Host, push

COMMENTED = TABLE + "comment on column app.things.title is 'Its title.';\n"
VIEW = "views/app/shown.sql"
PLAIN = "create or replace view app.shown as select t.id, t.title from app.things as t;"


def comments(db: Database, view: str = "app.shown") -> dict[str, str | None]:
    return dict(
        db.rows(
            "select attname::text, col_description(attrelid, attnum) from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0",
            [view],
        )
    )


# A view on app.things and app.parts, and which of its columns show app.things.title.
SHAPES = {
    "renamed": ("select t.title as name, t.id from app.things as t", {"name"}),
    "without an alias": ("select title from app.things", {"title"}),
    "twice": ("select t.title, t.title as again from app.things as t", {"title", "again"}),
    "joined": (
        "select p.note, t.title from app.parts as p left join app.things as t on t.id = p.thing_id",
        {"title"},
    ),
    "in a sub-select of FROM": (
        "select q.title from (select title from app.things) as q",
        {"title"},
    ),
    "in WITH": ("with q as (select title from app.things) select q.title from q", {"title"}),
    "worked out": ("select lower(t.title) as title from app.things as t", set()),
    "cast": ("select t.title::varchar as title from app.things as t", set()),
    "aggregated": ("select max(t.title) as title from app.things as t", set()),
    "in a sub-select": ("select (select t.title from app.things as t limit 1) as title", set()),
    "in a union": (
        "select title from app.things union all select note from app.parts",
        set(),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_column_that_shows_a_column__has_its_comment(
    empty_db: Database, folder: Folder, shape: str
) -> None:
    query, showing = SHAPES[shape]
    folder.migration(
        1,
        COMMENTED + "create table app.parts (id integer, thing_id integer, note text);"
        "comment on column app.parts.id is 'No view shows it.';",
    )
    folder.write(VIEW, f"create or replace view app.shown as {query};")
    folder.migrate(empty_db)
    found = comments(empty_db)
    assert {column for column, comment in found.items() if comment == "Its title."} == showing
    assert {comment for column, comment in found.items() if column not in showing} <= {None}


def test_a_comment_of_its_own__stays(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, COMMENTED)
    folder.write(VIEW, f"{PLAIN} comment on column app.shown.title is 'What is shown.';")
    folder.migrate(empty_db)
    assert comments(empty_db) == {"id": None, "title": "What is shown."}
    folder.write(VIEW, PLAIN)
    folder.migrate(empty_db)
    assert comments(empty_db)["title"] == "Its title."


def test_views_on_views__pass_comments_on(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, COMMENTED)
    folder.write(VIEW, PLAIN)
    folder.write(
        "views/app/above.sql",
        "create or replace view app.above as select s.id, s.title as name from app.shown as s;",
    )
    folder.migrate(empty_db)
    assert comments(empty_db, "app.above") == {"id": None, "name": "Its title."}
    folder.write(VIEW, f"{PLAIN} comment on column app.shown.title is 'What is shown.';")
    folder.migrate(empty_db)
    assert comments(empty_db, "app.above") == {"id": None, "name": "What is shown."}


def test_a_table_of_another_owner__gives_no_comment(empty_db: Database, folder: Folder) -> None:
    with psycopg.connect(empty_db.admin_url, autocommit=True) as connection:
        connection.execute("comment on column auth.users.email is 'As on this server alone.'")
        connection.execute("grant usage on schema auth to package_owner")
        connection.execute("grant select on auth.users to package_owner")
    folder.migration(1, COMMENTED)
    folder.write(VIEW, "create or replace view app.shown as select u.email from auth.users as u;")
    folder.migrate(empty_db)
    assert comments(empty_db) == {"email": None}


@pytest.mark.parametrize("said", ["'Another title.'", "null"])
def test_a_changed_comment_of_the_table__is_followed_at_once(
    empty_db: Database, folder: Folder, scratch_server: Cluster, said: str
) -> None:
    settings = folder.settings(empty_db, scratch_server)
    folder.migration(1, COMMENTED, "drop table app.things;")
    folder.write(VIEW, PLAIN)
    folder.migrate(empty_db)
    assert folder.migrate(empty_db) == Migrated()
    folder.migration(
        2,
        f"comment on column app.things.title is {said};",
        "comment on column app.things.title is 'Its title.';",
    )
    assert plan.plan(settings, Options(), Silent()).files
    folder.migrate(empty_db)
    assert comments(empty_db)["title"] == (None if said == "null" else said.strip("'"))
    assert folder.migrate(empty_db) == Migrated()
    assert verify.verify_record(settings, False, Silent()).clean
    assert verify.verify_files(settings, Silent()).clean
    folder.rollback(empty_db, "20260101000001")
    folder.delete("migrations/app/20260101000002_step.sql")
    folder.delete("migrations/app/20260101000002_step.down.sql")
    folder.migrate(empty_db)
    assert comments(empty_db)["title"] == "Its title."
    assert verify.verify_files(settings, Silent()).clean


def test_an_export__carries_them(exporting: Exporting, host: Host) -> None:
    folder = exporting.folder
    folder.migration(2, "comment on column app.things.title is 'Its title.';")
    exporting.export()
    pushed = host.database()
    push(pushed, exporting.out)
    assert comments(pushed, "app.titles")["title"] == "Its title."
    folder.migration(3, "comment on column app.things.title is 'Another title.';")
    written = exporting.export()
    assert any('"titles"' in exporting.text(name) for name in written)
    push(pushed, exporting.out)
    assert comments(pushed, "app.titles")["title"] == "Another title."
    exporting.assert_agrees(pushed)
