"""Who may read what: every combination against a model of its own, and how access is given."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from psycopg import sql

from dbtool.access.matrix import probes
from dbtool.access.personas import Persona
from dbtool.db import connect
from tests.support.concurrently import together
from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)
from tests.support.soak import Soak

FREE = UUID("00000000-0000-4000-8000-0000000c0001")
PREMIUM = UUID("00000000-0000-4000-8000-0000000c0002")
MEMBERS = UUID("00000000-0000-4000-8000-0000000c0003")
DRAFT = UUID("00000000-0000-4000-8000-0000000c0004")
FREE_LESSON = UUID("00000000-0000-4000-8000-000000e00002")
PREVIEW = UUID("00000000-0000-4000-8000-000000e00005")
PREMIUM_LESSON = UUID("00000000-0000-4000-8000-000000e00006")
OPENED_LESSON = UUID("00000000-0000-4000-8000-000000e00007")
DRAFT_LESSON = UUID("00000000-0000-4000-8000-000000e0000a")

RANKS = {"free": 0, "member": 10, "premium_member": 20}
SPACE = UUID("00000000-0000-4000-8000-0000000000ac")
SOURCES = ("purchase", "subscription", "referral", "grant", "test")
# Offsets in days of valid_from and valid_to, and whether it was revoked.
STATES = {
    "without an end": (-1, None, False),
    "with an end": (-1, 1, False),
    "expired": (-2, -1, False),
    "not yet": (1, 2, False),
    "revoked": (-1, None, True),
}


class Course(NamedTuple):
    """A course, and its one lesson."""

    rules: tuple[str, ...]
    status: str
    override: str
    is_preview: bool

    @property
    def id(self) -> UUID:
        return uuid5(SPACE, repr(tuple(self)))

    @property
    def lesson(self) -> UUID:
        return uuid5(self.id, "lesson")

    @property
    def is_visible(self) -> bool:
        return self.status != "draft"


class Person(NamedTuple):
    """Somebody, and the one thing they were given: on every course, or a tier."""

    role: str
    is_active: bool
    given: str
    state: str
    source: str

    @property
    def id(self) -> UUID:
        return uuid5(SPACE, repr(tuple(self)))

    @property
    def rank(self) -> int:
        """Of their tier, by the role and by what they were given."""
        if not self.is_active:
            return 0
        given = RANKS.get(self.given, 0) if self.holds else 0
        return max(RANKS.get(self.role, 0), given)

    @property
    def holds(self) -> bool:
        """Whether what they were given counts now."""
        return self.is_active and self.state in ("without an end", "with an end")


COURSES = [
    Course(*parts)
    for parts in itertools.product(
        [
            (),
            ("free",),
            ("member",),
            ("premium_member",),
            ("product",),
            ("premium_member", "product"),
        ],
        ["published", "archived", "draft"],
        ["", "free", "premium_member", "free, expired"],
        [True, False],
    )
]
PEOPLE = [
    Person(role, is_active, given, state, SOURCES[n % len(SOURCES)])
    for n, (role, is_active, (given, state)) in enumerate(
        itertools.product(
            ["", "member", "premium_member"],
            [True, False],
            [("", ""), *itertools.product(["course", "member", "premium_member"], STATES)],
        )
    )
]


def _may_course(person: Person | None, course: Course) -> bool:
    if not course.is_visible:
        return False
    if "free" in course.rules:
        return True
    if person is None:
        return False
    by_tier = any(0 < RANKS.get(rule, 99) <= person.rank for rule in course.rules)
    return by_tier or (person.given == "course" and person.holds)


def _may_lesson(person: Person | None, course: Course) -> bool:
    if course.is_visible and (course.is_preview or course.override == "free"):
        return True
    opened = RANKS.get(course.override)
    by_override = opened is not None and person is not None and 0 < opened <= person.rank
    return (course.is_visible and by_override) or _may_course(person, course)


@pytest.fixture
def world(db: Database) -> Iterator[psycopg.Connection]:
    """All of them, in a transaction of an administrator."""
    with connect.connect(db.admin_url) as admin:
        admin.execute("begin")
        _make_people(admin)
        _make_courses(admin)
        yield admin


def _make_people(admin: psycopg.Connection) -> None:
    with admin.cursor() as cursor:
        cursor.executemany("insert into auth.users (id) values (%s)", [[p.id] for p in PEOPLE])
        admin.execute(
            "delete from rbac.user_roles where user_id = any (%s)", [[p.id for p in PEOPLE]]
        )
        cursor.executemany(
            "insert into rbac.user_roles (user_id, role_id, reason) "
            "select %s, id, 'x' from rbac.roles where name = %s",
            [[p.id, p.role] for p in PEOPLE if p.role],
        )
        cursor.executemany(
            "update public.profiles set status = 'suspended' where id = %s",
            [[p.id] for p in PEOPLE if not p.is_active],
        )


def _make_courses(admin: psycopg.Connection) -> None:
    admin.execute("set local session_replication_role = replica")
    with admin.cursor() as cursor:
        cursor.executemany(
            """
            insert into content.courses (
                id, slug, title, created_by, status, published_at, archived_at, version_id
            )
            select %(id)s, %(id)s::text, 'x', %(by)s, %(status)s,
                case when %(status)s <> 'draft' then now() end,
                case when %(status)s = 'archived' then now() end,
                case when %(status)s <> 'draft' then gen_random_uuid() end
            """,
            [{"id": c.id, "by": INSTRUCTOR, "status": c.status} for c in COURSES],
        )
        cursor.executemany(
            "insert into content.lessons (id, course_id, module_id, module_is_visible, "
            "lesson_order, title, is_preview, is_published) "
            "values (%s, %s, gen_random_uuid(), %s, 1, 'x', %s, true)",
            [[c.lesson, c.id, c.is_visible, c.is_preview] for c in COURSES],
        )
        cursor.executemany(
            "insert into access.course_access_rules "
            "(course_id, course_is_visible, tier_id, product_id) "
            "select %s, %s, (select id from access.tiers where name = %s), "
            "case when %s = 'product' then gen_random_uuid() end",
            [[c.id, c.is_visible, rule, rule] for c in COURSES for rule in c.rules],
        )
        cursor.executemany(
            "insert into access.lesson_access_overrides "
            "(lesson_id, course_id, tier_id, valid_from, valid_to) "
            "select %s, %s, id, now() - interval '2 days', "
            "case when %s then now() - interval '1 day' end from access.tiers where name = %s",
            [
                [c.lesson, c.id, "expired" in c.override, c.override.split(",")[0]]
                for c in COURSES
                if c.override
            ],
        )
        given = []
        for person in PEOPLE:
            for course in COURSES if person.given == "course" else [None] if person.given else []:
                from_, to, is_revoked = STATES[person.state]
                given.append(
                    {
                        "user": person.id,
                        "course": course.id if course else None,
                        "tier": person.given,
                        "source": person.source,
                        "from": from_,
                        "to": to,
                        "revoked": is_revoked,
                    }
                )
        cursor.executemany(
            """
            insert into access.user_entitlements (
                user_id, course_id, tier_id, source_type, source_id, valid_from, valid_to,
                revoked_at
            )
            select %(user)s, %(course)s, (select id from access.tiers where name = %(tier)s),
                %(source)s, gen_random_uuid(), now() + make_interval(days => %(from)s),
                now() + make_interval(days => %(to)s::int), case when %(revoked)s then now() end
            """,
            given,
        )
    admin.execute("set local session_replication_role = origin")
    admin.execute("analyze access.user_entitlements, access.course_access_rules, content.lessons")


@pytest.mark.soak("matrix")
def test_every_combination_is_as_the_model_says(world: psycopg.Connection, soak: Soak) -> None:
    """And can_read_course, can_read_lesson and explain_access say the same to the person."""
    wrong, allowed = [], 0
    ids, lessons = [c.id for c in COURSES], [c.lesson for c in COURSES]
    query = sql.SQL(
        """
        select
            api.can_read_course(c.id), api.can_read_lesson(c.lesson),
            case when c.is_visible then (
                select coalesce(bool_or(e.is_met), false) from api.explain_access(c.id) as e
            ) end
        from unnest({}::uuid[], {}::uuid[], {}::boolean[])
            with ordinality as c (id, lesson, is_visible, n)
        order by c.n
        """
    ).format(sql.Literal(ids), sql.Literal(lessons), sql.Literal([c.is_visible for c in COURSES]))
    chosen = (PEOPLE[number] for number in soak.of(range(len(PEOPLE)), len(PEOPLE) // 5))
    for person in (None, *chosen):
        role = "authenticated" if person else "anon"
        caller = Persona("x", (), role, role, person.id if person else None)
        rows = probes.attempt(world, caller, query)
        assert isinstance(rows, list), rows
        for course, (may_course, may_lesson, explained) in zip(COURSES, rows, strict=True):
            expected = (_may_course(person, course), _may_lesson(person, course))
            agrees = explained is None or explained == may_course
            if (may_course, may_lesson) != expected or not agrees:
                wrong.append((person, course, expected, (may_course, may_lesson, explained)))
            allowed += may_course
    assert wrong[:5] == []
    assert allowed > 100


def test_the_view_says_who_why_and_until_when(world: psycopg.Connection) -> None:
    rows = world.execute(
        "select distinct user_id, course_id from access.effective_access "
        "where lesson_id is null and user_id = any (%s) and course_id = any (%s)",
        [[p.id for p in PEOPLE], [c.id for c in COURSES]],
    ).fetchall()
    assert set(rows) == {
        (p.id, c.id)
        for p in PEOPLE
        for c in COURSES
        if _may_course(p, c) and _may_course(p, c._replace(rules=tuple(set(c.rules) - {"free"})))
    }


# What lessons teach


def _read(db: Database, who: UUID | None, lesson: UUID) -> Any:
    with db.request(who) as connection:
        return connection.execute(
            "select content ->> 'text', course_version from api.read_lesson(%s)", [lesson]
        ).fetchone()


def _written(db: Database, lesson: UUID) -> Any:
    return db.value(
        "select content ->> 'text' from content.lesson_bodies where lesson_id = %s", [lesson]
    )


@pytest.mark.parametrize("who", [None, LEARNER, OTHER_LEARNER, MODERATOR])
def test_previews_and_free_courses_are_read_by_everyone(db: Database, who: UUID | None) -> None:
    for lesson in (FREE_LESSON, PREVIEW, OPENED_LESSON):
        assert _read(db, who, lesson) == (_written(db, lesson), 1)


def test_what_is_paid_for_is_read_by_those_it_was_opened_to(db: Database) -> None:
    assert _read(db, LEARNER, PREMIUM_LESSON) == (_written(db, PREMIUM_LESSON), 1)
    for who in (None, OTHER_LEARNER, MODERATOR):
        with refused("PT403", "access.denied"):
            _read(db, who, PREMIUM_LESSON)
    for who in (None, LEARNER, MODERATOR):
        for lesson in (DRAFT_LESSON, uuid4()):
            with refused("PT404", "lesson.not_found"):
                _read(db, who, lesson)


def test_a_change_is_read_when_it_was_published(db: Database) -> None:
    before = _written(db, FREE_LESSON)
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            'update api.lesson_bodies set content = \'{"text": "new"}\' where lesson_id = %s',
            [FREE_LESSON],
        )
    assert _read(db, None, FREE_LESSON) == (before, 1)
    with db.request(INSTRUCTOR) as connection:
        connection.execute("select api.publish_course(%s)", [FREE])
    assert _read(db, None, FREE_LESSON) == ("new", 2)


# Opening and closing


def test_access_is_opened_once_and_closed_for_good(db: Database) -> None:
    key = uuid4()
    give = "select api.grant_access(%s, %s, 'a present', course_id => %s)"
    for _ in range(2):
        with db.request(ADMINISTRATOR) as connection:
            row = connection.execute(give, [OTHER_LEARNER, key, PREMIUM]).fetchone()
            assert row == (key,)
    with db.request(OTHER_LEARNER) as connection:
        assert connection.execute(
            "select course_id, source_type, reason from api.my_entitlements"
        ).fetchall() == [(PREMIUM, "grant", "a present")]
    assert _read(db, OTHER_LEARNER, PREMIUM_LESSON)
    for who, what in ((LEARNER, PREMIUM), (OTHER_LEARNER, FREE)):
        with db.request(ADMINISTRATOR) as connection, refused("PT409", "idempotency.key_reused"):
            connection.execute(give, [who, key, what])
    revoke = "select api.revoke_access(%s, 'a mistake')"
    with db.request(ADMINISTRATOR) as connection:
        first = connection.execute(revoke, [key]).fetchone()
    with db.request(ADMINISTRATOR) as connection:
        assert connection.execute(revoke, [key]).fetchone() == first
    with refused("PT403", "access.denied"):
        _read(db, OTHER_LEARNER, PREMIUM_LESSON)
    # The same request again does not open it again.
    with db.request(ADMINISTRATOR) as connection, refused("PT409", "idempotency.key_reused"):
        connection.execute(give, [OTHER_LEARNER, key, PREMIUM])
    with refused("PT403", "access.denied"):
        _read(db, OTHER_LEARNER, PREMIUM_LESSON)


def test_one_key_at_once_opens_once(db: Database) -> None:
    key = uuid4()

    def give(who: UUID) -> object:
        with db.request(ADMINISTRATOR) as connection:
            return connection.execute(
                "select api.grant_access(%s, %s, 'x', tier => 'premium_member')", [who, key]
            ).fetchone()

    told = together(*[partial(give, OTHER_LEARNER)] * 6, *[partial(give, MODERATOR)] * 6)
    assert sorted(map(str, told)) == sorted([str((key,))] * 6 + ["idempotency.key_reused"] * 6)
    assert db.value("select count(*) from access.user_entitlements where id = %s", [key]) == 1


@pytest.mark.parametrize(
    ("arguments", "state", "name"),
    [
        ("null, 'x', course_id => '{c}'", "PT400", "access.request_invalid"),
        ("'{k}', ' ', course_id => '{c}'", "PT400", "access.request_invalid"),
        ("'{k}', 'x'", "PT400", "access.request_invalid"),
        ("'{k}', 'x', course_id => '{c}', tier => 'free'", "PT400", "access.request_invalid"),
        ("'{k}', 'x', tier => 'free', valid_to => now()", "PT400", "access.request_invalid"),
        ("'{k}', 'x', tier => 'gold'", "PT404", "tier.not_found"),
        ("'{k}', 'x', course_id => '{k}'", "PT404", "course.not_found"),
    ],
)
def test_what_is_no_grant_is_refused(db: Database, arguments: str, state: str, name: str) -> None:
    told = arguments.format(k=uuid4(), c=PREMIUM)
    with db.request(ADMINISTRATOR) as connection, refused(state, name):
        connection.execute(f"select api.grant_access('{LEARNER}', {told})".encode())


def test_nobody_opens_anything_to_themselves(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute(
            "select api.grant_access(%s, %s, 'x', tier => 'free')", [LEARNER, uuid4()]
        )
    with db.request(MODERATOR) as connection, refused("PT403", "access.denied"):
        connection.execute(
            "select api.grant_access(%s, %s, 'x', tier => 'free')", [MODERATOR, uuid4()]
        )
    # Not those either who may open to others.
    with db.request(ADMINISTRATOR) as connection, refused("PT403", "access.self_grant"):
        connection.execute(
            "select api.grant_access(%s, %s, 'x', tier => 'free')", [ADMINISTRATOR, uuid4()]
        )
    for who in (LEARNER, MODERATOR, INSTRUCTOR):
        for view in ("my_entitlements", "people_entitlements"):
            with db.request(who) as connection, refused("42501"):
                connection.execute(f"update api.{view} set valid_to = null".encode())


# The label


def test_the_catalogue_says_what_a_course_asks_for(db: Database) -> None:
    def label() -> object:
        return db.value("select access_tier from content.courses where id = %s", [DRAFT])

    def rule(tier: str | None) -> None:
        db.rows(
            "insert into access.course_access_rules (course_id, tier_id, product_id) "
            "values (%s, (select id from access.tiers where name = %s), "
            "case when %s::text is null then gen_random_uuid() end)",
            [DRAFT, tier, tier],
        )

    assert label() == "closed"
    for tier, wanted in (
        (None, "paid_oneoff"),
        ("premium_member", "premium_member"),
        ("free", "free"),
        ("member", "free"),
    ):
        rule(tier)
        assert label() == wanted
    # It follows a tier's rank and name, and a rule that is changed.
    db.rows("update access.tiers set rank = rank + 100 where name = 'free'")
    assert label() == "member"
    db.rows("update access.tiers set name = 'members' where name = 'member'")
    assert label() == "members"
    db.rows(
        "delete from access.course_access_rules where course_id = %s and tier_id in "
        "(select id from access.tiers where name in ('free', 'premium_member'))",
        [DRAFT],
    )
    db.rows(
        "update access.course_access_rules set tier_id = "
        "(select id from access.tiers where name = 'premium_member') where course_id = %s "
        "and tier_id = (select id from access.tiers where name = 'members')",
        [DRAFT],
    )
    assert label() == "premium_member"
    db.rows("delete from access.course_access_rules where course_id = %s", [DRAFT])
    assert label() == "closed"
