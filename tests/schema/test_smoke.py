"""Each schema at work once, on every server: its tables, functions, policies and triggers meet."""

from __future__ import annotations

from typing import LiteralString
from uuid import uuid4

import pytest

from tests.support import jobs, ledger
from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.learning import PYTHON, SQL, call, graduated, people

pytestmark = pytest.mark.every_server("a smoke test of each schema")


def test_public__a_login_gets_its_profile_and_changes_it(db: Database) -> None:
    (user,) = people(db, 1)
    with db.request(user) as connection:
        connection.execute("update api.my_profile set display_name = 'Éloïse'")
        assert call(connection, "select display_name from api.my_profile") == "Éloïse"
        assert call(connection, "select count(*) from api.my_settings") == 1
        connection.execute("insert into api.my_interests (interest) values ('databases')")
    with db.request(OTHER_LEARNER) as connection:
        assert call(connection, "select count(*) from api.profiles where id = %s", user) == 0


def test_rbac__a_role_is_given_worn_and_taken(db: Database) -> None:
    with db.request(ADMINISTRATOR) as connection:
        connection.execute("select api.grant_role(%s, 'moderator', 'smoke')", [LEARNER])
    with db.request(LEARNER) as connection:
        assert call(connection, "select current_user") == "staff"
    with db.request(ADMINISTRATOR) as connection:
        connection.execute("select api.revoke_role(%s, 'moderator', 'smoke')", [LEARNER])
    with db.request(LEARNER) as connection:
        assert call(connection, "select current_user") == "authenticated"
        with refused("42501"):
            connection.execute("select count(*) from api.role_grants_log")


def test_content__a_course_is_written_published_and_found(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        course = call(
            connection,
            "insert into api.courses (slug, title, language) "
            "values ('smoke', 'Fumée et déduplication', 'fr') returning id",
        )
        module = call(
            connection,
            "insert into api.modules (course_id, module_order, title) values (%s, 1, 'One') "
            "returning id",
            course,
        )
        connection.execute("select api.publish_module(%s)", [module])
        lesson = call(
            connection,
            "insert into api.lessons (module_id, lesson_order, title) values (%s, 1, 'One') "
            "returning id",
            module,
        )
        connection.execute("insert into api.lesson_bodies (lesson_id) values (%s)", [lesson])
        connection.execute("select api.publish_lesson(%s)", [lesson])
        connection.execute("select api.publish_course(%s)", [course])
    with db.request() as connection:
        found = connection.execute("select id from api.search_courses('deduplication')").fetchall()
    assert (course,) in found


def test_access__an_entitlement_opens_a_course(db: Database) -> None:
    asked: LiteralString = "select api.can_read_course(%s)"
    (learner,) = people(db, 1)
    with db.request(learner) as connection:
        assert call(connection, asked, SQL) is False
    with db.request(ADMINISTRATOR) as connection:
        connection.execute(
            "select api.grant_access(user_id => %s, course_id => %s, reason => 'smoke', key => %s)",
            [learner, SQL, uuid4()],
        )
    with db.request(learner) as connection:
        assert call(connection, asked, SQL) is True


def test_learn__from_enrolment_to_a_certificate_that_anybody_can_verify(db: Database) -> None:
    (user,) = people(db, 1)
    graduated(db, user)
    with db.request(user) as connection:
        token = call(
            connection,
            "select verify_hash from api.my_certificates where course_id = %s",
            PYTHON,
        )
    with db.request() as connection:
        row = connection.execute("select * from api.verify_certificate(%s)", [token]).fetchone()
    assert row


def test_gamification__xp_is_credited_once_and_ranks(db: Database) -> None:
    ledger.publish(db)
    with db.connect() as connection:
        first = ledger.credit(connection, "smoke")
        again = ledger.credit(connection, "smoke")
    assert (first.xp_delta, again.replayed) == (10, True)
    assert ledger.problems(db) == []


def test_util__a_job_is_claimed_failed_and_completed(db: Database) -> None:
    with db.connect() as connection:
        job = jobs.enqueue(connection)
        assert jobs.fail(connection, jobs.claim_one(connection)) == "ready"
        jobs.lapse(connection)
        connection.execute("update util.job_queue set run_at = now()")
        assert jobs.complete(connection, jobs.claim_one(connection))
        assert jobs.outcomes(connection, job) == ["failed", "completed"]


def test_api__every_view_answers_back_ends_and_refuses_anon_what_is_not_public(
    db: Database,
) -> None:
    views = db.rows(
        "select format('%I.%I', schemaname, viewname), "
        "has_any_column_privilege('service_role', format('%I.%I', schemaname, viewname), 'select') "
        "from pg_views where schemaname = 'api' order by 1"
    )
    assert len(views) > 90
    with db.request(role="service_role") as connection:
        for name, may in views:
            if may:
                connection.execute(f"select * from {name} limit 1".encode())
    with db.request(MODERATOR) as connection:
        assert call(connection, "select count(*) from api.people") > 5
