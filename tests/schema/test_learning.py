"""Progress, what completing a course does, and certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Connection,
    Database,
    refused,
)
from tests.support.learning import (
    ARABIC,
    ARABIC_LESSONS,
    LESSONS,
    PYTHON,
    QUIZ,
    call,
    complete,
    enrolled,
    given,
    graduated,
    passed,
    people,
    problems,
)
from tests.support.ledger import problems as ledger_problems


def _report(
    connection: Connection, position: int, watched: int, lesson: UUID = LESSONS[2]
) -> tuple[Any, ...]:
    row = connection.execute(
        "select * from api.record_progress(%s, %s, %s)", [lesson, position, watched]
    ).fetchone()
    assert row
    return row


def _setting(db: Database, key: str, value: int) -> None:
    db.rows("update util.settings set value = %s where schema = 'learn' and key = %s", [value, key])


# Progress


def test_a_learner_goes_on_where_they_were(db: Database) -> None:
    enrolled(db, OTHER_LEARNER, PYTHON)
    with db.request(OTHER_LEARNER) as connection:
        assert _report(connection, 90, 5) == ("in_progress", 90, 0)
    with db.request(OTHER_LEARNER) as connection:
        assert _report(connection, 30, 0)[1] == 30
        assert (
            call(
                connection,
                "select last_position_sec from api.my_progress where lesson_id = %s",
                LESSONS[2],
            )
            == 30
        )
        assert (
            call(
                connection,
                "select completed_lessons from api.my_course_progress where course_id = %s",
                PYTHON,
            )
            == 0
        )


def test_watched_seconds_are_counted_as_fast_as_the_clock_allows(db: Database) -> None:
    before = db.value(
        "update learn.user_progress set last_activity_at = now() - interval '10 seconds' "
        "where user_id = %s and lesson_id = %s returning watch_time_sec",
        [LEARNER, LESSONS[2]],
    )
    with db.request(LEARNER) as connection:
        watched = _report(connection, 100, 80000)[2]
        assert before + 30 <= watched <= before + 36  # three times the clock
        assert _report(connection, 100, 80000)[2] == watched  # no time went by


@pytest.mark.parametrize(
    ("position", "watched", "interactions"),
    [
        (-1, 0, "{}"),
        (0, -1, "{}"),
        (None, 0, "{}"),
        (0, 86401, "{}"),
        (0, 0, "[]"),
        (0, 0, '{"pause": -1}'),
        (0, 0, '{"pause": "x"}'),
        (0, 0, '{"Pause!": 1}'),
        (0, 0, '{"pause": 99999}'),
        (0, 0, '{"pause": null}'),
    ],
)
def test_reports_that_make_no_sense(
    db: Database, position: int, watched: int, interactions: str
) -> None:
    with db.request(LEARNER) as connection, refused("PT400", "progress.request_invalid"):
        connection.execute(
            "select * from api.record_progress(%s, %s, %s, %s)",
            [LESSONS[2], position, watched, interactions],
        )


def test_interactions_are_added_up_and_bounded(db: Database) -> None:
    query = "select * from api.record_progress(%s, 1, 1, %s)"
    many = "{" + ", ".join(f'"b{n:03}": 1' for n in range(80)) + "}"
    with db.request(LEARNER) as connection:
        for counts in ('{"a.pause": 2}', '{"a.pause": 3, "a.seek": 1}', many, many):
            connection.execute(query, [LESSONS[2], counts])
    found = db.value(
        "select interactions from learn.lesson_analytics where user_id = %s", [LEARNER]
    )
    assert (found["a.pause"], found["a.seek"], found["b000"], len(found)) == (5, 1, 2, 50)


def test_nobody_reports_on_what_they_do_not_take(db: Database) -> None:
    for lesson in (LESSONS[2], ARABIC_LESSONS[0]):
        with db.request(OTHER_LEARNER) as connection, refused("PT409", "enrollment.required"):
            _report(connection, 1, 1, lesson)
    assert (
        db.value("select count(*) from learn.user_progress where user_id = %s", [OTHER_LEARNER])
        == 1
    )


def test_progress_is_written_by_nobody_directly(db: Database) -> None:
    for statement in (
        "update learn.user_progress set status = 'completed'",
        "insert into learn.user_progress (lesson_id) values (gen_random_uuid())",
        "update learn.enrollments set status = 'completed'",
        "insert into learn.certificates (user_id) values (gen_random_uuid())",
        "update learn.attempt_results set score = 99",
        f"select learn.credit_learning('{LEARNER}', '{PYTHON}', 'course', 'completed', '{PYTHON}')",
        f"select learn.complete_course(e) from learn.enrollments as e where user_id = '{LEARNER}'",
    ):
        for who in (LEARNER, INSTRUCTOR):
            with db.request(who) as connection, refused("42501"):
                connection.execute(statement.encode())


# Completing


def test_the_last_lesson_completes_the_course_with_all_that_follows(db: Database) -> None:
    xp = "select coalesce(sum(total_xp), 0) from gamification.user_xp where user_id = %s"
    before = db.value(xp, [OTHER_LEARNER])
    answer = graduated(db, OTHER_LEARNER)
    assert (answer["course_status"], answer["is_new"], answer["xp"]) == ("completed", True, 10)
    # Four lessons, a quiz and a course; achievements may come besides.
    assert db.value(xp, [OTHER_LEARNER]) >= before + 4 * 10 + 25 + 100
    with db.request(OTHER_LEARNER) as connection:
        certificate = connection.execute(
            "select id::text, course_title from api.my_certificates where course_id = %s", [PYTHON]
        ).fetchall()
        assert certificate == [(answer["certificate_id"], "Python pour débutants")]
        assert (
            call(
                connection,
                "select percent from api.my_course_progress where course_id = %s",
                PYTHON,
            )
            == 100
        )
        assert call(connection, "select current_days from api.my_streak") == 1
    assert problems(db) == ledger_problems(db) == []


def test_completing_again_is_the_same_completion(db: Database) -> None:
    first = graduated(db, OTHER_LEARNER)
    with db.request(OTHER_LEARNER) as connection:
        again = complete(connection, LESSONS[3])
    assert again == {**first, "is_new": False, "xp": 0}


@pytest.mark.parametrize(
    "table",
    [
        "learn.certificates",
        "gamification.xp_events",
        "gamification.user_activity_days",
        "learn.enrollments",
        "content.course_stats",
    ],
)
def test_all_of_it_happens_or_nothing(db: Database, table: str) -> None:
    enrolled(db, OTHER_LEARNER, PYTHON)
    passed(db, OTHER_LEARNER)
    for lesson in LESSONS[:3]:
        with db.request(OTHER_LEARNER) as connection:
            complete(connection, lesson)
    state = (
        "select (select count(*) from learn.certificates), "
        "(select count(*) from gamification.xp_events), "
        "(select count(*) from learn.user_progress where status = 'completed'), "
        "(select sum(completed_count) from content.course_stats), "
        "(select count(*) from learn.enrollments where status = 'completed')"
    )
    before = db.rows(state)
    month = ""
    if table == "gamification.xp_events":
        month = db.value(
            "select tableoid::regclass::text from gamification.xp_events order by created_at desc "
            "limit 1"
        )
    db.rows("delete from gamification.user_activity_days")
    db.rows(
        "create function learn.fail() returns trigger language plpgsql as "
        "'begin raise exception ''no''; end'"
    )
    db.rows(
        f"create trigger trg_fail before insert or update on {month or table} for each row "
        "execute function learn.fail()"
    )
    with db.request(OTHER_LEARNER) as connection, refused("P0001"):
        complete(connection, LESSONS[3])
    assert db.rows(state) == before


def test_a_lesson_that_asks_for_its_quiz(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("PT409", "lesson.assessment_open"):
        complete(connection, LESSONS[1])
    passed(db, LEARNER)
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[1])["is_new"]


def test_a_quiz_that_came_after_ones_version_is_not_asked_for(db: Database) -> None:
    db.rows("update learn.assessments set published_at = now() where is_published")
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[1])["is_new"]
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_course(%s)", [PYTHON])
    enrolled(db, OTHER_LEARNER, PYTHON)
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "lesson.assessment_open"):
        complete(connection, LESSONS[1])


def test_the_course_is_completed_by_whatever_was_missing_last(db: Database) -> None:
    """An exam of the course that is passed after the lessons."""
    db.rows("update learn.assessments set lesson_id = null where course_id = %s", [PYTHON])
    enrolled(db, OTHER_LEARNER, PYTHON)
    for lesson in LESSONS:
        with db.request(OTHER_LEARNER) as connection:
            assert complete(connection, lesson)["course_status"] == "active"
    passed(db, OTHER_LEARNER)
    with db.request(OTHER_LEARNER) as connection:
        assert (
            call(connection, "select status from api.my_enrollments where course_id = %s", PYTHON)
            == "completed"
        )
    assert problems(db) == []


def test_reports_end_with_the_enrolment(db: Database) -> None:
    report = b"select api.record_progress(%s, 100, 1)"
    with db.request(LEARNER) as connection:
        connection.execute(report, [LESSONS[2]])
    db.rows(
        "update learn.enrollments set expires_at = now() - interval '1 second', "
        "enrolled_at = now() - interval '1 day' where (user_id, course_id) = (%s, %s)",
        [LEARNER, PYTHON],
    )
    with db.request(LEARNER) as connection, refused("PT409", "enrollment.required"):
        connection.execute(report, [LESSONS[2]])
    db.rows(
        "update learn.enrollments set expires_at = null where (user_id, course_id) = (%s, %s)",
        [LEARNER, PYTHON],
    )
    with db.request(LEARNER) as connection:
        connection.execute(report, [LESSONS[2]])
        call(connection, "select api.drop_enrollment(%s)", PYTHON)
        with refused("PT409", "enrollment.required"):
            connection.execute(report, [LESSONS[2]])


def test_too_little_watched(db: Database) -> None:
    _setting(db, "lesson.min_watched_percent", 80)
    with db.request(LEARNER) as connection, refused("PT409", "lesson.not_watched"):
        complete(connection, LESSONS[2])  # 300 of 780 seconds
    db.rows(
        "update learn.user_progress set watch_time_sec = 624 where lesson_id = %s", [LESSONS[2]]
    )
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[2])["is_new"]


def test_a_lesson_waits_for_another(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "insert into api.prerequisites (course_id, lesson_id, required_course_id, "
            "required_lesson_id) values (%s, %s, %s, %s)",
            [PYTHON, LESSONS[3], PYTHON, LESSONS[2]],
        )
    # Learners who enrolled with an earlier publication are not asked for it.
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[3])["is_new"]
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_course(%s)", [PYTHON])
    enrolled(db, OTHER_LEARNER, PYTHON)
    for attempt in ("select api.complete_lesson(%s)", "select api.record_progress(%s, 1, 1)"):
        with db.request(OTHER_LEARNER) as connection, refused("PT409", "prerequisite.unmet"):
            connection.execute(attempt.encode(), [LESSONS[3]])
    with db.request(OTHER_LEARNER) as connection:
        complete(connection, LESSONS[2])
        assert complete(connection, LESSONS[3])["is_new"]


def test_what_was_learned_counts_without_xp_too(db: Database) -> None:
    db.rows(
        "update gamification.xp_sources set daily_cap = 15 "
        "where (source_type, action_type) = ('lesson', 'completed')"
    )
    someone = people(db, 1)[0]
    enrolled(db, someone, PYTHON)
    with db.request(someone) as connection:
        assert [complete(connection, lesson)["xp"] for lesson in (LESSONS[0], LESSONS[2])] == [
            10,
            0,
        ]
    db.rows("select gamification.end_xp_source('lesson', 'completed')")
    with db.request(someone) as connection:
        assert complete(connection, LESSONS[3])["xp"] == 0


def test_who_teaches_a_course_earns_nothing_in_it(db: Database) -> None:
    xp = "select coalesce(sum(total_xp), 0) from gamification.user_xp where user_id = %s"
    before = db.value(xp, [INSTRUCTOR])
    enrolled(db, INSTRUCTOR, PYTHON)
    with db.request(INSTRUCTOR) as connection:
        assert complete(connection, LESSONS[0])["xp"] == 0
    assert db.value(xp, [INSTRUCTOR]) == before


@pytest.mark.parametrize("tie", ["made", "grades"])
def test_nor_who_made_it_or_sees_its_keys(db: Database, tie: str) -> None:
    who = INSTRUCTOR if tie == "made" else OTHER_LEARNER
    if tie == "made":
        db.rows("delete from content.course_instructors where user_id = %s", [INSTRUCTOR])
    else:
        given(db, who, "gradebook.grade", PYTHON)
    enrolled(db, who, PYTHON)
    with db.request(who) as connection:
        assert complete(connection, LESSONS[0])["xp"] == 0


def test_what_was_paid_for_once_is_no_obstacle(db: Database) -> None:
    someone = people(db, 1)[0]
    enrolled(db, someone, PYTHON)
    passed(db, someone)
    # A lesson, and its quiz with it, may have moved to another course.
    credit = "select learn.credit_learning(%s, %s, 'quiz', 'passed', %s)"
    assert db.value(credit, [someone, ARABIC, QUIZ]) == 0
    db.rows(
        "update gamification.xp_idempotency_keys set event_created_at = '2020-01-01' "
        "where user_id = %s",
        [someone],
    )
    assert passed(db, someone)["result"]["is_passed"]


def test_access_that_was_lost_ends_learning(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    enrolled(db, OTHER_LEARNER, ARABIC)
    db.rows("delete from rbac.user_roles where user_id = %s", [OTHER_LEARNER])
    with db.request(OTHER_LEARNER) as connection, refused("PT403", "access.denied"):
        complete(connection, ARABIC_LESSONS[1])


# Certificates


def _verified(db: Database, verify_hash: str, who: UUID | None = None) -> tuple[Any, ...]:
    with db.request(who) as connection:
        row = connection.execute(
            "select holder_name, course_title, course_version, is_valid "
            "from api.verify_certificate(%s)",
            [verify_hash],
        ).fetchone()
    assert row
    return row


def _certificate(db: Database) -> tuple[str, str]:
    row = db.rows("select id::text, verify_hash from learn.certificates order by issued_at desc")[0]
    return row[0], row[1]


def test_anyone_verifies_a_certificate_by_its_hash(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    _, verify_hash = _certificate(db)
    assert _verified(db, verify_hash) == ("Learner Two", "Python pour débutants", 1, True)
    for wrong in (verify_hash[:-1], verify_hash.upper(), "", None, "%", verify_hash + "0"):
        with db.request() as connection, refused("PT404", "certificate.not_found"):
            connection.execute("select * from api.verify_certificate(%s)", [wrong])


def test_a_certificate_keeps_the_version_and_names_of_its_time(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    _, verify_hash = _certificate(db)
    with db.request(INSTRUCTOR) as connection:
        connection.execute("update api.courses set title = 'X' where id = %s", [PYTHON])
        connection.execute("select api.publish_course(%s)", [PYTHON])
    with db.request(OTHER_LEARNER) as connection:
        connection.execute("update api.my_profile set display_name = 'Someone'")
        assert call(connection, "select api.adopt_course_version(%s)", PYTHON) == 2
    assert _verified(db, verify_hash) == ("Learner Two", "Python pour débutants", 1, True)


def test_a_revoked_certificate_says_so_and_can_be_replaced(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    certificate, verify_hash = _certificate(db)
    revoke = "select api.revoke_certificate(%s, %s)"
    for who in (OTHER_LEARNER, INSTRUCTOR):
        with db.request(who) as connection, refused("42501" if who == OTHER_LEARNER else "PT403"):
            connection.execute(revoke.encode(), [certificate, "mine"])
    with db.request(ADMINISTRATOR) as connection:
        with refused("PT400", "certificate.reason_required"), connection.transaction():
            connection.execute(revoke.encode(), [certificate, " "])
        first = call(connection, "select api.revoke_certificate(%s, %s)", certificate, "cheated")
        assert call(connection, "select api.revoke_certificate(%s, 'y')", certificate) == first
    assert _verified(db, verify_hash)[3] is False
    with db.request(OTHER_LEARNER) as connection:  # completing again makes no new one
        assert complete(connection, LESSONS[3])["certificate_id"] is None
    with db.request(ADMINISTRATOR) as connection:
        issued = call(connection, "select api.issue_certificate(%s, %s)", OTHER_LEARNER, PYTHON)
        assert issued == call(
            connection, "select api.issue_certificate(%s, %s)", OTHER_LEARNER, PYTHON
        )
    assert str(issued) != certificate
    assert problems(db) == []


def test_certificates_are_issued_by_hand_to_those_who_completed_and_not_to_oneself(
    db: Database,
) -> None:
    enrolled(db, ADMINISTRATOR, PYTHON)
    issue = b"select api.issue_certificate(%s, %s)"
    for who, whom, status, detail in (
        (MODERATOR, LEARNER, "PT403", "certificate.denied"),
        (ADMINISTRATOR, ADMINISTRATOR, "PT403", "certificate.own"),
        (ADMINISTRATOR, LEARNER, "PT409", "certificate.course_open"),
        (ADMINISTRATOR, MODERATOR, "PT409", "certificate.course_open"),
    ):
        with db.request(who) as connection, refused(status, detail):
            connection.execute(issue, [whom, PYTHON])


def test_a_course_without_certificates(db: Database) -> None:
    db.rows("update content.courses set has_certificate = false where id = %s", [PYTHON])
    assert graduated(db, OTHER_LEARNER)["certificate_id"] is None
