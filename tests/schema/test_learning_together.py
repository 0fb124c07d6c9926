"""Learning with many at once: seats, completions, attempts and grades."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from tests.support.concurrently import together
from tests.support.database import INSTRUCTOR, LEARNER, Connection, Database, refused
from tests.support.learning import (
    ASSIGNMENT,
    EXAM,
    LESSONS,
    PYTHON,
    QUIZ,
    RIGHT,
    call,
    cohort,
    complete,
    enroll,
    enrolled,
    graduated,
    item,
    passed,
    people,
    problems,
    start,
    submit,
)
from tests.support.ledger import problems as ledger_problems


def _as(db: Database, who: UUID, work: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    """Work in a request of one's own, told its connection."""

    def run() -> Any:
        with db.request(who) as connection:
            return work(connection, *arguments)

    return run


def _answers(*tasks: Callable[[], Any]) -> list[dict[str, Any]]:
    """All at once; nobody is refused."""
    answers: list[Any] = together(*tasks)
    assert [answer for answer in answers if not isinstance(answer, dict)] == []
    return answers


def _drop(connection: Connection) -> Any:
    return call(connection, "select api.drop_enrollment(%s)", PYTHON)


def test_two_hundred_people_for_twenty_seats(db: Database) -> None:
    group = cohort(db, seats=20)
    crowd = people(db, 200)
    answers = _answers(*(_as(db, who, enroll, PYTHON, group) for who in crowd))
    seated = [who for who, a in zip(crowd, answers, strict=True) if a["status"] == "active"]
    assert len(seated) == 20
    assert sorted(a["position"] for a in answers if a["status"] == "waiting") == list(range(1, 181))
    assert problems(db) == []
    # Half of those seated leave at once, some of those who wait give up, and others come anew.
    line = [
        row[0] for row in db.rows("select user_id from learn.waitlist_entries order by entry_no")
    ]
    newcomers = people(db, 20)
    together(
        *(_as(db, who, _drop) for who in seated[:10] + line[5:10]),
        *(_as(db, who, enroll, PYTHON, group) for who in newcomers),
    )
    assert problems(db) == []
    assert db.value("select seats_taken from learn.cohorts where id = %s", [group]) == 20
    # The first to come were served first: nobody is seated behind somebody who still waits.
    assert db.value(
        "select coalesce(max(entry_no) filter (where status = 'enrolled'), 0) "
        "< min(entry_no) filter (where status = 'waiting') from learn.waitlist_entries"
    )


def test_people_come_leave_and_complete_all_at_once(db: Database) -> None:
    db.rows("update content.courses set max_students = 12 where id = %s", [PYTHON])
    groups = [cohort(db, seats=3), cohort(db, seats=5), None]
    crowd = people(db, 30)

    def life(who: UUID, seed: int) -> list[str]:
        own = random.Random(seed)  # noqa: S311 # repeatable, not secret
        heard = []
        for _ in range(8):
            step = own.choice(["come", "come", "leave", "learn", "job"])
            if step == "come":
                heard += together(_as(db, who, enroll, PYTHON, own.choice(groups)))
            elif step == "leave":
                heard += together(_as(db, who, _drop))
            elif step == "learn":
                heard += together(_as(db, who, _finish))
            else:
                heard += [db.value("select learn.keep_enrollments('{}')")]
        return [a for a in heard if isinstance(a, str)]

    def _finish(connection: Connection) -> None:
        submit(connection, start(connection, QUIZ)["attempt_id"], RIGHT)
        for lesson in LESSONS:
            complete(connection, lesson)

    heard: list[Any] = together(*(partial(life, who, seed) for seed, who in enumerate(crowd)))
    said = {answer for answers in heard for answer in answers}
    # No deadlock (40P01), no broken constraint: refusals have a name.
    assert said <= {
        "active",
        "dropped",
        "completed",
        "left",
        "expired",
        "enrollment.exists",
        "enrollment.required",
        "enrollment.not_found",
        "assessment.not_found",
        "assessment.attempts_used",
    }
    assert problems(db) == ledger_problems(db) == []
    assert db.value("select count(*) from learn.enrollments where status = 'completed'") > 0


def test_one_lesson_completed_fifty_times_at_once(db: Database) -> None:
    who = people(db, 1)[0]
    enrolled(db, who, PYTHON)
    passed(db, who)
    for lesson in LESSONS[:3]:
        with db.request(who) as connection:
            complete(connection, lesson)
    answers = _answers(*[_as(db, who, complete, LESSONS[3])] * 50)
    assert sum(answer["is_new"] for answer in answers) == 1
    assert len({answer["certificate_id"] for answer in answers}) == 1
    assert {answer["completed_at"] for answer in answers} == {answers[0]["completed_at"]}
    credited = [
        row[0]
        for row in db.rows(
            "select source_type || '.' || action_type from gamification.xp_events "
            "where user_id = %s",
            [who],
        )
    ]
    assert (credited.count("course.completed"), credited.count("lesson.completed")) == (1, 4)
    assert db.value("select count(*) from learn.certificates where user_id = %s", [who]) == 1
    assert problems(db) == ledger_problems(db) == []


def test_all_lessons_of_a_course_completed_at_once(db: Database) -> None:
    crowd = people(db, 8)
    for who in crowd:
        enrolled(db, who, PYTHON)
        passed(db, who)
    _answers(*(_as(db, who, complete, lesson) for who in crowd for lesson in LESSONS))
    assert db.value(
        "select count(*) from learn.certificates where user_id = any (%s)", [crowd]
    ) == len(crowd)
    assert problems(db) == ledger_problems(db) == []


def test_one_attempt_is_begun_and_handed_in_once_whoever_asks_how_often(db: Database) -> None:
    begun = {answer["attempt_id"] for answer in _answers(*[_as(db, LEARNER, start, QUIZ)] * 20)}
    assert len(begun) == 1
    attempt = begun.pop()
    answers = together(
        *[_as(db, LEARNER, submit, attempt, RIGHT)] * 10,
        *[_as(db, LEARNER, submit, attempt, {item(1): "a"})] * 10,
    )
    taken = [answer for answer in answers if isinstance(answer, dict)]
    assert len(taken) == 10
    assert [a for a in answers if not isinstance(a, dict)] == ["attempt.closed"] * 10
    assert len({str(answer) for answer in taken}) == 1
    assert problems(db) == ledger_problems(db) == []


@pytest.mark.parametrize("seconds", [899, 906])
def test_handed_in_at_the_deadline_while_the_job_ends_attempts(db: Database, seconds: int) -> None:
    """In whichever order they come: an attempt ends once, and counts what came in time."""
    crowd = people(db, 12)
    begun = {}
    for who in crowd:
        enrolled(db, who, PYTHON)
        with db.request(who) as connection:
            begun[who] = start(connection, QUIZ)["attempt_id"]
            call(connection, "select api.save_answers(%s, %s)", begun[who], Jsonb({item(1): "b"}))
    db.rows(
        "update learn.user_assessment_attempts set deadline_at = started_at, "
        "started_at = started_at - interval '900 seconds' where user_id = any (%s)",
        [crowd],
    )
    db.rows(
        "update learn.user_assessment_attempts set "
        "deadline_at = now() + make_interval(secs => 900 - %s) where user_id = any (%s)",
        [seconds, crowd],
    )

    handed_in = _answers(
        *(_as(db, who, submit, begun[who], RIGHT) for who in crowd),
        *[partial(db.value, "select learn.close_overdue_attempts('{}')")] * 3,
    )[: len(crowd)]
    in_time = seconds < 900
    assert {answer["was_late"] for answer in handed_in} == {not in_time}
    assert {answer["result"]["score"] for answer in handed_in} == {8.0 if in_time else 1}
    assert db.value(
        "select count(*) from learn.attempt_results where user_id = any (%s)", [crowd]
    ) == len(crowd)
    assert problems(db) == ledger_problems(db) == []


def _grade_submission(connection: Connection, key: UUID, version: int, points: int) -> Any:
    return call(
        connection, "select api.grade_submission(%s, %s, %s::numeric)", key, version, points
    )


def _grade_attempt(connection: Connection, attempt: str, version: int, points: int) -> Any:
    return call(
        connection,
        "select api.grade_attempt(%s, %s, %s)",
        attempt,
        version,
        Jsonb({item(8): points % 4}),
    )


def test_a_key_waits_for_whoever_removes_its_option(db: Database) -> None:
    db.rows("delete from learn.answer_keys where item_id = %s", [item(1)])
    with db.request(INSTRUCTOR) as editor:
        editor.execute(
            "update api.assessment_items set options = options - 0 where id = %s", [item(1)]
        )
        with db.request(INSTRUCTOR) as other, refused("55P03"):
            other.execute("set local lock_timeout = '200ms'")
            other.execute("select api.set_answer_key(%s, '\"a\"')", [item(1)])


def test_two_graders_at_once(db: Database) -> None:
    key = uuid4()
    with db.request(LEARNER) as connection:
        call(connection, "select api.submit_assignment(%s, %s, 'x')", ASSIGNMENT, key)
        attempt = start(connection, EXAM)["attempt_id"]
        submit(connection, attempt, {item(8): "x"})
    for grade, work in ((_grade_submission, key), (_grade_attempt, attempt)):
        for version in range(1, 6):
            answers = together(
                *(_as(db, INSTRUCTOR, grade, work, version, points) for points in range(10))
            )
            assert answers.count("grade.conflict") == 9, answers
    assert problems(db) == ledger_problems(db) == []


def test_two_last_works_graded_at_once_complete_the_course(db: Database) -> None:
    someone, keys = people(db, 1)[0], [uuid4(), uuid4()]
    works = db.rows(
        "insert into learn.assignments (course_id, title, instructions, is_required, is_published, "
        "published_at) select %s, 'W', 'W', true, true, '2020-01-01' from generate_series(1, 2) "
        "returning id",
        [PYTHON],
    )
    graduated(db, someone)  # but for these
    with db.request(someone) as connection:
        for key, work in zip(keys, works, strict=True):
            call(connection, "select api.submit_assignment(%s, %s, 'x')", work[0], key)
    with db.request(INSTRUCTOR) as connection, ThreadPoolExecutor(1) as pool:
        _grade_submission(connection, keys[0], 1, 100)
        other = pool.submit(_as(db, INSTRUCTOR, _grade_submission, keys[1], 1, 100))
        with pytest.raises(TimeoutError):
            other.result(0.3)
        connection.execute("commit")
        other.result(30)
    assert (
        db.value(
            "select status from learn.enrollments where (user_id, course_id) = (%s, %s)",
            [someone, PYTHON],
        )
        == "completed"
    )
    assert problems(db) == []


def _report(connection: Connection) -> Any:
    return call(connection, "select api.record_progress(%s, 50, 3600)::text", LESSONS[2])


def test_heartbeats_of_many_tabs_count_the_time_once(db: Database) -> None:
    db.rows(
        "update learn.user_progress set last_activity_at = now() - interval '10 seconds', "
        "watch_time_sec = 0 where user_id = %s and lesson_id = %s",
        [LEARNER, LESSONS[2]],
    )
    together(*[_as(db, LEARNER, _report)] * 30)
    watched = db.value(
        "select watch_time_sec from learn.user_progress where user_id = %s and lesson_id = %s",
        [LEARNER, LESSONS[2]],
    )
    assert 30 <= watched <= 90  # three times the seconds that went by
