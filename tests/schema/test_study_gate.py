"""Whether somebody may study a thing now is asked at every door, with one answer.

Each function of schema api that takes a lesson, an assessment, an assignment, an attempt or a
meeting is a door or says why it is none; each door is walked through every reason to refuse.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.database import INSTRUCTOR, LEARNER, OTHER_LEARNER, Database, refused
from tests.support.learning import (
    ASSIGNMENT,
    LESSONS,
    MEETING,
    PYTHON,
    QUIZ,
    call,
    cohort,
    complete,
    enrolled,
    start,
)

LESSON = LESSONS[3]
ABOUT = ("lesson_id", "assessment_id", "assignment_id", "attempt_id", "session_id")

# Statements with the id that they are about.
DOORS: dict[str, tuple[LiteralString, str]] = {
    "read_lesson": ("select api.read_lesson(%s)", "lesson"),
    "record_progress": ("select api.record_progress(%s, 1, 1)", "lesson"),
    "complete_lesson": ("select api.complete_lesson(%s)", "lesson"),
    "start_attempt": ("select api.start_attempt(%s)", "assessment"),
    "save_answers": ("select api.save_answers(%s, '{}')", "attempt"),
    "submit_attempt": ("select api.submit_attempt(%s, '{}')", "attempt"),
    "submit_assignment": (
        "select api.submit_assignment(%s, gen_random_uuid(), 'work')",
        "assignment",
    ),
    "join_live_session": ("select api.join_live_session(%s)", "session"),
}
NO_DOORS = {
    "can_read_lesson": "says what access opens, not whether it is time",
    "review_attempt": "shows results, which stay after a course ends",
    "leave_live_session": "everybody may leave",
    "record_proctoring_event": "a report against oneself, in an attempt that is open",
    "grade_attempt": "for those who grade",
    "publish_assessment": "for those who edit",
    "publish_assignment": "for those who edit",
    "publish_lesson": "for those who edit",
    "read_answer_keys": "for those who grade",
    "reorder_assessment_items": "for those who edit",
    "set_live_session_status": "for those who teach",
}
# Doors to what the course as a whole has: they do not ask about a lesson.
OF_THE_COURSE = {"save_answers", "submit_attempt", "join_live_session"}


@dataclass(frozen=True)
class World:
    """A learner with an open attempt, where everything hangs on one lesson."""

    db: Database
    ids: dict[str, UUID]

    def ask(self, door: str) -> None:
        """Go through a door as the learner."""
        query, about = DOORS[door]
        with self.db.request(LEARNER) as connection:
            connection.execute(query, [self.ids[about]])


@pytest.fixture
def world(db: Database) -> World:
    """Nothing is in the way."""
    hang: LiteralString = "update learn.{} set lesson_id = %s, is_required = false where id = %s"
    db.rows(hang.format("assessments"), [LESSON, QUIZ])
    db.rows(hang.format("assignments"), [LESSON, ASSIGNMENT])
    db.rows(
        "update learn.live_sessions set scheduled_at = now(), cohort_id = null where id = %s",
        [MEETING],
    )
    db.rows("update content.lessons set is_preview = false where id = %s", [LESSON])
    with db.request(LEARNER) as connection:
        attempt = start(connection, QUIZ)["attempt_id"]
    ids = {
        "lesson": LESSON,
        "assessment": QUIZ,
        "assignment": ASSIGNMENT,
        "session": MEETING,
        "attempt": UUID(attempt),
    }
    return World(db, ids)


def _suspended(db: Database) -> None:
    db.rows("update public.profiles set status = 'suspended' where id = %s", [LEARNER])


def _banned(db: Database) -> None:
    with psycopg.connect(db.admin_url) as admin:
        admin.execute("update auth.users set banned_until = 'infinity' where id = %s", [LEARNER])


def _dropped(db: Database) -> None:
    db.rows(
        "update learn.enrollments set status = 'dropped', ended_at = now() "
        "where user_id = %s and course_id = %s",
        [LEARNER, PYTHON],
    )


def _expired(db: Database) -> None:
    db.rows(
        "update learn.enrollments set expires_at = now() - interval '1 s' "
        "where user_id = %s and course_id = %s",
        [LEARNER, PYTHON],
    )


def _not_begun(db: Database) -> None:
    mine = cohort(db)
    db.rows("update learn.cohorts set starts_at = now() + interval '1 h' where id = %s", [mine])
    db.rows(
        "update learn.enrollments set cohort_id = %s where user_id = %s and course_id = %s",
        [mine, LEARNER, PYTHON],
    )


def _of_another_version(db: Database) -> None:
    db.rows("delete from content.content_version_lessons where lesson_id = %s", [LESSON])


def _closed(db: Database) -> None:
    db.rows("delete from access.course_access_rules where course_id = %s", [PYTHON])


def _waiting(db: Database) -> None:
    db.rows(
        "insert into content.prerequisites "
        "(course_id, lesson_id, required_course_id, required_lesson_id, created_at) "
        "values (%s, %s, %s, %s, '2020-01-01')",
        [PYTHON, LESSON, PYTHON, LESSONS[2]],
    )
    db.rows(
        "update learn.user_progress set status = 'in_progress', completed_at = null "
        "where user_id = %s and lesson_id = any (%s)",
        [LEARNER, [LESSON, LESSONS[2]]],
    )


NOT_ACTIVE = ("PT403", "user.not_active")
REQUIRED = ("PT409", "enrollment.required")
REASONS: dict[str, tuple[Callable[[Database], None], tuple[str, str]]] = {
    "suspended": (_suspended, NOT_ACTIVE),
    "banned": (_banned, ("PT401", "login.refused")),
    "dropped": (_dropped, REQUIRED),
    "expired": (_expired, REQUIRED),
    "cohort not begun": (_not_begun, ("PT409", "cohort.not_started")),
    "not in one's version": (_of_another_version, ("PT404", "lesson.not_found")),
    "access lost": (_closed, ("PT403", "access.denied")),
    "prerequisite unmet": (_waiting, ("PT409", "prerequisite.unmet")),
}


def test_every_function_about_learning_is_a_door_or_says_why_not(db: Database) -> None:
    there = {
        name
        for (name,) in db.rows(
            """
            select distinct p.proname::text
            from pg_proc as p
            cross join lateral unnest(p.proargnames) with ordinality as a (name, n)
            where
                p.pronamespace = 'api'::regnamespace
                and a.n <= p.pronargs
                and a.name = any (%s)
            """,
            [list(ABOUT)],
        )
    }
    assert there == DOORS.keys() | NO_DOORS.keys()
    assert all(NO_DOORS.values())


@pytest.mark.parametrize("door", DOORS)
def test_with_nothing_in_the_way_a_door_is_open(world: World, door: str) -> None:
    world.ask(door)


def _walks() -> Iterator[tuple[str, str]]:
    for door, reason in itertools.product(DOORS, REASONS):
        if door in OF_THE_COURSE and reason in ("not in one's version", "prerequisite unmet"):
            continue
        yield door, reason


@pytest.mark.parametrize(("door", "reason"), list(_walks()))
def test_a_door_refuses_by_name(world: World, door: str, reason: str) -> None:
    happens, (state, name) = REASONS[reason]
    happens(world.db)
    if (door, reason) == ("read_lesson", "dropped") or (door, reason) == ("read_lesson", "expired"):
        world.ask(door)  # as everybody else, who may read what is free
        return
    if reason == "not in one's version" and door in ("start_attempt", "submit_assignment"):
        name = f"{DOORS[door][1]}.not_found"
    with refused(state, name):
        world.ask(door)


SETS = {
    "suspended": 0,
    "dropped": 0,
    "expired": 0,
    "cohort not begun": 0,
    "not in one's version": 0,
    # What is there is seen, and what it takes to open it.
    "access lost": 1,
    "prerequisite unmet": 1,
}


@pytest.mark.parametrize("reason", SETS)
def test_views_show_what_may_be_studied(world: World, reason: str) -> None:
    seen: LiteralString = """
        select
            (select count(*) from api.assessments where id = %s)
            + (select count(*) from api.assignments where id = %s)
    """
    with world.db.request(LEARNER) as connection:
        assert call(connection, seen, QUIZ, ASSIGNMENT) == 2
    REASONS[reason][0](world.db)
    with world.db.request(LEARNER) as connection:
        assert call(connection, seen, QUIZ, ASSIGNMENT) == 2 * SETS[reason]


def test_what_hangs_on_no_lesson_does_not_wait_for_one(world: World) -> None:
    world.db.rows("update learn.assessments set lesson_id = null where id = %s", [QUIZ])
    _waiting(world.db)
    world.ask("start_attempt")


def test_the_hint_says_when_the_cohort_begins(world: World) -> None:
    _not_begun(world.db)
    world.db.rows("update learn.cohorts set ends_at = null, starts_at = '2040-02-29 03:00Z'")
    with world.db.request(LEARNER) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute("select set_config('timezone', 'Asia/Tokyo', true)")
        connection.execute("select api.read_lesson(%s)", [LESSON])
    assert caught.value.diag.message_hint == "It begins at 2040-02-29T03:00:00Z."


def test_the_first_lesson_that_everybody_may_read_is_open_before_the_cohort_begins(
    world: World,
) -> None:
    _not_begun(world.db)
    _waiting(world.db)
    world.db.rows("update content.lessons set is_preview = true where id = %s", [LESSON])
    world.ask("read_lesson")


def test_a_completed_lesson_stays_open_whatever_it_requires_later(world: World) -> None:
    with world.db.request(LEARNER) as connection:
        complete(connection, LESSONS[0])
    world.db.rows(
        "insert into content.prerequisites "
        "(course_id, lesson_id, required_course_id, required_lesson_id, created_at) "
        "values (%s, %s, %s, %s, '2020-01-01')",
        [PYTHON, LESSONS[0], PYTHON, LESSONS[2]],
    )
    world.db.rows(
        "delete from learn.user_progress where user_id = %s and lesson_id = %s",
        [LEARNER, LESSONS[2]],
    )
    with world.db.request(LEARNER) as connection:
        complete(connection, LESSONS[0])


@pytest.mark.parametrize("who", [None, OTHER_LEARNER], ids=["nobody", "somebody"])
def test_what_a_lesson_requires_binds_those_who_take_no_course_too(
    world: World, who: UUID | None
) -> None:
    _waiting(world.db)
    with world.db.request(who) as connection, refused("PT409", "prerequisite.unmet"):
        connection.execute("select api.read_lesson(%s)", [LESSON])


def test_those_who_teach_read_what_their_learners_do_not(world: World) -> None:
    _waiting(world.db)
    with world.db.request(INSTRUCTOR) as connection:
        connection.execute("select api.read_lesson(%s)", [LESSON])


@pytest.mark.parametrize("door", ["read_lesson", "join_live_session"])
def test_those_who_teach_are_refused_as_others_are_once_they_cannot_act(
    world: World, door: str
) -> None:
    query, about = DOORS[door]
    with world.db.request(INSTRUCTOR) as connection:
        connection.execute(query, [world.ids[about]])
    world.db.rows("update public.profiles set status = 'suspended' where id = %s", [INSTRUCTOR])
    with world.db.request(INSTRUCTOR) as connection, refused(*NOT_ACTIVE):
        connection.execute(query, [world.ids[about]])


def test_a_draft_lessons_quiz_is_nobodys_before_the_lesson_is_published(world: World) -> None:
    with world.db.request(INSTRUCTOR) as connection:
        lesson = call(
            connection,
            "insert into api.lessons (module_id, lesson_order, title, lesson_type) "
            "select module_id, 99, 'Draft', 'article' from api.lessons where id = %s returning id",
            LESSON,
        )
    world.db.rows("update learn.assessments set lesson_id = %s where id = %s", [lesson, QUIZ])
    world.db.rows("update learn.assignments set lesson_id = %s where id = %s", [lesson, ASSIGNMENT])
    for door, name in (("start_attempt", "assessment"), ("submit_assignment", "assignment")):
        with refused("PT404", f"{name}.not_found"):
            world.ask(door)


def test_a_learner_in_another_course_finds_nothing(world: World) -> None:
    other = uuid4()
    world.db.rows("insert into auth.users (id, email) values (%s, 'x@example.com')", [other])
    for door, (query, about) in DOORS.items():
        if door == "read_lesson":
            continue  # free
        with world.db.request(other) as connection, pytest.raises(psycopg.Error) as caught:
            connection.execute(query, [world.ids[about]])
        assert caught.value.diag.message_detail in (
            "enrollment.required",
            f"{about}.not_found",
            "live_session.not_found",
        ), door
    enrolled(world.db, other, PYTHON)
    with world.db.request(other) as connection:
        start(connection, QUIZ)
