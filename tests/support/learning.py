"""People who learn, and calls of schema api that more than one test makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.support.database import INSTRUCTOR, Connection, Database

PYTHON = UUID("00000000-0000-4000-8000-0000000c0001")
SQL = UUID("00000000-0000-4000-8000-0000000c0002")
ARABIC = UUID("00000000-0000-4000-8000-0000000c0003")
DRAFT = UUID("00000000-0000-4000-8000-0000000c0004")
ARCHIVED = UUID("00000000-0000-4000-8000-0000000c0005")
# Of the course in Python, in its order; the second asks for the quiz.
LESSONS = [UUID(f"00000000-0000-4000-8000-000000e0000{n}") for n in (1, 2, 3, 4)]
ARABIC_LESSONS = [UUID(f"00000000-0000-4000-8000-000000e0000{n}") for n in (8, 9)]
QUIZ = UUID("00000000-0000-4000-8000-0000000a0001")
EXAM = UUID("00000000-0000-4000-8000-0000000a0002")
ASSIGNMENT = UUID("00000000-0000-4000-8000-0000000a2001")
COHORT = UUID("00000000-0000-4000-8000-0000000a6001")
MEETING = UUID("00000000-0000-4000-8000-0000000a5001")


def item(number: int) -> str:
    """An item of the demo assessments."""
    return f"00000000-0000-4000-8000-0000000a100{number}"


# All that the quiz asks for.
RIGHT: dict[str, Any] = {
    item(1): "b",
    item(2): ["a", "c"],
    item(3): False,
    item(4): "len",
    item(5): ["i", "range"],
    item(6): "print(nom)",
}


def call(connection: Connection, query: LiteralString, *arguments: object) -> Any:
    """The first value of a call."""
    row = connection.execute(query, arguments or None).fetchone()
    assert row
    return row[0]


def people(db: Database, count: int) -> list[UUID]:
    """New logins."""
    rows = db.rows(
        "insert into auth.users (id, email) select id, id || '@example.com' "
        "from (select gen_random_uuid() as id from generate_series(1, %s)) as new returning id",
        [count],
    )
    return [row[0] for row in rows]


def enroll(connection: Connection, course: UUID, cohort: UUID | None = None, key: str = "") -> Any:
    """What schema api answers."""
    return call(connection, "select api.enroll(%s, %s, %s)", course, key or str(uuid4()), cohort)


def enrolled(db: Database, user: UUID, course: UUID, cohort: UUID | None = None) -> Any:
    """Enrol somebody in a request of their own."""
    with db.request(user) as connection:
        return enroll(connection, course, cohort)


def complete(connection: Connection, lesson: UUID) -> Any:
    """What schema api answers."""
    return call(connection, "select api.complete_lesson(%s)", lesson)


def start(connection: Connection, assessment: UUID) -> Any:
    """What schema api answers."""
    return call(connection, "select api.start_attempt(%s)", assessment)


def submit(connection: Connection, attempt: object, answers: dict[str, Any]) -> Any:
    """What schema api answers."""
    return call(connection, "select api.submit_attempt(%s, %s)", attempt, Jsonb(answers))


def passed(db: Database, user: UUID, assessment: UUID = QUIZ) -> Any:
    """Pass the quiz with one attempt."""
    with db.request(user) as connection:
        return submit(connection, start(connection, assessment)["attempt_id"], RIGHT)


def graduated(db: Database, user: UUID) -> Any:
    """Enrol in the course in Python and complete it; the last answer."""
    enrolled(db, user, PYTHON)
    passed(db, user)
    answer = None
    for lesson in LESSONS:
        with db.request(user) as connection:
            answer = complete(connection, lesson)
    return answer


def given(db: Database, who: UUID, permission: str, course: UUID) -> None:
    """Somebody holds a permission in one course."""
    db.rows(
        "insert into rbac.roles (name, title, description, is_staff) "
        "values ('desk', 'Desk', 'Desk', true)"
    )
    db.rows(
        "insert into rbac.role_permissions (role_id, permission_id) select r.id, p.id "
        "from rbac.roles as r, rbac.permissions as p where r.name = 'desk' and p.name = %s",
        [permission],
    )
    db.rows(
        "select rbac.grant_role(%s, 'desk', 'x', p_scope_type => 'course', p_scope_id => %s)",
        [who, course],
    )


def cohort(
    db: Database,
    course: UUID = PYTHON,
    seats: int | None = None,
    is_published: bool = True,
    times: dict[str, datetime] | None = None,
) -> UUID:
    """A cohort, made by the instructor."""
    times = times or {}
    with db.request(INSTRUCTOR) as connection:
        made: UUID = call(
            connection,
            "insert into api.cohorts (course_id, title, seats, is_published, "
            "enroll_from, enroll_until, access_until) "
            "values (%s, 'C', %s, %s, %s, %s, %s) returning id",
            course,
            seats,
            is_published,
            times.get("enroll_from"),
            times.get("enroll_until"),
            times.get("access_until"),
        )
    return made


def problems(db: Database) -> list[Any]:
    """What the counters of learning say and their rows do not; nothing, if all is well."""
    return db.rows(
        """
        select 'course', s.course_id::text, s.student_count, s.active_count, s.completed_count
        from content.course_stats as s
        left join learn.enrollments as e on e.course_id = s.course_id
        group by s.course_id
        having s.student_count <> count(e.id)
            or s.active_count <> count(*) filter (where e.status = 'active')
            or s.completed_count <> count(*) filter (where e.status = 'completed')
        union all
        select 'cohort', g.id::text, g.seats_taken, g.waiting_count, g.seats
        from learn.cohorts as g
        where g.seats_taken <> (
            select count(*) from learn.enrollments as e
            where e.cohort_id = g.id and e.status in ('active', 'completed')
        ) or g.waiting_count <> (
            select count(*) from learn.waitlist_entries as w
            where w.cohort_id = g.id and w.status = 'waiting'
        ) or g.seats_taken > g.seats
        union all
        select 'certificate', c.course_id::text, count(*)::integer, 0, 0
        from learn.certificates as c
        where c.revoked_at is null
        group by c.user_id, c.course_id
        having count(*) > 1
        union all
        select 'completion', e.course_id::text, 0, 0, 0
        from learn.enrollments as e
        inner join content.courses as c on c.id = e.course_id
        where e.status = 'completed' and c.has_certificate and not exists (
            select from learn.certificates as x
            where x.user_id = e.user_id and x.course_id = e.course_id
        )
        union all
        select 'attempt', t.assessment_id::text, count(*)::integer, 0, 0
        from learn.user_assessment_attempts as t
        group by t.assessment_id, t.user_id
        having count(*) <> max(t.attempt_no) or count(*) filter (where t.status = 'open') > 1
        """
    )
