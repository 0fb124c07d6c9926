"""``dbtool seed --scale``: a world that is what it says, true to every counter, or none at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from dbtool.commands import scale
from dbtool.commands.scale_ids import World, course_id, lesson_id, person_id
from dbtool.errors import DatabaseError, UsageError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from tests.support.database import Database
from tests.support.learning import PYTHON, problems
from tests.support.servers import REPOSITORY

PEOPLE = 1_000
Cli = Callable[..., tuple[int, str, str]]


def _settings(db: Database) -> Settings:
    return Settings(REPOSITORY, db.url)


def test_a_world_has_what_it_says_and_its_counters_are_true(db: Database, cli: Cli) -> None:
    before = db.value("select count(*) from learn.user_progress")
    code, out, error = cli(
        "--project",
        str(REPOSITORY),
        "--database-url",
        db.url,
        "--json",
        "seed",
        "--scale",
        "--users",
        str(PEOPLE),
        "--yes",
    )
    assert code == 0, error
    made = json.loads(out)["scale"]
    assert made["people"] == PEOPLE
    assert made["progress_rows"] == 10 * PEOPLE
    for table, column, count in (
        ("public.profiles", "id", made["people"]),
        ("content.courses", "id", made["courses"]),
        ("content.lessons", "id", made["lessons"]),
        ("learn.enrollments", "user_id", made["enrollments"]),
        ("learn.user_assessment_attempts", "user_id", made["attempts"]),
    ):
        found = db.value(f"select count(*) from {table} where {column}::text like '5ca1e00%'")
        assert found == count, table
    assert db.value("select count(*) from learn.user_progress") == before + made["progress_rows"]
    assert problems(db) == []


def test_people_of_a_world_use_it_as_people_do(db: Database) -> None:
    scale.seed_scale(_settings(db), PEOPLE, Silent())
    me, other = 500, World(PEOPLE).courses_of(500)[2]
    with db.request(UUID(person_id(me))) as connection:
        mine = connection.execute(
            "select course_id::text, completed_lessons, percent from api.my_course_progress "
            "order by completed_lessons desc"
        ).fetchall()
        assert mine == [
            (course_id(0), 5, 25),
            (course_id(World(PEOPLE).courses_of(me)[1]), 4, 20),
            (course_id(other), 0, 0),
        ]
        done = connection.execute(
            "select api.complete_lesson(%s) ->> 'is_new'", [lesson_id(other, 0)]
        ).fetchone()
        assert done == ("true",)
    with db.request(UUID(person_id(0))) as connection:
        page = connection.execute("select * from api.gradebook(%s)", [course_id(0)]).fetchall()
        assert len(page) == 50
    assert problems(db) == []


def test_a_world_is_made_once_and_a_refused_one_leaves_nothing(db: Database, cli: Cli) -> None:
    with pytest.raises(UsageError, match="100 people or more"):
        scale.seed_scale(_settings(db), 99, Silent())
    # A course has the address that the world's last course is to have.
    db.rows("update content.courses set slug = 'scale-9' where id = %s", [PYTHON])
    with pytest.raises(DatabaseError, match=r"content\.courses"):
        scale.seed_scale(_settings(db), 100, Silent())
    assert db.value("select count(*) from auth.users where id::text like '5ca1e000%'") == 0
    db.rows("update content.courses set slug = 'python' where id = %s", [PYTHON])
    scale.seed_scale(_settings(db), 100, Silent())
    arguments = ("--project", str(REPOSITORY), "--database-url", db.url, "seed", "--scale")
    code, _, error = cli(*arguments, "--yes")
    assert code == 2
    assert "there is a world of some size already" in error
    code, _, error = cli(*arguments)  # nobody to ask
    assert code == 2
    assert db.value("select count(*) from auth.users where id::text like '5ca1e000%'") == 100


def test_without_its_tables_there_is_no_world(empty_db: Database) -> None:
    with pytest.raises(UsageError, match="not migrated"):
        scale.seed_scale(_settings(empty_db), 100, Silent())
