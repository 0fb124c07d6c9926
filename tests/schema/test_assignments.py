"""Work to hand in and its late policy; meetings and who took part."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.database import (
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Connection,
    Database,
    refused,
)
from tests.support.learning import (
    ASSIGNMENT,
    DRAFT,
    LESSONS,
    MEETING,
    PYTHON,
    QUIZ,
    call,
    cohort,
    complete,
    enroll,
    enrolled,
    people,
)


def _hand_in(
    connection: Connection, key: UUID, content: str | None = "mine", files: list[UUID] | None = None
) -> Any:
    return call(
        connection,
        "select api.submit_assignment(%s, %s, %s, %s::uuid[])",
        ASSIGNMENT,
        key,
        content,
        files or [],
    )


def _grade(connection: Connection, submission: UUID, version: int, points: object) -> Any:
    return call(connection, "select api.grade_submission(%s, %s, %s)", submission, version, points)


def _late(db: Database, days: float) -> None:
    """The assignment was due so many days ago."""
    db.rows(
        "update learn.assignments set due_after_days = null, due_at = now() - %s where id = %s",
        [timedelta(days=days), ASSIGNMENT],
    )


# Handing in


def test_what_is_handed_in_is_graded_and_seen_by_its_author(db: Database) -> None:
    key = uuid4()
    xp = "select total_xp from gamification.user_xp where user_id = %s"
    with db.request(LEARNER) as connection:
        first = _hand_in(connection, key, files=[uuid4()])
    assert (first["submission_no"], first["days_late"]) == (1, 0)
    before = db.value(xp, [LEARNER])
    with db.request(INSTRUCTOR) as connection:
        assert _grade(connection, key, 1, "87.5")["is_passed"] is True
    assert db.value(xp, [LEARNER]) >= before + 30
    with db.request(LEARNER) as connection:
        assert connection.execute(
            "select points, status from api.my_submissions where id = %s", [key]
        ).fetchall() == [(Decimal("87.5"), "graded")]


def test_the_same_key_is_the_same_submission(db: Database) -> None:
    key = uuid4()
    with db.request(LEARNER) as connection:
        first = _hand_in(connection, key)
        assert _hand_in(connection, key) == first
        with refused("PT409", "idempotency.key_reused"), connection.transaction():
            _hand_in(connection, key, "another")
    enrolled(db, OTHER_LEARNER, PYTHON)
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "idempotency.key_reused"):
        _hand_in(connection, key)


@pytest.mark.parametrize(("content", "files"), [(None, 0), ("  ", 0), ("x" * 200001, 0), ("x", 21)])
def test_work_that_is_none_or_too_much(db: Database, content: str | None, files: int) -> None:
    with db.request(LEARNER) as connection, refused("PT400", "assignment.request_invalid"):
        _hand_in(connection, uuid4(), content, [uuid4() for _ in range(files)])


def test_work_is_handed_in_as_often_as_is_allowed(db: Database) -> None:
    with db.request(LEARNER) as connection:
        assert [_hand_in(connection, uuid4())["submission_no"] for _ in range(3)] == [1, 2, 3]
        with refused("PT409", "assignment.submissions_used"):
            _hand_in(connection, uuid4())


def test_only_those_who_take_the_course_see_and_do_its_assignments(db: Database) -> None:
    with db.request(OTHER_LEARNER) as connection:
        assert call(connection, "select count(*) from api.assignments") == 0
        with refused("PT404", "assignment.not_found"):
            _hand_in(connection, uuid4())
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_assignment(%s, false)", [ASSIGNMENT])
    with db.request(LEARNER) as connection:
        assert call(connection, "select count(*) from api.assignments") == 0


# The late policy


@pytest.mark.parametrize(
    ("days", "late", "penalty", "points"),
    [
        (-1, 0, 0, "80"),
        (0.01, 1, 10, "72"),
        (1.5, 2, 20, "64"),
        (4.9, 5, 50, "40"),
        (299.5, 300, 50, "40"),
    ],
)
def test_late_work_earns_less_each_day_down_to_the_floor(
    db: Database, days: float, late: int, penalty: int, points: str
) -> None:
    _late(db, days)
    key = uuid4()
    with db.request(LEARNER) as connection:
        answer = _hand_in(connection, key)
    assert (answer["days_late"], answer["penalty_percent"]) == (late, penalty)
    # What it could earn when it was handed in counts.
    db.rows("update learn.assignments set points = 10")
    with db.request(INSTRUCTOR) as connection:
        graded = _grade(connection, key, 1, 80)
    assert Decimal(str(graded["points"])) == Decimal(points)
    assert graded["is_passed"] is (Decimal(points) >= 50)


def test_late_work_that_is_not_taken(db: Database) -> None:
    _late(db, 1)
    db.rows("update learn.assignments set is_late_allowed = false")
    with db.request(LEARNER) as connection, refused("PT409", "assignment.closed"):
        _hand_in(connection, uuid4())


def test_a_deadline_that_runs_from_the_enrolment(db: Database) -> None:
    db.rows("update learn.assignments set due_after_days = 5")
    with db.request(LEARNER) as connection:
        assert _hand_in(connection, uuid4())["days_late"] == 4 + 1  # enrolled nine days ago
    enrolled(db, OTHER_LEARNER, PYTHON)
    with db.request(OTHER_LEARNER) as connection:
        assert _hand_in(connection, uuid4())["days_late"] == 0


# Grading


def test_the_second_of_two_graders_is_told(db: Database) -> None:
    key = uuid4()
    with db.request(LEARNER) as connection:
        _hand_in(connection, key)
    with db.request(INSTRUCTOR) as connection:
        assert _grade(connection, key, 1, 60)["version"] == 2
        with refused("PT409", "grade.conflict"), connection.transaction():
            _grade(connection, key, 1, 70)
        assert _grade(connection, key, 2, 70)["version"] == 3


@pytest.mark.parametrize("points", [-1, 101, "1.001", None])
def test_points_that_the_assignment_does_not_give(db: Database, points: object) -> None:
    key = uuid4()
    with db.request(LEARNER) as connection:
        _hand_in(connection, key)
    with db.request(INSTRUCTOR) as connection, refused("PT400", "grade.points_invalid"):
        _grade(connection, key, 1, points)


def test_who_may_not_grade_submissions(db: Database) -> None:
    key, own = uuid4(), uuid4()
    enrolled(db, INSTRUCTOR, PYTHON)
    with db.request(LEARNER) as connection:
        _hand_in(connection, key)
    with db.request(INSTRUCTOR) as connection:
        _hand_in(connection, own)
    with db.request(MODERATOR) as connection, refused("PT404", "grade.not_found"):
        _grade(connection, key, 1, 1)
    with db.request(INSTRUCTOR) as connection, refused("PT403", "grade.own_work"):
        _grade(connection, own, 1, 100)
    with db.request(LEARNER) as connection, refused("42501"):
        _grade(connection, key, 1, 100)


def test_a_required_assignment_completes_lesson_and_course(db: Database) -> None:
    db.rows("update learn.assignments set is_required = true, lesson_id = %s", [LESSONS[3]])
    key = uuid4()
    with db.request(LEARNER) as connection, refused("PT409", "lesson.assignment_open"):
        complete(connection, LESSONS[3])
    with db.request(LEARNER) as connection:
        _hand_in(connection, key)
    with db.request(INSTRUCTOR) as connection:
        _grade(connection, key, 1, 49)
    with db.request(LEARNER) as connection, refused("PT409", "lesson.assignment_open"):
        complete(connection, LESSONS[3])
    with db.request(INSTRUCTOR) as connection:
        _grade(connection, key, 2, 50)
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[3])["is_new"]


def test_a_course_that_was_closed_takes_and_gives_nothing(db: Database) -> None:
    _status(db, "live")
    db.rows("delete from access.course_access_rules where course_id = %s", [PYTHON])
    for attempt, thing in (
        (b"select api.submit_assignment(%s, gen_random_uuid(), 'mine')", ASSIGNMENT),
        (b"select api.start_attempt(%s)", QUIZ),
        (b"select api.join_live_session(%s)", MEETING),
        (b"select api.complete_lesson(%s)", LESSONS[2]),
    ):
        with db.request(LEARNER) as connection, refused("PT403", "access.denied"):
            connection.execute(attempt, [thing])


# Meetings


def _status(db: Database, status: str, meeting: UUID = MEETING) -> None:
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.set_live_session_status(%s, %s)", [meeting, status])


def _join(db: Database, who: UUID, meeting: UUID = MEETING) -> Any:
    with db.request(who) as connection:
        return call(connection, "select api.join_live_session(%s)", meeting)


def test_learners_find_the_way_to_a_meeting_and_others_do_not(db: Database) -> None:
    _status(db, "live")
    assert _join(db, LEARNER)["join_url"] == "https://meet.example.com/questions"
    assert _join(db, INSTRUCTOR)["role"] == "host"
    with db.request(OTHER_LEARNER) as connection:
        assert call(connection, "select count(*) from api.live_sessions") == 0
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "live_session.not_found"):
        call(connection, "select api.join_live_session(%s)", MEETING)
    for who in (LEARNER, OTHER_LEARNER):
        with db.request(who) as connection, refused("42501"):
            connection.execute("select * from api.live_session_links")


def test_a_meeting_opens_a_while_before_it_begins(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("PT409", "live_session.not_open"):
        call(connection, "select api.join_live_session(%s)", MEETING)
    db.rows("update learn.live_sessions set scheduled_at = now() + interval '14 minutes'")
    assert _join(db, LEARNER)["status"] == "scheduled"
    assert db.value("select count(*) from learn.live_session_participants") == 0


def test_who_takes_part_long_enough_earns_xp_when_it_ends(db: Database) -> None:
    _status(db, "live")
    short = people(db, 1)[0]
    for who in (LEARNER, short):
        if who != LEARNER:
            enrolled(db, who, PYTHON)
        _join(db, who)
    db.rows(
        "update learn.live_session_participants set joined_at = now() - interval '11 minutes' "
        "where user_id = %s",
        [LEARNER],
    )
    xp = "select coalesce(sum(total_xp), 0) from gamification.user_xp where user_id = %s"
    before = db.value(xp, [LEARNER])
    with db.request(LEARNER) as connection:
        assert call(connection, "select api.leave_live_session(%s)", MEETING) >= 660
        assert call(connection, "select api.leave_live_session(%s)", MEETING) >= 660
    _status(db, "ended")
    _status(db, "ended")
    assert db.value(xp, [LEARNER]) == before + 20
    assert db.value(xp, [short]) == 0


def test_leaving_a_meeting_is_about_oneself(db: Database) -> None:
    _status(db, "live")
    _join(db, LEARNER)
    enrolled(db, OTHER_LEARNER, PYTHON)
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "live_session.not_found"):
        call(connection, "select api.leave_live_session(%s)", MEETING)
    assert (
        db.value(
            "select left_at from learn.live_session_participants where user_id = %s", [LEARNER]
        )
        is None
    )


def test_who_holds_a_meeting_joins_it_without_teaching(db: Database) -> None:
    db.rows("update learn.live_sessions set host_id = %s where id = %s", [MODERATOR, MEETING])
    assert _join(db, MODERATOR)["role"] == "host"


def test_joining_and_leaving_adds_up(db: Database) -> None:
    _status(db, "live")
    for _ in range(2):
        _join(db, LEARNER)
        _join(db, LEARNER)
        db.rows(
            "update learn.live_session_participants set joined_at = now() - interval '1 minute'"
        )
        with db.request(LEARNER) as connection:
            attended = call(connection, "select api.leave_live_session(%s)", MEETING)
    assert 120 <= attended <= 130
    with db.request(LEARNER) as connection:  # they are not there any more
        assert call(connection, "select api.leave_live_session(%s)", MEETING) == attended


def test_a_full_meeting_and_one_of_another_cohort(db: Database) -> None:
    _status(db, "live")
    db.rows("update learn.live_sessions set max_participants = 1")
    enrolled(db, OTHER_LEARNER, PYTHON)
    _join(db, OTHER_LEARNER)
    with db.request(LEARNER) as connection, refused("PT409", "live_session.full"):
        call(connection, "select api.join_live_session(%s)", MEETING)
    _join(db, OTHER_LEARNER)
    _join(db, INSTRUCTOR)
    group = cohort(db)
    db.rows("update learn.live_sessions set max_participants = null, cohort_id = %s", [group])
    with db.request(LEARNER) as connection, refused("PT403", "access.denied"):
        call(connection, "select api.join_live_session(%s)", MEETING)
    member = people(db, 1)[0]
    with db.request(member) as connection:
        enroll(connection, PYTHON, group)
    assert _join(db, member)["role"] == "learner"


def test_a_meeting_that_ended_gives_its_recording_alone(db: Database) -> None:
    _status(db, "live")
    _status(db, "ended")
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "update api.live_session_links set recording_url = 'https://video.example.com/1'"
        )
    answer = _join(db, LEARNER)
    assert (answer["join_url"], answer["recording_url"]) == (None, "https://video.example.com/1")


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        (("ended",), "ended"),
        (("live",), "cancelled"),
        (("cancelled",), "live"),
        (("live", "ended"), "live"),
        ((), "nonsense"),
        ((), "scheduled"),
    ],
)
def test_a_meetings_life(db: Database, steps: tuple[str, ...], refusal: str) -> None:
    for step in steps if steps != ("ended",) else ():
        _status(db, step)
    if refusal == "scheduled":
        _status(db, refusal)  # as it is already
        return
    with db.request(INSTRUCTOR) as connection, refused("PT409", "live_session.status_invalid"):
        connection.execute("select api.set_live_session_status(%s, %s)", [MEETING, refusal])


def test_teachers_make_meetings_of_their_courses(db: Database) -> None:
    query = (
        b"insert into api.live_sessions (course_id, title, scheduled_at) "
        b"values (%s, 'M', now()) returning host_id"
    )
    with db.request(INSTRUCTOR) as connection:
        row = connection.execute(query, [DRAFT]).fetchone()
        assert row == (INSTRUCTOR,)
    with db.request(MODERATOR) as connection, refused("42501"):
        connection.execute(query, [DRAFT])
