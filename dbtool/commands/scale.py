"""``dbtool seed --scale``: a world of a chosen size, to measure on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import LiteralString

from dbtool.commands.scale_ids import (
    BEGUN,
    COURSES_PER_PERSON,
    LESSONS_PER_COURSE,
    LESSONS_PER_MODULE,
    World,
    assessment_id,
    attempt_id,
    course_id,
    course_line,
    day,
    item_id,
    lesson_id,
    module_id,
    person_id,
    tier,
)
from dbtool.db import copying, ledger
from dbtool.db.connect import Connection
from dbtool.errors import UsageError
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.progress import Progress

_ANALYZED = (
    "auth.users",
    "public.profiles",
    "rbac.user_roles",
    "content.courses",
    "content.course_stats",
    "content.modules",
    "content.lessons",
    "content.content_versions",
    "content.content_version_lessons",
    "access.course_access_rules",
    "learn.enrollments",
    "learn.user_progress",
    "learn.user_assessment_attempts",
    "learn.attempt_results",
)
_PUBLISH = (
    "select learn.publish_assessment(a.id), content.publish_course(a.course_id)"
    " from learn.assessments as a where a.course_id = %s"
)
_COUNT = "select content.rebuild_course_stats(%s)"


@dataclass(frozen=True)
class Rows:
    """What COPY sends to a table: its columns, how many rows, and those, parted by tabs."""

    table: str
    columns: str
    total: int
    lines: Iterable[str]


@dataclass(frozen=True)
class Scaled:
    """Rows that were made, and how long it took."""

    people: int
    courses: int
    lessons: int
    enrollments: int
    progress_rows: int
    attempts: int
    seconds: float


def seed_scale(settings: Settings, people: int, progress: Progress) -> Scaled:
    """Make the world in one transaction, then gather statistics.

    Raises:
        UsageError: Fewer than 100 people; a world is there; the database is not migrated.
        DatabaseError: Postgres refused a row; nothing was made.
    """
    if people < 100:
        raise UsageError("a world has 100 people or more", hint="Give --users 100 or more.")
    world = World(people)
    began = time.monotonic()
    with session.exclusive(settings, 600, progress) as (connection, _):
        _check(connection)
        with connection.transaction():
            connection.execute(b"set local search_path = ''")
            _copy(connection, _people(world), progress)
            _appoint_teachers(connection, world)
            _copy(connection, _courses(connection, world), progress)
            _each_course("publishing", _PUBLISH, connection, world, progress)
            _copy(connection, _learning(connection, world), progress)
            _each_course("counting", _COUNT, connection, world, progress)
        progress.start(len(_ANALYZED), "statistics")
        for table in _ANALYZED:
            progress.step(table)
            connection.execute(f"vacuum (analyze) {table}".encode())
    return Scaled(
        people,
        world.courses,
        world.courses * LESSONS_PER_COURSE,
        people * COURSES_PER_PERSON,
        people * sum(BEGUN),
        len(range(0, people, 2)),
        round(time.monotonic() - began, 1),
    )


def _check(connection: Connection) -> None:
    if not ledger.exists(connection):
        raise UsageError("the database is not migrated", hint="Run `dbtool migrate` first.")
    known = connection.execute(
        "select to_regclass('learn.user_progress') is not null,"
        " exists (select from public.profiles where id = %s)",
        [person_id(0)],
    ).fetchone()
    if known and not known[0]:
        raise UsageError("the database has no schema learn", hint="Run `dbtool migrate` first.")
    if known and known[1]:
        raise UsageError(
            "there is a world of some size already",
            hint="Make another one in a new database: `dbtool down --destroy`, then `dbtool up`.",
        )


def _people(world: World) -> Iterator[Rows]:
    """Logins; triggers make profiles, settings and roles of them."""
    yield Rows(
        "auth.users",
        "id email is_anonymous raw_user_meta_data",
        world.people,
        (
            f'{person_id(n)}\tlearner.{n}@example.com\tf\t{{"display_name": "Learner {n}"}}'
            for n in range(world.people)
        ),
    )


def _appoint_teachers(connection: Connection, world: World) -> None:
    connection.execute(
        "insert into rbac.user_roles (user_id, role_id, reason)"
        " select p.id, r.id, 'scale' from unnest(%s::uuid[]) as p (id)"
        " inner join rbac.roles as r on r.name = 'instructor'",
        [[person_id(n) for n in range(world.teachers)]],
    )


def _courses(connection: Connection, world: World) -> Iterator[Rows]:
    tiers: dict[str, str] = dict(connection.execute("select name, id::text from access.tiers"))
    courses, count = range(world.courses), world.courses
    modules = range(LESSONS_PER_COURSE // LESSONS_PER_MODULE)
    lessons = range(LESSONS_PER_COURSE)
    yield Rows(
        "content.courses",
        "id slug title subtitle description language difficulty created_by",
        count,
        (course_line(n, world) for n in courses),
    )
    yield Rows(
        "content.modules",
        "id course_id module_order title is_published",
        count * len(modules),
        (
            f"{module_id(n, m)}\t{course_id(n)}\t{m + 1}\tModule {m + 1}\tt"
            for n in courses
            for m in modules
        ),
    )
    yield Rows(
        "content.lessons",
        "id module_id lesson_order title lesson_type duration_sec is_preview is_published",
        count * len(lessons),
        (
            f"{lesson_id(n, i)}\t{module_id(n, i // LESSONS_PER_MODULE)}\t"
            f"{i % LESSONS_PER_MODULE + 1}\tLesson {i + 1}\tvideo\t600\t{'t' if i == 0 else 'f'}\tt"
            for n in courses
            for i in lessons
        ),
    )
    yield Rows(
        "content.lesson_bodies",
        "lesson_id content",
        count * len(lessons),
        (
            f'{lesson_id(n, i)}\t{{"text": "What lesson {i + 1} teaches."}}'
            for n in courses
            for i in lessons
        ),
    )
    yield Rows(
        "access.course_access_rules",
        "course_id tier_id",
        count,
        (f"{course_id(n)}\t{tiers[tier(n)]}" for n in courses),
    )
    yield Rows(
        "learn.assessments",
        "id course_id title assessment_type",
        count,
        (f"{assessment_id(n)}\t{course_id(n)}\tFinal exam\tfinal_exam" for n in courses),
    )
    yield Rows(
        "learn.assessment_items",
        "id assessment_id item_order item_type prompt",
        count,
        (f"{item_id(n)}\t{assessment_id(n)}\t1\ttrue_false\tTrue?" for n in courses),
    )
    yield Rows(
        "learn.answer_keys", "item_id correct", count, (f"{item_id(n)}\ttrue" for n in courses)
    )


def _learning(connection: Connection, world: World) -> Iterator[Rows]:
    """What people did in the courses, which are published by now."""
    versions = {
        id_: (course_version, exam_version)
        for id_, course_version, exam_version in connection.execute(
            "select c.id::text, c.version_id::text, a.version_id::text from content.courses as c"
            " inner join learn.assessments as a on c.id = a.course_id where c.id = any (%s)",
            [[course_id(n) for n in range(world.courses)]],
        )
    }
    ids = [course_id(n) for n in range(world.courses)]
    lessons = [[lesson_id(n, i) for i in range(max(BEGUN))] for n in range(world.courses)]
    yield Rows(
        "learn.enrollments",
        "user_id course_id version_id source enrolled_at",
        world.people * COURSES_PER_PERSON,
        (
            f"{person_id(n)}\t{ids[c]}\t{versions[ids[c]][0]}\t"
            f"{'free' if tier(c) == 'free' else 'role'}\t{day(n)}"
            for n in range(world.people)
            for c in world.courses_of(n)
        ),
    )
    yield Rows(
        "learn.user_progress",
        "user_id lesson_id course_id status started_at completed_at watch_time_sec"
        " last_position_sec last_activity_at",
        world.people * sum(BEGUN),
        _progress_lines(world, ids, lessons),
    )
    takers = range(0, world.people, 2)
    taken = ((n, world.courses_of(n)[0]) for n in takers)
    yield Rows(
        "learn.user_assessment_attempts",
        "id assessment_id version_id user_id course_id attempt_no status started_at submitted_at",
        len(takers),
        (
            f"{attempt_id(n)}\t{assessment_id(c)}\t{versions[ids[c]][1]}\t{person_id(n)}\t{ids[c]}"
            f"\t1\tgraded\t{day(n)}\t{day(n)}"
            for n, c in taken
        ),
    )
    taken = ((n, world.courses_of(n)[0]) for n in takers)
    yield Rows(
        "learn.attempt_results",
        "attempt_id user_id course_id assessment_id item_points score max_score is_passed"
        " graded_at shown_at",
        len(takers),
        (
            f"{attempt_id(n)}\t{person_id(n)}\t{ids[c]}\t{assessment_id(c)}\t"
            f"{json.dumps({item_id(c): n % 4 and 1})}\t{n % 4 and 1}\t1\t{'t' if n % 4 else 'f'}\t"
            f"{day(n)}\t{day(n)}"
            for n, c in taken
        ),
    )


def _progress_lines(world: World, ids: list[str], lessons: list[list[str]]) -> Iterator[str]:
    for n in range(world.people):
        person, when = person_id(n), day(n)
        done = f"completed\t{when}\t{when}\t600\t600\t{when}"
        for at, course in enumerate(world.courses_of(n)):
            is_last = at == COURSES_PER_PERSON - 1
            state = f"in_progress\t{when}\t\\N\t300\t300\t{when}" if is_last else done
            for lesson in lessons[course][: BEGUN[at]]:
                yield f"{person}\t{lesson}\t{ids[course]}\t{state}"


def _each_course(
    what: str, statement: LiteralString, connection: Connection, world: World, progress: Progress
) -> None:
    progress.start(world.courses, what)
    for number in range(world.courses):
        progress.step("")
        connection.execute(statement, [course_id(number)])


def _copy(connection: Connection, tables: Iterable[Rows], progress: Progress) -> None:
    """COPY that says how far it is, a percent at a time.

    Pieces, because what foreign keys and triggers check waits in memory for a statement's end.
    """
    for rows in tables:
        progress.start(100, rows.table)
        lines, columns = iter(rows.lines), tuple(rows.columns.split())
        for percent in range(100):
            size = rows.total * (percent + 1) // 100 - rows.total * percent // 100
            progress.step("")
            if size:
                copying.copy_lines(connection, rows.table, columns, islice(lines, size))
        # The functions that come next would take the table for empty.
        connection.execute(f"analyze {rows.table}".encode())
