"""A database with a canary in every row, and triggers that end what touches a row of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import sql

from dbtool.access import expectation_files
from dbtool.access.expectations import ALL, DENIED, NONE, VERBS, Relation
from dbtool.access.matrix import probes
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.personas import Persona
from dbtool.db import connect
from dbtool.db.connect import identifier
from tests.support.database import Database
from tests.support.servers import REPOSITORY
from tests.support.statements import Target

EXPECTED = expectation_files.load(REPOSITORY)
TABLES = [relation for relation in EXPECTED.relations.values() if relation.kind == "table"]
SCHEMAS = sorted({name.partition(".")[0] for name in EXPECTED.relations})
# SQLSTATE of the triggers.
TRESPASS = "ZZ001"
_CANARY = re.compile(r"cnry[0-9a-f]{12}")
# What a permission lets its holder change of others, besides what the expectations say of tables.
_MAY_CHANGE = {
    "role.grant": ("rbac.user_roles", "rbac.role_grants_log", "rbac.roles"),
    "api_key.revoke_any": ("rbac.api_keys",),
    "feature_flag.manage": ("util.feature_flags",),
    "gamification.manage": (
        *(
            f"gamification.{name}"
            for name in (
                "level_definitions",
                "achievement_definitions",
                "quests",
                "quest_steps",
                "seasons",
                "season_scores",
                "season_score_counts",
                "xp_sources",
            )
        ),
        "util.job_queue",  # people follow a change of levels by a job
        "util.settings",
    ),
    "job.manage": ("util.settings",),
    "category.manage": ("content.categories", "content.tags", "content.courses"),
    "course.edit": (
        *(name for name in EXPECTED.relations if name.startswith("content.")),
        "learn.cohorts",
        "learn.assessments",
        "learn.assessment_items",
        "learn.answer_keys",
        "learn.assignments",
        "learn.live_sessions",
        "learn.live_session_links",
        "learn.attempt_results",  # which follow the rule when they are shown
    ),
    "lesson.publish": ("content.lesson_body_versions",),
    "access.manage": (
        "access.tiers",
        "access.course_access_rules",
        "access.product_grants",
        "access.lesson_access_overrides",
        "content.courses",  # whose label follows
    ),
    "entitlement.grant": ("access.user_entitlements",),
    "enrollment.manage": ("learn.enrollments", "learn.waitlist_entries"),
    "certificate.manage": ("learn.certificates",),
    "gradebook.grade": (
        "learn.attempt_results",
        "learn.submissions",
        "learn.user_assessment_attempts",
        "learn.enrollments",
        "learn.certificates",
        *(name for name in EXPECTED.relations if name.startswith("gamification.user_")),
        "gamification.xp_events",
        "gamification.xp_idempotency_keys",
    ),
    "learn.manage": ("util.settings",),
    "xp.reverse": (
        "gamification.user_xp",
        "gamification.xp_events",
        "gamification.xp_idempotency_keys",
    ),
}
# Whose row it is, too: a function writes both rows of a friendship.
_SHARED = {"gamification.friend_links": "friend_id", "gamification.friend_streaks": "friend_id"}
# Columns that functions change in their caller's own rows.
_BY_FUNCTION = {
    "gamification.friend_links": ("status", "accepted_at"),
    "content.courses": ("status", "published_at", "archived_at", "version_id", "search_vector"),
    "content.course_stats": ("lesson_count", "duration_sec"),
    "content.modules": ("module_order", "is_published"),
    "content.lessons": ("course_id", "is_published"),
    "content.lesson_bodies": ("course_id",),
    "content.prerequisites": ("course_id", "required_course_id"),
    "gamification.user_streaks": (
        "current_days",
        "longest_days",
        "started_on",
        "last_active_on",
        "last_active_at",
        "time_zone",
    ),
    "gamification.user_xp": (  # which the ledger's checker holds to its events
        "total_xp",
        "current_level",
        "current_xp_in_level",
        "next_level_at",
        "last_seq",
        "last_event_at",
        "credits",
        "credited_at",
        "xp_on_day",
    ),
    "learn.enrollments": (
        "status",
        "version_id",
        "cohort_id",
        "source",
        "enrolled_at",
        "completed_at",
        "ended_at",
        "expires_at",
    ),
    "learn.waitlist_entries": ("status", "ended_at"),
    "learn.user_progress": (
        "status",
        "completed_at",
        "watch_time_sec",
        "last_position_sec",
        "last_activity_at",
        "course_id",
    ),
    "learn.lesson_analytics": ("interactions",),
    "learn.user_assessment_attempts": ("status", "submitted_at", "was_late", "answers"),
    "learn.attempt_results": (
        "version",
        "item_points",
        "item_feedback",
        "score",
        "is_passed",
        "feedback",
        "graded_by",
        "graded_at",
        "shown_at",
    ),
    "learn.submissions": (
        "status",
        "version",
        "raw_points",
        "points",
        "is_passed",
        "feedback",
        "graded_by",
        "graded_at",
    ),
    "learn.proctoring_sessions": ("event_count", "screenshot_ids"),
    "learn.live_session_participants": ("joined_at", "left_at", "attended_sec"),
    "learn.assessments": ("is_published", "published_at", "version_id", "scope"),
    "learn.assessment_items": ("item_order",),
    "learn.assignments": ("is_published", "published_at"),
    "learn.live_sessions": ("status", "started_at", "ended_at"),
}
# What everybody's functions count, in rows that are nobody's.
_COUNTED = {
    "content.course_stats": ("student_count", "active_count", "completed_count", "updated_at"),
    "learn.cohorts": ("seats_taken", "waiting_count", "updated_at"),
}
# The course of a row that does not say it; of a key whose item is gone with it, none.
_COURSE_OF = {
    "learn.answer_keys": ("learn.assessment_items", "item_id"),
    "learn.assessment_version_keys": ("learn.assessment_versions", "version_id"),
}
# Of a learner, which nobody but they and functions for them write, whoever teaches.
_LEARNERS = (
    "learn.user_progress",
    "learn.lesson_analytics",
    "learn.waitlist_entries",
    "learn.proctoring_sessions",
    "learn.proctoring_events",
)
# Rows about a person which they must not write either.
_NOBODYS = ("rbac.user_roles",)

# Columns that change with others: by triggers, generated, or by the function for it.
_FOLLOWING = (
    "updated_at",
    "username_key",
    "is_listed",
    "revoked_at",
    "is_visible",
    "course_is_visible",
    "module_is_visible",
)

# Rows by their table and key.
Rows = dict[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True)
class Cage:
    """The database, and who may see which canaries.

    Attributes:
        db: The database.
        people: Everybody but the service.
        visible: Canaries by the name of a persona, as they were put.
        target: What attacks are about.
    """

    db: Database
    people: tuple[Persona, ...]
    visible: dict[str, frozenset[str]]
    target: Target

    def escaped(self, persona: Persona, text: str) -> set[str]:
        """Canaries in a text that the persona may not see."""
        found = set(_CANARY.findall(text)) - self.visible[persona.name]
        if found:
            # Someone may have published what was theirs, since.
            with connect.connect(self.db.admin_url) as admin, admin.transaction():
                found -= _visible(admin, persona)
        return found

    def target_of(self, persona: Persona) -> Target:
        """The same target, open where it is for this persona alone."""
        reachable: list[str] = []
        writable: dict[str, list[str]] = {}
        for relation in EXPECTED.relations.values():
            may = {verb: relation.may(verb, persona.callers) for verb in VERBS}
            if not may["select"].is_denied:
                reachable.append(relation.name)
            columns = {*may["insert"].columns, *may["update"].columns}
            if columns or not may["delete"].is_denied:
                writable[relation.name] = sorted(columns or relation.columns)
        return replace(self.target, reachable=reachable, writable=writable)

    def rows(self, admin: psycopg.Connection) -> Rows:
        """Every row there is, past all policies."""
        found: Rows = {}
        for table in TABLES:
            key = probes.key_of(admin, table.name)
            rows = admin.execute(
                sql.SQL("select to_jsonb(t) from {} as t").format(identifier(table.name))
            )
            for (row,) in rows:
                found[table.name, *(str(row[column]) for column in key)] = row
        return found

    def trespasses(self, persona: Persona, before: Rows, after: Rows) -> Iterator[tuple[str, ...]]:
        """Rows that a persona made, changed or deleted and may not have.

        Of their own rows: those of which other columns changed than they may update.
        """
        for row in before.keys() | after.keys():
            old, new = before.get(row), after.get(row)
            table = EXPECTED.relations[row[0]]
            if old == new or table.name in _MAY_CHANGE.get(persona.permission, ()):
                continue
            known = [version for version in (old, new) if version is not None]
            if old and new and _uncounted(table, old) == _uncounted(table, new):
                continue
            if not all(self._is_own(persona, table, version, before, after) for version in known):
                yield row
            elif old and new:
                allowed = {
                    *_COUNTED.get(table.name, ()),
                    *table.may("update", persona.callers).columns,
                    *_BY_FUNCTION.get(table.name, ()),
                    *_FOLLOWING,
                }
                changed = {column for column in new if old.get(column) != new[column]}
                yield from ((*row, column) for column in sorted(changed - allowed))

    @staticmethod
    def _is_own(
        persona: Persona, table: Relation, row: Mapping[str, Any], before: Rows, after: Rows
    ) -> bool:
        me = str(persona.user_id)
        course = row.get(_course_column(table) or "", "")
        if table.name in _COURSE_OF:
            parent, column = _COURSE_OF[table.name]
            key = (parent, str(row[column]))
            course = before.get(key, after.get(key, {})).get("course_id", "")
        teaches = ("content.course_instructors", str(course), me)
        made = after.get(("content.courses", str(course)), {}).get("created_by")
        return me in [row[owner] for owner in _owners(table)] or teaches in before or made == me


def built(db: Database) -> Cage:
    """Populate a clone of the demo database, put canaries into it and guard it."""
    with connect.connect(db.admin_url) as admin, admin.transaction():
        people = tuple(p for p in Matrix(admin, EXPECTED).personas if p.role != "service_role")
        admin.execute("set local session_replication_role = replica")
        for table in TABLES:
            _put_canaries(admin, table.name)
        visible = {p.name: _visible(admin, p) for p in people}
        admin.execute("create schema fuzz; create table fuzz.may (user_id text, table_name text)")
        admin.execute(
            "create table fuzz.teaches as select user_id::text, course_id "
            "from content.course_instructors"
        )
        for persona in people:
            for name in _MAY_CHANGE.get(persona.permission, ()):
                admin.execute("insert into fuzz.may values (%s, %s)", [persona.user_id, name])
        for table in TABLES:
            _guard(admin, table)
        target = _target(admin)
    # Plans and statistics are part of what could leak.
    with psycopg.connect(db.admin_url, autocommit=True) as owner:
        owner.execute("analyze")
    return Cage(db, people, visible, target)


def often_ordinary(people: Iterable[Persona]) -> tuple[Persona, ...]:
    """Ordinary people are most of the world."""
    once = tuple(people)
    return once + tuple(p for p in once if not (p.permission or p.is_refused)) * 5


def _owners(table: Relation) -> tuple[str, ...]:
    """The columns that say who may write a row."""
    if table.name in _NOBODYS or not table.owner:
        return ()
    return (table.owner, *filter(None, [_SHARED.get(table.name)]))


def _uncounted(table: Relation, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is counted in it."""
    return {name: row[name] for name in row if name not in _COUNTED.get(table.name, ())}


def _course_column(table: Relation) -> str:
    """The column that says of which course a row is, whose teachers may write it."""
    if table.name == "content.courses":
        return "id"
    is_part = table.name.startswith(("content.", "learn.")) and "course_id" in table.columns
    return "course_id" if is_part and table.name not in _LEARNERS else ""


def _put_canaries(admin: psycopg.Connection, table: str) -> None:
    """One canary a row, in every column that takes it."""
    key = probes.key_of(admin, table)
    columns = admin.execute(
        """
        select attname, atttypid::regtype::text from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
            and atttypid::regtype::text in ('text', 'jsonb')
        """,
        [table],
    ).fetchall()
    canary = sql.SQL("'cnry' || left(md5({} || concat_ws('|', {})), 12)").format(
        sql.Literal(table), sql.SQL(", ").join(map(sql.Identifier, key))
    )
    for column, type_ in columns:
        if column in key:
            continue
        value = sql.SQL("jsonb_build_object('is', {})" if type_ == "jsonb" else "{}").format(canary)
        try:
            with admin.transaction():
                admin.execute(
                    sql.SQL("update {} set {} = {}").format(
                        identifier(table), sql.Identifier(column), value
                    )
                )
        except psycopg.errors.IntegrityError:
            continue  # a column that takes only some words


def _visible(admin: psycopg.Connection, persona: Persona) -> frozenset[str]:
    """The canaries of the rows that a persona may see, by the expectations."""
    found: set[str] = set()
    for relation in EXPECTED.relations.values():
        allowed = relation.may("select", persona.callers)
        if allowed.rows in (DENIED, NONE):
            continue
        rows = admin.execute(
            sql.SQL(
                "select t::text from {} as t cross join (select {}::uuid as me) as persona where {}"
            ).format(
                identifier(relation.of),
                sql.Literal(persona.user_id),
                sql.SQL("true" if allowed.rows == ALL else allowed.rows),
            )
        )
        found.update(canary for (text,) in rows for canary in _CANARY.findall(text))
    # A function reads lessons' contents; other tests prove who may read which.
    lessons = admin.execute(
        """
        select concat(b, l) from content.content_version_lessons as l
        inner join content.lesson_body_versions as b on l.body_version_id = b.id
        where access.person_can_read_lesson(%s, l.lesson_id)
        """,
        [persona.user_id],
    )
    found.update(canary for (text,) in lessons for canary in _CANARY.findall(text))
    # So are questions, of assessments of courses that they take, and certificates by their hash.
    questions = admin.execute(
        """
        select v::text from learn.assessment_versions as v
        inner join learn.assessments as a on v.assessment_id = a.id
        inner join learn.enrollments as e on a.course_id = e.course_id
        where a.is_published and e.user_id = %s
        """,
        [persona.user_id],
    )
    found.update(canary for (text,) in questions for canary in _CANARY.findall(text))
    return frozenset(found)


def _guard(admin: psycopg.Connection, table: Relation) -> None:
    """Triggers that end any statement which touches a row of others.

    The caller is the one in the token, as for the policies.
    """
    mine = sql.SQL(" or ").join(
        [
            *(
                sql.SQL("coalesce(v_row.{}::text = v_me, false)").format(sql.Identifier(owner))
                for owner in _owners(table)
            ),
            *(
                sql.SQL(
                    "exists (select from fuzz.teaches as t "
                    "where t.user_id = v_me and t.course_id = v_row.{0}) "
                    "or exists (select from content.courses as c "
                    "where c.id = v_row.{0} and c.created_by::text = v_me)"
                ).format(sql.Identifier(column))
                for column in filter(None, [_course_column(table)])
            ),
            *_of_taught(table),
            sql.SQL("false"),
        ]
    )
    admin.execute(
        sql.SQL(
            """
            create function fuzz.{guard}() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
            as $$
            declare
                v_row {table};
                v_claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
                v_me text := v_claims ->> 'sub';
            begin
                if exists (
                    select from fuzz.may where user_id = v_me and table_name = {table_name}
                ) then
                    return null;
                end if;
                if tg_op <> 'TRUNCATE' then
                    if
                        tg_op = 'UPDATE'
                        and to_jsonb(old) - {counted}::text[] = to_jsonb(new) - {counted}::text[]
                    then
                        return null;
                    end if;
                    if tg_op <> 'INSERT' then
                        v_row := old;
                        if not ({mine}) then
                            raise sqlstate {trespass} using message = 'a row of others was touched';
                        end if;
                    end if;
                    if tg_op <> 'DELETE' then
                        v_row := new;
                        if not ({mine}) then
                            raise sqlstate {trespass} using message = 'a row was made for others';
                        end if;
                    end if;
                    return null;
                end if;
                raise sqlstate {trespass} using message = 'truncated';
            end;
            $$;
            create trigger zz_fuzz after insert or update or delete on {table}
            for each row execute function fuzz.{guard}();
            create trigger zz_fuzz_truncate after truncate on {table}
            for each statement execute function fuzz.{guard}();
            """
        ).format(
            guard=sql.Identifier(table.name.replace(".", "_")),
            table=identifier(table.name),
            table_name=sql.Literal(table.name),
            trespass=sql.Literal(TRESPASS),
            counted=sql.Literal(list(_COUNTED.get(table.name, ()))),
            mine=mine,
        )
    )


def _of_taught(table: Relation) -> Iterator[sql.Composable]:
    """When a row belongs to a course that the caller teaches, though it does not say so.

    A function credits a learner whose work somebody else graded.
    """
    if table.name in _COURSE_OF:
        parent, column = _COURSE_OF[table.name]
        course = sql.SQL("select course_id from {} where id = v_row.{}").format(
            identifier(parent), sql.Identifier(column)
        )
        yield sql.SQL(
            "coalesce(({0}) in (select t.course_id from fuzz.teaches as t where t.user_id = v_me), "
            "not exists ({0}))"
        ).format(course)
    if table.name.startswith("gamification.") and "user_id" in table.columns:
        yield sql.SQL(
            "exists (select from fuzz.teaches as t inner join learn.enrollments as e "
            "on t.course_id = e.course_id where t.user_id = v_me and e.user_id = v_row.user_id)"
        )


def _target(admin: psycopg.Connection) -> Target:
    relations: dict[str, dict[str, str]] = {}
    writable: dict[str, list[str]] = {}
    columns = admin.execute(
        """
        select n.nspname || '.' || c.relname, a.attname, a.atttypid::regtype::text,
            exists (
                select from unnest(array['authenticated', 'staff']) as r
                where has_column_privilege(r, c.oid, a.attnum, 'insert')
                    or has_column_privilege(r, c.oid, a.attnum, 'update')
            )
        from pg_attribute as a
        inner join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'v')
        inner join pg_namespace as n on n.oid = c.relnamespace
        where n.nspname = any (%s) and a.attnum > 0 and not a.attisdropped
        order by 1, a.attnum
        """,
        [[*SCHEMAS, "auth"]],
    )
    for name, column, type_, is_writable in columns:
        relations.setdefault(name, {})[column] = type_
        if is_writable:
            writable.setdefault(name, []).append(column)
    reachable = [
        r.name
        for r in EXPECTED.relations.values()
        if any(caller != "service" for caller in r.allowed["select"])
    ]
    rows = admin.execute(
        """
        select
            n.nspname || '.' || p.proname,
            coalesce(p.proargnames[1:p.pronargs], array_fill(''::text, array[p.pronargs::int])),
            array(select t::regtype::text from unnest(p.proargtypes) as t)
        from pg_proc as p
        inner join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname = any (%s) and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
        """,
        [[*SCHEMAS, "auth"]],
    ).fetchall()
    functions = {name: dict(zip(names, types, strict=True)) for name, names, types in rows}
    ids = admin.execute(
        """
        select id::text from (select id from public.profiles order by id limit 12) as p
        union all (select id::text from rbac.api_keys order by id limit 4)
        union all (select id::text from public.profile_links order by id limit 4)
        union all (select id::text from rbac.roles order by name limit 3)
        union all (select id::text from content.courses order by id limit 6)
        union all (select id::text from content.modules order by id limit 4)
        union all (select id::text from content.lessons order by id limit 4)
        union all (select id::text from access.tiers order by rank)
        union all (select id::text from access.user_entitlements order by id limit 2)
        union all (select id::text from learn.assessments order by id limit 3)
        union all (select id::text from learn.assessment_items order by id limit 3)
        union all (select id::text from learn.user_assessment_attempts order by id limit 4)
        union all (select id::text from learn.submissions order by id limit 2)
        union all (select id::text from learn.live_sessions order by id limit 2)
        union all (select id::text from learn.cohorts order by id limit 2)
        union all select gen_random_uuid()::text
        """
    ).fetchall()
    return Target(relations, reachable, writable, functions, [row[0] for row in ids])
