"""Courses: who writes them, what publishing freezes, how they are found."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.concurrently import in_sessions, together
from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    Connection,
    Database,
    refused,
)

PYTHON = UUID("00000000-0000-4000-8000-0000000c0001")
SQL = UUID("00000000-0000-4000-8000-0000000c0002")
DRAFT = UUID("00000000-0000-4000-8000-0000000c0004")
ARCHIVED = UUID("00000000-0000-4000-8000-0000000c0005")
FIRST_MODULE = UUID("00000000-0000-4000-8000-000000d00001")
SECOND_MODULE = UUID("00000000-0000-4000-8000-000000d00002")
FIRST_LESSON = UUID("00000000-0000-4000-8000-000000e00001")


@pytest.fixture
def teacher(db: Database) -> Iterator[Connection]:
    """The instructor's session; every request of it sees what the ones before did."""
    with db.request(INSTRUCTOR) as connection:
        yield connection


def _value(connection: Connection, query: LiteralString, *arguments: object) -> Any:
    row = connection.execute(query, arguments or None).fetchone()
    assert row
    return row[0]


def _course(connection: Connection, slug: str) -> UUID:
    made: UUID = _value(
        connection,
        "insert into api.courses (slug, title) values (%s, %s) returning id",
        slug,
        slug,
    )
    return made


def _lesson(connection: Connection, course: UUID, order: int = 1) -> UUID:
    """A lesson with a body, in a module of its own."""
    module = _value(
        connection,
        "insert into api.modules (course_id, module_order, title) values (%s, %s, 'M') "
        "returning id",
        course,
        order,
    )
    _value(connection, "select api.publish_module(%s)", module)
    lesson: UUID = _value(
        connection,
        "insert into api.lessons (module_id, lesson_order, title) values (%s, 1, 'L') returning id",
        module,
    )
    connection.execute("insert into api.lesson_bodies (lesson_id) values (%s)", [lesson])
    return lesson


# Who writes


def test_a_new_course_is_taught_by_its_maker_and_seen_by_nobody_else(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        course = _course(connection, "new")
        assert connection.execute(
            "select user_id, is_lead from api.course_instructors where course_id = %s", [course]
        ).fetchall() == [(INSTRUCTOR, True)]
        assert _value(connection, "select status from api.courses where id = %s", course) == "draft"
    for who in (None, LEARNER, MODERATOR):
        with db.request(who) as connection:
            for view in ("courses", "course_instructors", "course_stats"):
                key = "id" if view == "courses" else "course_id"
                query = f"select count(*) from api.{view} where {key} = %s"
                assert connection.execute(query.encode(), [course]).fetchone() == (0,)


def test_learners_make_no_courses(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("42501"):
        _course(connection, "mine")


@pytest.mark.parametrize(
    "column", ["status", "published_at", "created_by", "access_tier", "is_featured", "version_id"]
)
def test_what_functions_decide_is_written_by_nobody(teacher: Connection, column: str) -> None:
    with refused("42501"):
        teacher.execute(f"update api.courses set {column} = default".encode())


def test_those_who_teach_add_lessons_but_not_teachers(db: Database) -> None:
    db.rows("select rbac.grant_role(%s, 'instructor', 'x')", [LEARNER])
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "insert into api.course_instructors (course_id, user_id) values (%s, %s)",
            [DRAFT, LEARNER],
        )
    with db.request(LEARNER) as connection:
        _lesson(connection, DRAFT, order=5)
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute(
            "insert into api.course_instructors (course_id, user_id) values (%s, %s)",
            [DRAFT, MODERATOR],
        )
    with db.request(LEARNER) as connection:
        hit = connection.execute("update api.course_instructors set is_lead = true")
        assert hit.rowcount == 0


def test_what_a_lesson_teaches_is_read_by_its_teachers_alone(db: Database) -> None:
    for who in (None, LEARNER):
        with db.request(who) as connection, refused("42501"):
            connection.execute("select * from api.lesson_bodies")
    with db.request(MODERATOR) as connection:
        assert _value(connection, "select count(*) from api.lesson_bodies") == 0
    with db.request(INSTRUCTOR) as connection:
        assert _value(connection, "select count(*) from api.lesson_bodies") == 11


# Lessons that move


def test_a_lesson_that_moves_takes_its_course_along(db: Database, teacher: Connection) -> None:
    module = _value(
        teacher, "select id from api.modules where course_id = %s order by id limit 1", SQL
    )
    lesson = _lesson(teacher, DRAFT, 9)
    teacher.execute(
        "update api.lessons set module_id = %s, lesson_order = 50 where id = %s", [module, lesson]
    )
    for table in ("lessons", "lesson_bodies"):
        key = "id" if table == "lessons" else "lesson_id"
        found = teacher.execute(
            f"select course_id from api.{table} where {key} = %s".encode(), [lesson]
        )
        assert found.fetchone() == (SQL,)


def test_a_lesson_moves_into_nobody_elses_course(db: Database) -> None:
    with db.request(ADMINISTRATOR) as connection:
        others = _course(connection, "others")
        module = _value(
            connection,
            "insert into api.modules (course_id, module_order, title) values (%s, 1, 'M') "
            "returning id",
            others,
        )
        # One that the instructor can see.
        connection.execute("select api.publish_lesson(%s)", [_lesson(connection, others, 2)])
        connection.execute("select api.publish_course(%s)", [others])
        connection.execute("select api.publish_module(%s)", [module])
    with db.request(INSTRUCTOR) as connection, refused("42501"):
        connection.execute(
            "update api.lessons set module_id = %s where id = %s", [module, FIRST_LESSON]
        )


def test_modules_and_lessons_are_put_in_order_in_one_statement(teacher: Connection) -> None:
    modules = [SECOND_MODULE, FIRST_MODULE]
    assert _value(teacher, "select api.reorder_modules(%s, %s)", PYTHON, modules) == 2
    assert teacher.execute(
        "select id from api.modules where course_id = %s order by module_order", [PYTHON]
    ).fetchall() == [(SECOND_MODULE,), (FIRST_MODULE,)]
    # All lessons of the course into one module, the other way round.
    lessons = [
        row[0]
        for row in teacher.execute(
            "select id from api.lessons where course_id = %s order by id desc", [PYTHON]
        ).fetchall()
    ]
    assert _value(teacher, "select api.reorder_lessons(%s, %s)", FIRST_MODULE, lessons) == 4
    assert teacher.execute(
        "select id from api.lessons where module_id = %s order by lesson_order", [FIRST_MODULE]
    ).fetchall() == [(id_,) for id_ in lessons]
    # Straight by SQL too: the order is checked at the end of the statement.
    teacher.execute(
        "update api.lessons set lesson_order = 5 - lesson_order where module_id = %s",
        [FIRST_MODULE],
    )


def test_many_who_put_in_order_at_once_leave_one_of_their_orders(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        course = _course(connection, "many")
        for n in range(1, 9):
            _lesson(connection, course, n)
    modules = [
        row[0] for row in db.rows("select id from content.modules where course_id = %s", [course])
    ]
    orders = [random.Random(n).sample(modules, 8) for n in range(12)]  # noqa: S311 (no secret)

    def reorder(order: list[UUID], connection: Connection) -> int:
        moved: int = _value(connection, "select content.reorder_modules(%s, %s)", course, order)
        return moved

    told = in_sessions(db, *(partial(reorder, order) for order in orders))
    assert all(isinstance(answer, int) for answer in told), told
    rows = db.rows(
        "select id, module_order from content.modules where course_id = %s order by 2", [course]
    )
    assert [row[1] for row in rows] == list(range(1, 9))
    assert [row[0] for row in rows] in orders


@pytest.mark.parametrize(
    ("function", "thing", "ids", "name"),
    [
        ("reorder_modules", PYTHON, [FIRST_MODULE], "module.order_incomplete"),
        ("reorder_modules", PYTHON, [FIRST_MODULE] * 2, "module.order_incomplete"),
        ("reorder_modules", PYTHON, [FIRST_MODULE, uuid4()], "module.order_incomplete"),
        ("reorder_modules", PYTHON, None, "module.order_incomplete"),
        ("reorder_modules", uuid4(), [FIRST_MODULE], "course.not_found"),
        ("reorder_lessons", FIRST_MODULE, [FIRST_LESSON], "lesson.order_incomplete"),
        ("reorder_lessons", FIRST_MODULE, [FIRST_LESSON] * 2, "lesson.order_incomplete"),
        ("reorder_lessons", FIRST_MODULE, [None], "lesson.order_incomplete"),
        ("reorder_lessons", FIRST_MODULE, None, "lesson.order_incomplete"),
        ("reorder_lessons", uuid4(), [FIRST_LESSON], "module.not_found"),
    ],
)
def test_an_order_names_everything_once(
    teacher: Connection, function: str, thing: UUID, ids: object, name: str
) -> None:
    with refused("PT404" if name.endswith("not_found") else "PT400", name):
        teacher.execute(f"select api.{function}(%s, %s::uuid[])".encode(), [thing, ids])


def test_nobody_makes_themselves_a_teacher(db: Database) -> None:
    appoint = "insert into api.course_instructors (course_id, user_id) values (%s, %s)"
    with db.request(ADMINISTRATOR) as connection:
        with refused("42501"), connection.transaction():
            connection.execute(appoint.encode(), [PYTHON, ADMINISTRATOR])
        connection.execute(appoint.encode(), [PYTHON, MODERATOR])


# Publishing


def test_publishing_freezes_a_version(db: Database) -> None:
    before = db.value(
        "select content ->> 'text' from content.lesson_bodies where lesson_id = %s", [FIRST_LESSON]
    )
    change = 'update api.lesson_bodies set content = \'{"text": "new"}\' where lesson_id = %s'
    with db.request(INSTRUCTOR) as connection:
        connection.execute(change, [FIRST_LESSON])
        assert _value(connection, "select api.publish_course(%s, 'Second edition')", PYTHON) == 2
    read = """
        select v.version, b.content ->> 'text', b.version
        from content.content_versions as v
        inner join content.content_version_lessons as l on v.id = l.version_id
        inner join content.lesson_body_versions as b on l.body_version_id = b.id
        where l.lesson_id = %s
        order by 1
    """
    assert db.rows(read, [FIRST_LESSON]) == [
        (1, before, 1),
        (2, "new", 2),
    ]
    # Those that did not change were not copied again.
    assert (
        db.value(
            "select count(*) from content.lesson_body_versions as b "
            "inner join content.lessons as l on l.id = b.lesson_id where l.course_id = %s",
            [PYTHON],
        )
        == 5
    )


def test_a_course_is_published_with_a_lesson_that_has_a_body(teacher: Connection) -> None:
    course = _course(teacher, "steps")
    with teacher.transaction(force_rollback=True), refused("PT409", "course.empty"):
        teacher.execute("select api.publish_course(%s)", [course])
    lesson = _lesson(teacher, course)
    with teacher.transaction(force_rollback=True), refused("PT409", "course.empty"):
        teacher.execute("select api.publish_course(%s)", [course])
    teacher.execute("delete from api.lessons where id = %s", [lesson])
    module = _value(teacher, "select id from api.modules where course_id = %s", course)
    bare = _value(
        teacher,
        "insert into api.lessons (module_id, lesson_order, title) values (%s, 1, 'L') returning id",
        module,
    )
    with teacher.transaction(force_rollback=True), refused("PT409", "lesson.body_missing"):
        teacher.execute("select api.publish_lesson(%s)", [bare])
    teacher.execute("insert into api.lesson_bodies (lesson_id) values (%s)", [bare])
    assert _value(teacher, "select api.publish_lesson(%s)", bare) is None
    assert _value(teacher, "select api.publish_course(%s)", course) == 1
    assert teacher.execute(
        "select lesson_count, duration_sec from api.course_stats where course_id = %s", [course]
    ).fetchone() == (1, 0)


def test_a_lesson_of_a_published_course_makes_a_new_version(db: Database) -> None:
    def seen() -> tuple[Any, ...]:
        with db.request() as connection:
            row = connection.execute(
                "select (select count(*) from api.lessons where course_id = %s), s.lesson_count, "
                "s.duration_sec from api.course_stats as s where s.course_id = %s",
                [PYTHON, PYTHON],
            ).fetchone()
        assert row
        return row

    assert seen() == (4, 4, 5400)
    with db.request(INSTRUCTOR) as connection:
        assert _value(connection, "select api.publish_lesson(%s, false)", FIRST_LESSON) == 2
        assert _value(connection, "select api.publish_lesson(%s, false)", FIRST_LESSON) is None
    assert seen() == (3, 3, 4980)
    with db.request(INSTRUCTOR) as connection:
        assert _value(connection, "select api.publish_module(%s, false)", SECOND_MODULE) == 3
    assert seen() == (1, 1, 600)
    with db.request(INSTRUCTOR) as connection, refused("PT409", "course.empty"):
        connection.execute("select api.publish_module(%s, false)", [FIRST_MODULE])
    # The last one stays, and so does what was deleted from nowhere.
    with db.request(INSTRUCTOR) as connection, refused("23503"):
        connection.execute("delete from api.lessons where id = %s", [FIRST_LESSON])


def test_many_who_publish_at_once_number_their_versions(db: Database) -> None:
    def publish() -> int:
        with db.request(INSTRUCTOR) as connection:
            number: int = _value(connection, "select api.publish_course(%s)", PYTHON)
            return number

    assert sorted(map(int, together(*[publish] * 12))) == list(range(2, 14))
    assert db.value("select count(*) from content.content_version_lessons") == 4 * 13 + 3 + 2 + 1


def test_a_body_changed_while_others_publish_is_frozen_whole_or_not_at_all(db: Database) -> None:
    def change(connection: Connection) -> None:
        for n in range(30):
            connection.execute(
                "update content.lesson_bodies set content = jsonb_build_object('n', %s::int), "
                "transcript = %s where lesson_id = %s",
                [n, str(n), FIRST_LESSON],
            )

    def publish(connection: Connection) -> None:
        for _ in range(10):
            connection.execute("select content.publish_course(%s)", [PYTHON])

    assert in_sessions(db, change, publish, publish) == [None] * 3
    assert (
        db.rows(
            "select content, transcript from content.lesson_body_versions "
            "where lesson_id = %s and version > 1 and content ->> 'n' <> transcript",
            [FIRST_LESSON],
        )
        == []
    )
    assert db.rows(
        "select count(*) = max(version) from content.content_versions where course_id = %s",
        [PYTHON],
    ) == [(True,)]


def test_who_publishes(db: Database) -> None:
    publish = "select api.publish_course(%s)"
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute(publish, [PYTHON])
    with db.request(MODERATOR) as connection, refused("PT403", "course.edit_denied"):
        connection.execute(publish, [PYTHON])
    # A draft of others is as unknown as one that does not exist.
    for course in (DRAFT, uuid4()):
        with db.request(MODERATOR) as connection, refused("PT404", "course.not_found"):
            connection.execute(publish, [course])
    db.rows(
        "update rbac.role_permissions set valid_to = now() where role_id = "
        "(select id from rbac.roles where name = 'instructor') and permission_id = "
        "(select id from rbac.permissions where name = 'lesson.publish')"
    )
    with db.request(INSTRUCTOR) as connection, refused("PT403", "course.permission_denied"):
        connection.execute(publish, [PYTHON])
    with db.request(ADMINISTRATOR) as connection:
        assert _value(connection, publish, PYTHON) == 2


def test_a_course_goes_from_draft_to_review_to_the_catalogue_to_the_archive(
    teacher: Connection,
) -> None:
    def go(status: str) -> None:
        _value(teacher, "select api.set_course_status(%s, %s)", DRAFT, status)

    for status in ("under_review", "draft", "draft", "archived", "draft", "under_review"):
        go(status)
    teacher.execute("select api.publish_course(%s)", [DRAFT])
    for status in ("draft", "under_review", "published ", "nonsense"):
        with teacher.transaction(force_rollback=True), refused("PT409", "course.status_invalid"):
            go(status)
    go("archived")
    for status in ("draft", "under_review"):
        with teacher.transaction(force_rollback=True), refused("PT409", "course.status_invalid"):
            go(status)
    assert _value(teacher, "select api.publish_course(%s)", DRAFT) == 2


def test_an_archived_course_leaves_the_catalogue_and_is_known_still(db: Database) -> None:
    with db.request() as connection:
        assert connection.execute(
            "select is_published, is_visible from api.courses where id = %s", [ARCHIVED]
        ).fetchone() == (False, True)
        found = connection.execute("select id from api.search_courses('python')").fetchall()
        assert found == [(PYTHON,)]
        assert (
            connection.execute("select id from api.courses where id = %s", [DRAFT]).fetchall() == []
        )


# Prerequisites and categories


def _needs(
    db: Database, course: UUID, required: UUID, lessons: tuple[Any, Any] = (None, None)
) -> None:
    db.rows(
        "insert into content.prerequisites "
        "(course_id, lesson_id, required_course_id, required_lesson_id) values (%s, %s, %s, %s)",
        [course, lessons[0], required, lessons[1]],
    )


def test_courses_that_wait_for_each_other_are_refused(db: Database) -> None:
    _needs(db, SQL, PYTHON)
    _needs(db, DRAFT, SQL)
    for required in (DRAFT, SQL):
        with refused("PT409", "prerequisite.cycle"):
            _needs(db, PYTHON, required)
    # Through a lesson it is no better.
    lesson = db.value("select id from content.lessons where course_id = %s", [DRAFT])
    with refused("PT409", "prerequisite.cycle"):
        _needs(db, PYTHON, DRAFT, (FIRST_LESSON, lesson))
    with refused("23514"):
        _needs(db, SQL, SQL)


def test_lessons_that_wait_for_each_other_are_refused(db: Database) -> None:
    one, two, three, _ = (
        row[0]
        for row in db.rows(
            "select id from content.lessons where course_id = %s order by id", [PYTHON]
        )
    )
    _needs(db, PYTHON, PYTHON, (two, one))
    _needs(db, PYTHON, PYTHON, (three, two))
    for pair in ((one, three), (one, two), (one, one)):
        with refused("PT409", "prerequisite.cycle"):
            _needs(db, PYTHON, PYTHON, pair)


def test_two_prerequisites_that_close_a_circle_together_are_not_both_let_in(db: Database) -> None:
    with db.connect() as first, ThreadPoolExecutor(1) as pool:
        first.execute("begin")
        first.execute(
            "insert into content.prerequisites (course_id, required_course_id) values (%s, %s)",
            [SQL, PYTHON],
        )
        first.execute("set constraints all immediate")
        second = pool.submit(together, partial(_needs, db, PYTHON, SQL))
        with pytest.raises(TimeoutError):
            second.result(0.3)
        first.execute("commit")
        assert second.result(30) == ["prerequisite.cycle"]


def test_a_category_stands_below_itself_by_nobodys_doing(db: Database) -> None:
    def below(child: str, parent: str) -> None:
        db.rows(
            "update content.categories set parent_id = "
            "(select id from content.categories where slug = %s) where slug = %s",
            [parent, child],
        )

    for child, parent in (("programming", "python"), ("data", "data")):
        with refused("PT409", "category.tree_invalid"):
            below(child, parent)
    for _ in range(8):
        told = together(
            partial(below, "programming", "databases"), partial(below, "data", "python")
        )
        assert sorted(map(str, told)) == ["None", "category.tree_invalid"]
        db.rows(
            "update content.categories set parent_id = null where slug in ('programming', 'data')"
        )


# Search


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("python", ["python-pour-debutants"]),
        ("debutant", ["python-pour-debutants"]),  # neither accents nor endings matter
        ("Débutante programmes", ["python-pour-debutants"]),
        ("constraint", ["sql-that-holds"]),
        ("constraints transaction", ["sql-that-holds"]),
        ('"refuse wrong data"', ["sql-that-holds"]),
        ('"wrong refuse data"', []),
        ("الذكاء", ["asasiyyat-al-dhaka"]),
        ("ذكاء", ["asasiyyat-al-dhaka"]),
        ("python or sql", ["python-pour-debutants", "sql-that-holds"]),
        ("drawings", []),  # a draft
        ("the of", []),  # no word that counts
        ("'; drop table content.courses; --", []),
        ("& | ! ( ) :* <->", []),
        ("x" * 3000, []),
    ],
)
def test_courses_are_found_by_words_of_their_language(
    db: Database, query: str, slugs: list[str]
) -> None:
    with db.request() as connection:
        found = connection.execute("select slug from api.search_courses(%s)", [query]).fetchall()
    assert sorted(row[0] for row in found) == slugs


def test_a_word_in_the_title_counts_for_more(db: Database, teacher: Connection) -> None:
    course = _course(teacher, "title")
    teacher.execute("update api.courses set title = 'Constraints' where id = %s", [course])
    teacher.execute("select api.publish_lesson(%s)", [_lesson(teacher, course)])
    teacher.execute("select api.publish_course(%s)", [course])
    found = teacher.execute("select slug from api.search_courses('constraints')").fetchall()
    assert found == [("title",), ("sql-that-holds",)]


@pytest.mark.parametrize(
    ("arguments", "slugs"),
    [
        ("in_language => 'ar'", ["asasiyyat-al-dhaka"]),
        ("with_difficulty => 'intermediate'", ["sql-that-holds"]),
        ("with_tag => 'debutant'", ["python-pour-debutants"]),
        ("with_tag => 'no-such'", []),
        ("with_tier => 'premium_member', in_language => 'en'", ["sql-that-holds"]),
        (
            "in_category => (select id from api.categories where slug = 'programming')",
            ["python-pour-debutants"],
        ),
        ("in_category => gen_random_uuid()", []),
        ("query => 'sql', in_language => 'fr'", []),
        ("query => 'Débutante', in_language => 'fr'", ["python-pour-debutants"]),
    ],
)
def test_filters(db: Database, arguments: str, slugs: list[str]) -> None:
    with db.request(LEARNER) as connection:
        found = connection.execute(f"select slug from api.search_courses({arguments})".encode())
        assert [row[0] for row in found] == slugs


@pytest.mark.parametrize("query", [None, "lesson or course"])
def test_pages_follow_each_other_without_gap_or_repeat(db: Database, query: str | None) -> None:
    with db.request(INSTRUCTOR) as connection:
        for n in range(12):
            course = _course(connection, f"course-{n}")
            connection.execute("select api.publish_lesson(%s)", [_lesson(connection, course)])
            connection.execute("select api.publish_course(%s)", [course])
    everything = "select id from api.search_courses(%s, page_size => 100)"
    with db.request() as connection:
        wanted = [row[0] for row in connection.execute(everything, [query]).fetchall()]
        assert len(wanted) >= 12
        pages, cursor = [], None
        while True:
            page = connection.execute(
                "select id, cursor from api.search_courses(%s, page_size => 5, after_cursor => %s)",
                [query, cursor],
            ).fetchall()
            if not page:
                break
            pages += [row[0] for row in page]
            cursor = page[-1][1]
    assert pages == wanted


@pytest.mark.parametrize(
    "cursor", ["x", "", "bm9uc2Vuc2U=", "WzEsMl0=", "WyIxIiwieCIsInkiXQ==", "e30=", "////"]
)
def test_a_cursor_that_is_none_is_refused(db: Database, cursor: str) -> None:
    with db.request() as connection, refused("PT400", "search.cursor_invalid"):
        connection.execute("select * from api.search_courses(after_cursor => %s)", [cursor])


@pytest.mark.parametrize("size", [0, -1, 101, None])
def test_a_page_has_a_size(db: Database, size: int | None) -> None:
    with db.request() as connection, refused("PT400", "search.page_invalid"):
        connection.execute("select * from api.search_courses(page_size => %s)", [size])


def test_counts_can_be_made_anew(db: Database) -> None:
    before = db.rows("select course_id, lesson_count, duration_sec from content.course_stats")
    db.rows("update content.course_stats set lesson_count = 77, duration_sec = 1")
    db.rows("select content.rebuild_course_stats(course_id) from content.course_stats")
    after = db.rows("select course_id, lesson_count, duration_sec from content.course_stats")
    assert sorted(after) == sorted(before)


def test_the_window_is_dressed_by_those_who_keep_the_catalogue(db: Database) -> None:
    feature = "select api.feature_course(%s, true)"
    with db.request(INSTRUCTOR) as connection, refused("PT403", "course.permission_denied"):
        connection.execute(feature, [PYTHON])
    with db.request(ADMINISTRATOR) as connection:
        assert _value(connection, feature, PYTHON) is True
    with db.request(ADMINISTRATOR) as connection, refused("PT404", "course.not_found"):
        connection.execute(feature, [DRAFT])


def test_a_flag_and_a_new_row_at_the_same_moment_agree(db: Database) -> None:
    """A module made while its course is published is as visible as the course."""
    with db.request(INSTRUCTOR) as connection:
        courses = [_course(connection, f"c{n}") for n in range(6)]
        for course in courses:
            connection.execute("select api.publish_lesson(%s)", [_lesson(connection, course)])
    for course in courses:

        def publish(connection: psycopg.Connection, course: UUID = course) -> None:
            connection.execute("select content.publish_course(%s)", [course])

        def add(order: int, connection: psycopg.Connection, course: UUID = course) -> None:
            connection.execute(
                "insert into content.modules (course_id, module_order, title) values (%s, %s, 'x')",
                [course, order],
            )

        told = in_sessions(db, publish, *(partial(add, n) for n in range(2, 8)))
        assert told == [None] * 7
    assert (
        db.value(
            "select count(*) from content.modules as m inner join content.courses as c "
            "on c.id = m.course_id where m.course_is_visible <> c.is_visible"
        )
        == 0
    )
