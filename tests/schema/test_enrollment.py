"""Who takes which course: access, cohorts, seats and waitlists, versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import UUID, uuid4

import pytest

from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.learning import (
    ARABIC,
    ARCHIVED,
    COHORT,
    DRAFT,
    LESSONS,
    PYTHON,
    SQL,
    call,
    cohort,
    complete,
    enroll,
    enrolled,
    given,
    graduated,
    passed,
    people,
    problems,
)

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def _counts(db: Database, course: UUID = PYTHON) -> tuple[int, ...]:
    return db.rows(
        "select student_count, active_count, completed_count from content.course_stats "
        "where course_id = %s",
        [course],
    )[0]


# What opens a course


def test_anyone_with_a_login_takes_a_free_course(db: Database) -> None:
    before = _counts(db)
    answer = enrolled(db, OTHER_LEARNER, PYTHON)
    assert (answer["status"], answer["source"]) == ("active", "free")
    assert _counts(db) == (before[0] + 1, before[1] + 1, before[2])
    with db.request(OTHER_LEARNER) as connection:
        assert call(
            connection,
            "select status from api.my_enrollments where course_id = %s and version_id = %s",
            PYTHON,
            answer["version_id"],
        )


def test_enrolling_again_changes_nothing_with_the_same_key_or_another(db: Database) -> None:
    with db.request(OTHER_LEARNER) as connection:
        first = enroll(connection, PYTHON, key="k")
    before = _counts(db)
    with db.request(OTHER_LEARNER) as connection:
        assert enroll(connection, PYTHON, key="k") == first
        assert enroll(connection, PYTHON) == first
        with refused("PT409", "idempotency.key_reused"), connection.transaction():
            enroll(connection, SQL, key="k")
    assert _counts(db) == before


def test_a_repeated_request_does_not_undo_leaving(db: Database) -> None:
    with db.request(OTHER_LEARNER) as connection:
        enroll(connection, PYTHON, key="k")
        assert call(connection, "select api.drop_enrollment(%s)", PYTHON) == "dropped"
        assert enroll(connection, PYTHON, key="k")["status"] == "active"  # the stored answer
        assert (
            call(connection, "select status from api.my_enrollments where course_id = %s", PYTHON)
            == "dropped"
        )


def test_a_tier_opens_a_course_whose_prerequisites_were_completed(db: Database) -> None:
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "prerequisite.unmet"):
        enroll(connection, ARABIC)
    enrolled(db, OTHER_LEARNER, PYTHON)  # begun is not completed
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "prerequisite.unmet"):
        enroll(connection, ARABIC)
    graduated(db, OTHER_LEARNER)
    assert enrolled(db, OTHER_LEARNER, ARABIC)["source"] == "role"


def test_what_was_bought_opens_a_course(db: Database) -> None:
    with db.request(OTHER_LEARNER) as connection, refused("PT403", "access.denied"):
        enroll(connection, SQL)
    with db.request(role="service_role") as connection:
        connection.execute(
            "insert into api.people_entitlements (user_id, course_id, source_type, source_id) "
            "values (%s, %s, 'purchase', gen_random_uuid())",
            [OTHER_LEARNER, SQL],
        )
    assert enrolled(db, OTHER_LEARNER, SQL)["source"] == "purchase"


@pytest.mark.parametrize(
    ("course", "status", "detail"),
    [
        (DRAFT, "PT404", "course.not_found"),
        (uuid4(), "PT404", "course.not_found"),
        (ARCHIVED, "PT409", "course.archived"),
    ],
)
def test_courses_that_nobody_can_take(db: Database, course: UUID, status: str, detail: str) -> None:
    with db.request(LEARNER) as connection, refused(status, detail):
        enroll(connection, course)


def test_an_account_that_cannot_act_enrols_nowhere(db: Database) -> None:
    db.rows("update public.profiles set status = 'suspended' where id = %s", [OTHER_LEARNER])
    with db.request(OTHER_LEARNER) as connection, refused("PT403", "user.not_active"):
        enroll(connection, PYTHON)


def test_an_account_that_cannot_act_learns_nothing(db: Database) -> None:
    db.rows("update public.profiles set status = 'suspended' where id = %s", [LEARNER])
    with db.request(LEARNER) as connection, refused("PT403", "user.not_active"):
        complete(connection, LESSONS[2])


def test_staff_enrol_others_and_open_nothing_by_it(db: Database) -> None:
    with db.request(MODERATOR) as connection, refused("PT403", "enrollment.denied"):
        connection.execute("select api.enroll_person(%s, %s)", [OTHER_LEARNER, SQL])
    with db.request(ADMINISTRATOR) as connection:
        answer = call(connection, "select api.enroll_person(%s, %s)", OTHER_LEARNER, SQL)
        again = call(connection, "select api.enroll_person(%s, %s)", OTHER_LEARNER, SQL)
    assert answer["source"] == "staff"
    assert answer == again
    lesson = UUID("00000000-0000-4000-8000-000000e00006")
    with db.request(OTHER_LEARNER) as connection, refused("PT403", "access.denied"):
        connection.execute("select * from api.read_lesson(%s)", [lesson])
    with db.request(OTHER_LEARNER) as connection, refused("PT403", "access.denied"):
        complete(connection, lesson)


def test_who_may_enrol_others_in_one_course_may_not_in_another(db: Database) -> None:
    given(db, MODERATOR, "enrollment.manage", PYTHON)
    with db.request(MODERATOR) as connection:
        connection.execute("select api.enroll_person(%s, %s)", [OTHER_LEARNER, PYTHON])
    with db.request(MODERATOR) as connection:
        assert call(connection, "select api.drop_enrollment(%s, %s)", PYTHON, OTHER_LEARNER)
    with db.request(MODERATOR) as connection, refused("PT403", "enrollment.denied"):
        connection.execute("select api.enroll_person(%s, %s)", [OTHER_LEARNER, SQL])
    with db.request(MODERATOR) as connection, refused("PT403", "enrollment.denied"):
        connection.execute("select api.drop_enrollment(%s, %s)", [SQL, LEARNER])


# Leaving and coming back


def test_who_leaves_and_comes_back_keeps_what_they_reached(db: Database) -> None:
    before = _counts(db)
    with db.request(LEARNER) as connection:
        assert call(connection, "select api.drop_enrollment(%s)", PYTHON) == "dropped"
        assert call(connection, "select api.drop_enrollment(%s)", PYTHON) == "dropped"
    assert _counts(db) == (before[0], before[1] - 1, before[2])
    with db.request(LEARNER) as connection, refused("PT409", "enrollment.required"):
        complete(connection, LESSONS[2])
    enrolled(db, LEARNER, PYTHON)
    assert _counts(db) == before
    with db.request(LEARNER) as connection:
        assert call(
            connection,
            "select completed_lessons from api.my_course_progress where course_id = %s",
            PYTHON,
        )
    assert problems(db) == []


def test_nobody_leaves_what_they_do_not_take(db: Database) -> None:
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "enrollment.not_found"):
        connection.execute("select api.drop_enrollment(%s)", [PYTHON])
    with db.request(OTHER_LEARNER) as connection, refused("PT403", "enrollment.denied"):
        connection.execute("select api.drop_enrollment(%s, %s)", [PYTHON, LEARNER])


def test_a_completed_course_is_not_left(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    with db.request(OTHER_LEARNER) as connection:
        assert call(connection, "select api.drop_enrollment(%s)", PYTHON) == "completed"


def test_an_enrolment_expires(db: Database) -> None:
    with db.request(ADMINISTRATOR) as connection:
        connection.execute(
            "select api.enroll_person(%s, %s, null, %s)", [OTHER_LEARNER, PYTHON, TOMORROW]
        )
    db.rows(
        "update learn.enrollments set expires_at = %s where user_id = %s and course_id = %s",
        [YESTERDAY, OTHER_LEARNER, PYTHON],
    )
    # At once, whatever the job does.
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "enrollment.required"):
        connection.execute("select * from api.record_progress(%s, 1, 1)", [LESSONS[0]])
    with db.request(OTHER_LEARNER) as connection:
        assert call(connection, "select count(*) from api.assignments") == 0
    assert db.value("select learn.keep_enrollments('{}')") == {
        "expired": 1,
        "seated": 0,
        "failed": [],
    }
    assert problems(db) == []
    assert enrolled(db, OTHER_LEARNER, PYTHON)["expires_at"] is None


def test_an_expired_enrolment_can_be_made_again_before_the_job_came(db: Database) -> None:
    enrolled(db, OTHER_LEARNER, PYTHON)
    db.rows(
        "update learn.enrollments set expires_at = %s where user_id = %s and course_id = %s",
        [YESTERDAY, OTHER_LEARNER, PYTHON],
    )
    assert enrolled(db, OTHER_LEARNER, PYTHON)["expires_at"] is None
    assert problems(db) == []


# Seats


def test_cohorts_are_seen_when_they_are_published(db: Database) -> None:
    hidden = cohort(db, is_published=False)
    shown = cohort(db, seats=3)
    draft = cohort(db, DRAFT)
    for who in (None, LEARNER):
        with db.request(who) as connection:
            seen = {row[0] for row in connection.execute("select id from api.cohorts")}
            assert shown in seen
            assert not {hidden, draft} & seen


@pytest.mark.parametrize(
    "times",
    [{"enroll_from": TOMORROW}, {"enroll_until": YESTERDAY}, {"access_until": YESTERDAY}],
)
def test_a_cohort_takes_people_in_its_time(db: Database, times: dict[str, datetime]) -> None:
    group = cohort(db, times=times)
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "cohort.closed"):
        enroll(connection, PYTHON, group)


def test_a_cohort_of_another_course_or_a_hidden_one_is_not_found(db: Database) -> None:
    for group in (COHORT, uuid4(), cohort(db, is_published=False)):
        with db.request(OTHER_LEARNER) as connection, refused("PT404", "cohort.not_found"):
            enroll(connection, PYTHON, group)


def test_members_of_a_cohort_expire_with_it(db: Database) -> None:
    group = cohort(db, times={"access_until": TOMORROW})
    answer = enrolled(db, OTHER_LEARNER, PYTHON, group)
    assert datetime.fromisoformat(answer["expires_at"]) == TOMORROW


def test_who_comes_too_late_waits_and_gets_the_seat_that_becomes_free(db: Database) -> None:
    group = cohort(db, seats=1)
    one, two, three = people(db, 3)
    assert enrolled(db, one, PYTHON, group)["status"] == "active"
    assert enrolled(db, two, PYTHON, group)["position"] == 1
    assert enrolled(db, three, PYTHON, group)["position"] == 2
    assert enrolled(db, three, PYTHON, group)["position"] == 2
    with db.request(one) as connection:
        connection.execute("select api.drop_enrollment(%s)", [PYTHON])
    with db.request(two) as connection:
        assert call(connection, "select status from api.my_enrollments") == "active"
        assert call(connection, "select status from api.my_waitlist") == "enrolled"
    with db.request(three) as connection:
        assert call(connection, "select api.my_waitlist_position(%s)", PYTHON) == 1
        assert call(connection, "select api.drop_enrollment(%s)", PYTHON) == "left"
        assert call(connection, "select api.my_waitlist_position(%s)", PYTHON) is None
    assert problems(db) == []


def test_who_lost_access_while_waiting_is_passed_over(db: Database) -> None:
    group = cohort(db, seats=1)
    one, two, three = people(db, 3)
    for who in (one, two, three):
        enrolled(db, who, PYTHON, group)
    db.rows("update public.profiles set status = 'suspended' where id = %s", [two])
    with db.request(one) as connection:
        connection.execute("select api.drop_enrollment(%s)", [PYTHON])
    with db.request(three) as connection:
        assert call(connection, "select status from api.my_enrollments") == "active"
    assert problems(db) == []


def test_nobody_overtakes_those_who_wait_when_a_cohort_is_enlarged(db: Database) -> None:
    group = cohort(db, seats=1)
    one, two, three = people(db, 3)
    enrolled(db, one, PYTHON, group)
    enrolled(db, two, PYTHON, group)
    with db.request(INSTRUCTOR) as connection:
        connection.execute("update api.cohorts set seats = 2 where id = %s", [group])
    assert enrolled(db, three, PYTHON, group)["position"] == 1  # behind the other, who got it
    with db.request(two) as connection:
        assert call(connection, "select status from api.my_enrollments") == "active"
    assert problems(db) == []


def test_who_waits_without_access_keeps_nobody_else_from_a_seat(db: Database) -> None:
    group = cohort(db, seats=1)
    one, two, three = people(db, 3)
    for who in (one, two):
        enrolled(db, who, PYTHON, group)
    db.rows("update public.profiles set status = 'suspended' where id = %s", [two])
    with db.request(one) as connection:
        call(connection, "select api.drop_enrollment(%s)", PYTHON)
    assert enrolled(db, three, PYTHON, group)["status"] == "active"
    assert problems(db) == []


def test_who_waits_for_any_place_is_not_overtaken_by_a_cohort(db: Database) -> None:
    db.rows("update content.courses set max_students = 1 where id = %s", [PYTHON])
    group = cohort(db, seats=5)
    one, two = people(db, 2)
    assert enrolled(db, one, PYTHON)["status"] == "waiting"  # behind the demo world's learner
    db.rows("update content.courses set max_students = 2 where id = %s", [PYTHON])
    assert enrolled(db, two, PYTHON, group)["status"] == "waiting"
    with db.request(one) as connection:
        assert call(connection, "select status from api.my_enrollments") == "active"
    assert problems(db) == []


def test_staff_let_somebody_wait_who_has_no_access_and_for_how_long(db: Database) -> None:
    db.rows("update content.courses set max_students = 1 where id = %s", [SQL])
    until = datetime.now(UTC) + timedelta(days=9)
    with db.request(ADMINISTRATOR) as connection:
        answer = call(
            connection, "select api.enroll_person(%s, %s, null, %s)", OTHER_LEARNER, SQL, until
        )
    assert answer["status"] == "waiting"
    with db.request(LEARNER) as connection:
        call(connection, "select api.drop_enrollment(%s)", SQL)
    assert db.rows(
        "select status, source, expires_at from learn.enrollments "
        "where (user_id, course_id) = (%s, %s)",
        [OTHER_LEARNER, SQL],
    ) == [("active", "staff", until)]
    assert problems(db) == []


@pytest.mark.parametrize(
    "closing",
    [
        "update content.courses set status = 'archived', archived_at = now() where id = %(course)s",
        "update learn.cohorts set is_published = false where id = %(group)s",
        "update learn.cohorts set access_until = now() where id = %(group)s",
    ],
    ids=["archived", "unpublished", "over"],
)
def test_nobody_gets_a_seat_where_nobody_is_taken_any_more(
    db: Database, closing: LiteralString
) -> None:
    group = cohort(db, seats=1)
    one, two = people(db, 2)
    for who in (one, two):
        enrolled(db, who, PYTHON, group)
    with db.connect() as connection:
        connection.execute(closing, {"course": PYTHON, "group": group})
    with db.request(one) as connection:
        call(connection, "select api.drop_enrollment(%s)", PYTHON)
    with db.request(two) as connection:
        assert call(connection, "select status from api.my_waitlist") == "waiting"
    assert problems(db) == []


def test_a_cohort_is_not_made_smaller_than_those_in_it(db: Database) -> None:
    group = cohort(db, seats=3)
    for who in people(db, 2):
        enrolled(db, who, PYTHON, group)
    with db.request(INSTRUCTOR) as connection, refused("23514"):
        connection.execute("update api.cohorts set seats = 1 where id = %s", [group])


def test_a_course_has_seats_too_which_completing_gives_back(db: Database) -> None:
    db.rows("update content.courses set max_students = 2 where id = %s", [PYTHON])
    one, two = people(db, 2)
    enrolled(db, one, PYTHON)  # beside the learner of the demo world
    assert enrolled(db, two, PYTHON) == {
        "status": "waiting",
        "course_id": str(PYTHON),
        "cohort_id": None,
        "position": 1,
    }
    passed(db, one)
    for lesson in LESSONS:
        with db.request(one) as connection:
            complete(connection, lesson)
    with db.request(two) as connection:
        assert call(connection, "select status from api.my_enrollments") == "active"
    assert problems(db) == []


def test_what_was_completed_does_not_expire(db: Database) -> None:
    group = cohort(db, times={"access_until": datetime.now(UTC) + timedelta(days=1)})
    someone = people(db, 1)[0]
    enrolled(db, someone, PYTHON, group)
    passed(db, someone)
    with db.request(someone) as connection:
        for lesson in LESSONS:
            complete(connection, lesson)
    assert (
        db.value("select expires_at from learn.enrollments where user_id = %s", [someone]) is None
    )


def test_completing_keeps_the_seat_in_a_cohort(db: Database) -> None:
    group = cohort(db, seats=1)
    one, two = people(db, 2)
    enrolled(db, one, PYTHON, group)
    passed(db, one)
    for lesson in LESSONS:
        with db.request(one) as connection:
            complete(connection, lesson)
    assert enrolled(db, two, PYTHON, group)["status"] == "waiting"
    assert problems(db) == []


def test_from_one_cohort_to_another_by_leaving(db: Database) -> None:
    first, second = cohort(db), cohort(db)
    enrolled(db, OTHER_LEARNER, PYTHON, first)
    with db.request(OTHER_LEARNER) as connection, refused("PT409", "enrollment.exists"):
        enroll(connection, PYTHON, second)
    with db.request(OTHER_LEARNER) as connection:
        connection.execute("select api.drop_enrollment(%s)", [PYTHON])
        assert enroll(connection, PYTHON, second)["cohort_id"] == str(second)
    assert problems(db) == []


def test_from_one_waitlist_to_another_cohort(db: Database) -> None:
    full, open_ = cohort(db, seats=1), cohort(db, seats=1)
    enrolled(db, people(db, 1)[0], PYTHON, full)
    assert enrolled(db, OTHER_LEARNER, PYTHON, full)["status"] == "waiting"
    assert enrolled(db, OTHER_LEARNER, PYTHON, open_)["status"] == "active"
    assert problems(db) == []


@pytest.mark.parametrize(
    "column", ["seats_taken", "waiting_count", "course_is_visible", "course_id"]
)
def test_teachers_do_not_write_what_is_counted(db: Database, column: str) -> None:
    with db.request(INSTRUCTOR) as connection, refused("42501"):
        connection.execute(f"update api.cohorts set {column} = default".encode())


# Versions


def _published(db: Database, sentence: str) -> None:
    """The second lesson teaches something else from now on."""
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "update api.lesson_bodies set content = jsonb_build_object('text', %s::text) "
            "where lesson_id = %s",
            [sentence, LESSONS[1]],
        )
        connection.execute("select api.publish_course(%s)", [PYTHON])


def _read(db: Database, who: UUID | None, lesson: UUID = LESSONS[1]) -> tuple[int, str]:
    with db.request(who) as connection:
        row = connection.execute(
            "select course_version, content ->> 'text' from api.read_lesson(%s)", [lesson]
        ).fetchone()
    assert row
    return row


def test_a_learner_keeps_the_version_they_enrolled_with(db: Database) -> None:
    before = _read(db, LEARNER)
    _published(db, "new")
    assert _read(db, LEARNER) == before
    assert _read(db, None) == _read(db, OTHER_LEARNER) == (2, "new")
    enrolled(db, OTHER_LEARNER, PYTHON)
    _published(db, "newer")
    assert _read(db, OTHER_LEARNER) == (2, "new")
    with db.request(LEARNER) as connection:
        assert call(connection, "select api.adopt_course_version(%s)", PYTHON) == 3
    assert _read(db, LEARNER) == (3, "newer")


def test_a_lesson_taken_back_stays_for_those_who_have_it(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_lesson(%s, false)", [LESSONS[3]])
    assert _read(db, LEARNER, LESSONS[3])[0] == 1
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "lesson.not_found"):
        connection.execute("select * from api.read_lesson(%s)", [LESSONS[3]])
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[3])["is_new"]


def test_a_lesson_that_moved_stays_for_those_who_have_it(db: Database) -> None:
    module = db.value("select id from content.modules where course_id = %s limit 1", [DRAFT])
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "update api.lessons set module_id = %s, lesson_order = 90 where id = %s",
            [module, LESSONS[3]],
        )
        connection.execute("select api.publish_course(%s)", [PYTHON])
    assert _read(db, LEARNER, LESSONS[3])[0] == 1
    with db.request(LEARNER) as connection:
        assert complete(connection, LESSONS[3])["course_id"] == str(PYTHON)
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "lesson.not_found"):
        connection.execute("select * from api.read_lesson(%s)", [LESSONS[3]])


def test_the_outline_of_ones_own_version_is_seen_and_no_other(db: Database) -> None:
    _published(db, "new")
    with db.request(LEARNER) as connection:
        versions = connection.execute(
            "select version from api.course_versions where course_id = %s", [PYTHON]
        ).fetchall()
        assert versions == [(1,)]
        assert (
            call(
                connection,
                "select count(*) from api.course_version_lessons where course_id = %s",
                PYTHON,
            )
            == 4
        )
    with db.request(OTHER_LEARNER) as connection:
        assert (
            call(
                connection,
                "select count(*) from api.course_version_lessons where course_id = %s",
                PYTHON,
            )
            == 0
        )


def test_counts_can_be_made_anew(db: Database) -> None:
    graduated(db, OTHER_LEARNER)
    before = _counts(db)
    db.rows("update content.course_stats set active_count = 0, student_count = 9")
    assert problems(db)
    db.rows("select content.rebuild_course_stats(id) from content.courses")
    assert _counts(db) == before
    assert problems(db) == []
