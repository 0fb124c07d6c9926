"""Values that are copied or derived follow their source, or stay for a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    OTHER_LEARNER,
    Connection,
    Database,
    refused,
)
from tests.support.learning import (
    ASSIGNMENT,
    PYTHON,
    QUIZ,
    RIGHT,
    call,
    cohort,
    enrolled,
    graduated,
    people,
    start,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _now() -> datetime:
    return datetime.now(UTC)


def _edit(db: Database, table: str, id_: UUID, **values: object) -> None:
    """As the instructor edits it over the door."""
    columns = psycopg.sql.SQL(", ").join(
        psycopg.sql.SQL("{} = {}").format(psycopg.sql.Identifier(k), psycopg.sql.Literal(v))
        for k, v in values.items()
    )
    query = psycopg.sql.SQL("update api.{} set {} where id = {} returning id").format(
        psycopg.sql.Identifier(table), columns, psycopg.sql.Literal(id_)
    )
    with db.request(INSTRUCTOR) as connection:
        assert connection.execute(query).fetchone()


def _hand_in(db: Database, who: UUID = LEARNER) -> Any:
    with db.request(who) as connection:
        return call(connection, "select api.submit_assignment(%s, %s, 'mine')", ASSIGNMENT, uuid4())


def _grade(db: Database, submission: object, version: int, points: int) -> Any:
    with db.request(INSTRUCTOR) as connection:
        return call(
            connection, "select api.grade_submission(%s, %s, %s)", submission, version, points
        )


# The deadline of an attempt


def _deadline(connection: Connection) -> timedelta | None:
    attempt = start(connection, QUIZ)
    if attempt["deadline_at"] is None:
        return None
    began, ends = (datetime.fromisoformat(attempt[k]) for k in ("started_at", "deadline_at"))
    return ends - began


def test_an_open_attempt_ends_when_its_assessment_closes_earlier_or_later(db: Database) -> None:
    limit = timedelta(minutes=15)
    with db.request(LEARNER) as connection:
        assert _deadline(connection) == limit
    for closes_at, expected in ((_now() + limit / 3, limit / 3), (_now() + DAY, limit)):
        _edit(db, "assessments", QUIZ, closes_at=closes_at)
        with db.request(LEARNER) as connection:
            found = _deadline(connection)
        assert found
        assert abs(found - expected) < timedelta(seconds=30)
    _edit(db, "assessments", QUIZ, closes_at=None)
    with db.request(LEARNER) as connection:
        assert _deadline(connection) == limit


def test_an_attempt_without_a_limit_ends_with_the_assessment_alone(db: Database) -> None:
    _edit(db, "assessments", QUIZ, time_limit_sec=None)
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_assessment(%s)", [QUIZ])
    with db.request(LEARNER) as connection:
        assert _deadline(connection) is None
    _edit(db, "assessments", QUIZ, closes_at=_now() + HOUR)
    with db.request(LEARNER) as connection:
        assert _deadline(connection) is not None
    _edit(db, "assessments", QUIZ, closes_at=None)
    with db.request(LEARNER) as connection:
        assert _deadline(connection) is None


# Work that is open when an enrolment ends


@pytest.mark.parametrize("end", ["left", "expired", "loaded"])
def test_an_open_attempt_is_handed_in_with_the_enrolment(db: Database, end: str) -> None:
    _edit(db, "assessments", QUIZ, time_limit_sec=None)
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_assessment(%s)", [QUIZ])
    with db.request(LEARNER) as connection:
        attempt = start(connection, QUIZ)["attempt_id"]
        connection.execute("select api.save_answers(%s, %s)", [attempt, Jsonb(RIGHT)])
    if end == "left":
        with db.request(LEARNER) as connection:
            connection.execute("select api.drop_enrollment(%s)", [PYTHON])
    elif end == "expired":
        db.rows(
            "update learn.enrollments set expires_at = now() where user_id = %s and course_id = %s",
            [LEARNER, PYTHON],
        )
        db.rows("select learn.keep_enrollments('{}')")
    else:  # as an enrolment that ended before attempts ended with it
        db.rows(
            "update learn.enrollments set status = 'dropped', ended_at = now() "
            "where user_id = %s and course_id = %s",
            [LEARNER, PYTHON],
        )
        assert db.value("select learn.close_overdue_attempts('{}') -> 'closed'") == 1
    assert db.rows(
        "select t.status, t.was_late, r.score = r.max_score from learn.user_assessment_attempts "
        "as t inner join learn.attempt_results as r on t.id = r.attempt_id where t.id = %s",
        [attempt],
    ) == [("graded", False, True)]


def test_one_enrolment_that_cannot_end_keeps_no_other_from_ending(db: Database) -> None:
    enrolled(db, OTHER_LEARNER, PYTHON)
    with db.request(LEARNER) as connection:
        start(connection, QUIZ)
    db.rows("update learn.enrollments set expires_at = now() where course_id = %s", [PYTHON])
    db.rows(
        f"""
        alter table learn.attempt_results add constraint ck_broken
        check (user_id <> '{LEARNER}') not valid
        """
    )
    found = db.value("select learn.keep_enrollments('{}')")
    assert len(found["failed"]) == 1
    assert db.rows(
        "select user_id from learn.enrollments where course_id = %s and status = 'active' "
        "and user_id = any (%s)",
        [PYTHON, [LEARNER, OTHER_LEARNER]],
    ) == [(LEARNER,)]


# Due dates and penalties


def test_a_due_date_that_moves_takes_its_penalties_along(db: Database) -> None:
    _edit(
        db,
        "assignments",
        ASSIGNMENT,
        due_after_days=None,
        due_at=_now() - HOUR,
        late_penalty_percent=50,
        late_floor_percent=0,
        max_submissions=3,
        passing_percent=60,
    )
    first, second = _hand_in(db), _hand_in(db)
    assert (first["days_late"], first["penalty_percent"]) == (1, 50)
    assert _grade(db, first["submission_id"], 1, 100) == {
        "submission_id": first["submission_id"],
        "version": 2,
        "raw_points": 100,
        "points": 50,
        "is_passed": False,
    }
    _edit(db, "assignments", ASSIGNMENT, due_at=_now() + DAY)
    graded = (
        "select days_late, penalty_percent, points, is_passed from learn.submissions where id = %s"
    )
    assert db.rows(graded, [first["submission_id"]]) == [(0, 0, 100, True)]
    assert db.rows(graded, [second["submission_id"]]) == [(0, 0, None, None)]
    assert _grade(db, second["submission_id"], 1, 70)["points"] == 70
    _edit(db, "assignments", ASSIGNMENT, due_at=_now() - HOUR, late_penalty_percent=10)
    assert db.rows(graded, [first["submission_id"]]) == [(1, 10, 90, True)]


def test_a_pass_that_comes_of_a_moved_due_date_completes_the_course(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    _edit(
        db,
        "assignments",
        ASSIGNMENT,
        due_after_days=None,
        due_at=_now() - HOUR,
        late_penalty_percent=100,
        is_required=True,
    )
    work = _hand_in(db, OTHER_LEARNER)
    _grade(db, work["submission_id"], 1, 100)
    db.rows(
        "update learn.enrollments set status = 'active', completed_at = null "
        "where user_id = %s and course_id = %s",
        [OTHER_LEARNER, PYTHON],
    )
    _edit(db, "assignments", ASSIGNMENT, due_at=_now() + HOUR)
    assert db.rows(
        "select status from learn.enrollments where user_id = %s and course_id = %s",
        [OTHER_LEARNER, PYTHON],
    ) == [("completed",)]


def _days_late_after(db: Database, how: str) -> int:
    """Enrolled 60 days ago, due after 30; left and came back."""
    db.rows("update learn.assignments set due_after_days = 30, due_at = null")
    db.rows(
        "update learn.enrollments set enrolled_at = now() - interval '60 d' "
        "where user_id = %s and course_id = %s",
        [LEARNER, PYTHON],
    )
    with db.request(LEARNER) as connection:
        connection.execute("select api.drop_enrollment(%s)", [PYTHON])
    if how == "by staff":
        with db.request(ADMINISTRATOR) as connection:
            connection.execute("select api.enroll_person(%s, %s)", [LEARNER, PYTHON])
    elif how == "in a cohort":
        later = cohort(db)
        db.rows(
            "update learn.cohorts set starts_at = now() - interval '32 d' where id = %s", [later]
        )
        enrolled(db, LEARNER, PYTHON, later)
    else:
        enrolled(db, LEARNER, PYTHON)
        if how == "twice":
            with db.request(LEARNER) as connection:
                connection.execute("select api.drop_enrollment(%s)", [PYTHON])
            enrolled(db, LEARNER, PYTHON)
    return int(_hand_in(db)["days_late"])


@pytest.mark.parametrize(
    ("how", "days"),
    [("by oneself", 30 + 1), ("twice", 30 + 1), ("in a cohort", 2 + 1), ("by staff", 0)],
)
def test_leaving_and_coming_back_renews_no_deadline(db: Database, how: str, days: int) -> None:
    assert _days_late_after(db, how) == days


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"])
def test_a_deadline_does_not_depend_on_the_clients_zone(db: Database, zone: str) -> None:
    """Half a year has a change of clocks, whatever the date."""
    db.rows(
        "update learn.assignments set due_after_days = 182, due_at = null, is_late_allowed = false"
    )
    for minutes, is_taken in ((30, False), (-30, True)):
        db.rows(
            "update learn.enrollments set enrolled_at = now() - interval '4368 h' - %s "
            "where user_id = %s and course_id = %s",
            [timedelta(minutes=minutes), LEARNER, PYTHON],
        )
        with db.request(LEARNER) as connection:
            connection.execute("select set_config('timezone', %s, true)", [zone])
            hand_in = "select api.submit_assignment(%s, %s, 'mine')"
            if is_taken:
                connection.execute(hand_in, [ASSIGNMENT, uuid4()])
            else:
                with refused("PT409", "assignment.closed"):
                    connection.execute(hand_in, [ASSIGNMENT, uuid4()])


# The end of an enrolment


def _until(db: Database, who: UUID = LEARNER) -> Any:
    return db.value(
        "select expires_at from learn.enrollments where user_id = %s and course_id = %s",
        [who, PYTHON],
    )


def test_the_members_of_a_cohort_end_when_it_does_and_others_as_they_were_told(
    db: Database,
) -> None:
    one, other, third = people(db, 3)
    first, then, own = (_now() + n * DAY for n in (1, 30, 3))
    mine = cohort(db, times={"access_until": first})
    for person in (one, other, third):
        enrolled(db, person, PYTHON, mine)
    with db.request(ADMINISTRATOR) as connection:
        answer = call(
            connection, "select api.enroll_person(%s, %s, %s, %s)", other, PYTHON, mine, own
        )
    assert datetime.fromisoformat(answer["expires_at"]) == own
    with db.request(third) as connection:
        connection.execute("select api.drop_enrollment(%s)", [PYTHON])
    _edit(db, "cohorts", mine, access_until=then)
    assert (_until(db, one), _until(db, other), _until(db, third)) == (then, own, first)
    _edit(db, "cohorts", mine, access_until=None)
    assert (_until(db, one), _until(db, other)) == (None, own)
    _edit(db, "cohorts", mine, access_until=first)
    assert (_until(db, one), _until(db, other)) == (first, own)


def test_staff_give_an_enrolment_another_end(db: Database) -> None:
    later = _now() + 30 * DAY
    enroll = "select api.enroll_person(%s, %s, null, %s)"
    with db.request(ADMINISTRATOR) as connection:
        first = call(connection, enroll, LEARNER, PYTHON, later)
    assert _until(db) == later
    with db.request(ADMINISTRATOR) as connection:
        assert call(connection, enroll, LEARNER, PYTHON, None) == first
    with db.request(INSTRUCTOR) as connection, refused("PT403", "enrollment.denied"):
        call(connection, enroll, LEARNER, PYTHON, later)
    graduated(db, OTHER_LEARNER)
    with db.request(ADMINISTRATOR) as connection:
        assert call(connection, enroll, OTHER_LEARNER, PYTHON, None)["status"] == "completed"
        with refused("PT409", "enrollment.completed"):
            call(connection, enroll, OTHER_LEARNER, PYTHON, later)


# Certificates


def test_a_certificate_made_anew_is_for_what_was_completed_and_when(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    then = _now() - 200 * DAY
    db.rows(
        "update learn.enrollments set completed_at = %s, enrolled_at = %s where user_id = %s "
        "and course_id = %s",
        [then, then - DAY, OTHER_LEARNER, PYTHON],
    )
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_course(%s)", [PYTHON])
    with db.request(OTHER_LEARNER) as connection:
        newest = call(connection, "select api.adopt_course_version(%s)", PYTHON)
    with db.request(ADMINISTRATOR) as connection:
        old = call(connection, "select id from api.people_certificates where revoked_at is null")
        connection.execute("select api.revoke_certificate(%s, 'name')", [old])
        new = call(connection, "select api.issue_certificate(%s, %s)", OTHER_LEARNER, PYTHON)
    assert new != old
    with db.request(OTHER_LEARNER) as connection:
        row = connection.execute(
            "select v.course_version, v.completed_at, v.issued_at > now() - interval '1 h' "
            "from api.my_certificates as c "
            "cross join lateral api.verify_certificate(c.verify_hash) as v where c.id = %s",
            [new],
        ).fetchone()
    assert row
    assert row[0] < newest
    assert row[1:] == (then, True)


# What is shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (13.99, 20, "69.9"),
        (14, 20, "70.0"),
        (2, 3, "66.6"),
        (99.999, 100, "99.9"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
        (1, 0, None),
    ],
)
def test_a_percent_that_was_missed_is_not_shown(
    db: Database, part: float, whole: int, shown: str | None
) -> None:
    assert db.value("select util.shown_percent(%s::numeric, %s)::text", [part, whole]) == shown


def test_the_gradebook_does_not_show_the_passing_percent_to_one_who_failed(db: Database) -> None:
    with db.request(LEARNER) as connection:
        attempt = start(connection, QUIZ)["attempt_id"]
        connection.execute("select api.submit_attempt(%s, %s)", [attempt, Jsonb(RIGHT)])
    db.rows(
        "update learn.attempt_results set score = 13.99, max_score = 20, is_passed = false "
        "where attempt_id = %s",
        [attempt],
    )
    with db.request(INSTRUCTOR) as connection:
        shown = call(
            connection,
            "select assessments -> %s from api.gradebook(%s) where user_id = %s",
            str(QUIZ),
            PYTHON,
            LEARNER,
        )
    assert shown == 69.9


# Seats


def test_people_who_cannot_act_hold_no_seat_that_another_wants(db: Database) -> None:
    first, second, third, fourth = people(db, 4)
    one = cohort(db, seats=1)
    states = [enrolled(db, who, PYTHON, one)["status"] for who in (first, second, third)]
    assert states == ["active", "waiting", "waiting"]
    with psycopg.connect(db.admin_url) as admin:
        admin.execute("delete from auth.users where id = %s", [first])
    db.rows("update public.profiles set status = 'suspended' where id = %s", [second])
    assert db.value("select learn.keep_enrollments('{}')")["failed"] == []
    counts = "select seats_taken, waiting_count from learn.cohorts where id = %s"
    assert db.rows(counts, [one]) == [(1, 0)]
    with db.request(third) as connection:
        assert call(connection, "select status from api.my_enrollments") == "active"
    # Where nobody waits yet, the next one who wants it gets it.
    db.rows("update public.profiles set status = 'suspended' where id = %s", [third])
    assert enrolled(db, fourth, PYTHON, one)["status"] == "active"
    assert db.rows(counts, [one]) == [(1, 0)]


def test_where_nobody_wants_their_seat_they_keep_it(db: Database) -> None:
    db.rows("update public.profiles set status = 'suspended' where id = %s", [LEARNER])
    db.rows("select learn.keep_enrollments('{}')")
    assert db.rows(
        "select status from learn.enrollments where user_id = %s and course_id = %s",
        [LEARNER, PYTHON],
    ) == [("active",)]
