"""Roles, permissions, grants and keys, as they are meant to be used."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.concurrently import together
from tests.support.database import (
    ADMINISTRATOR,
    ANONYMOUS,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)

COURSE = uuid4()


def _scoped(db: Database, user: UUID, role: str = "instructor", scope: UUID = COURSE) -> None:
    db.rows("select rbac.grant_role(%s, %s, 'test', 'course', %s)", [user, role, scope])


@pytest.mark.parametrize(
    ("user", "role"),
    [
        (LEARNER, "member"),
        (INSTRUCTOR, "instructor"),
        (MODERATOR, "moderator"),
        (ADMINISTRATOR, "admin"),
        (ANONYMOUS, "visitor"),
    ],
)
def test_personas_hold_their_roles(db: Database, user: UUID, role: str) -> None:
    assert db.value("select rbac.has_role(%s, %s)", [user, role])
    assert not db.value("select rbac.has_role(%s, 'premium_member')", [user])


def test_the_administrator_holds_every_permission(db: Database) -> None:
    missing = db.rows(
        "select name from rbac.permissions where not rbac.has_permission(%s, name)",
        [ADMINISTRATOR],
    )
    assert missing == []


def test_has_permission_counts_global_grants_only(db: Database) -> None:
    _scoped(db, LEARNER)
    assert not db.value("select rbac.has_permission(%s, 'course.create')", [LEARNER])
    assert not db.value("select rbac.has_role(%s, 'instructor')", [LEARNER])
    ask = "select rbac.has_permission_in(%s, 'course.create', 'course', %s)"
    assert db.value(ask, [LEARNER, COURSE])
    assert not db.value(ask, [LEARNER, uuid4()])
    assert db.value(ask, [INSTRUCTOR, uuid4()])


def test_scope_ids_are_the_callers_own(db: Database) -> None:
    _scoped(db, LEARNER)
    _scoped(db, OTHER_LEARNER, scope=uuid4())
    with db.request(LEARNER) as connection:
        rows = connection.execute("select rbac.scope_ids('course', 'course.create')").fetchall()
    assert rows == [(COURSE,)]


def test_a_permission_counts_while_its_row_is_valid(db: Database) -> None:
    def may(at: str) -> bool:
        db.rows(
            f"""
            update rbac.role_permissions as rp set valid_from = {at}, valid_to = null
            from rbac.roles as r, rbac.permissions as p
            where rp.role_id = r.id and rp.permission_id = p.id
                and r.name = 'moderator' and p.name = 'comment.moderate'
            """
        )
        return bool(db.value("select rbac.has_permission(%s, 'comment.moderate')", [MODERATOR]))

    assert may("now() - interval '1 day'")
    assert not may("now() + interval '1 day'")


def test_two_rows_for_one_permission_must_not_overlap(db: Database) -> None:
    with refused("23P01"):
        db.rows(
            """
            insert into rbac.role_permissions (role_id, permission_id, valid_from)
            select role_id, permission_id, now() from rbac.role_permissions limit 1
            """
        )


def test_granting_again_returns_the_same_grant_and_logs_changes_only(db: Database) -> None:
    grant = "select rbac.grant_role(%s, 'premium_member', %s)"
    first = db.value(grant, [LEARNER, "paid"])
    assert db.value(grant, [LEARNER, "paid"]) == first
    assert db.value(grant, [LEARNER, "paid again"]) == first
    log = db.rows(
        """
        select l.action, l.reason from rbac.role_grants_log as l
        inner join rbac.roles as r on r.id = l.role_id
        where l.user_id = %s and r.name = 'premium_member' order by l.id
        """,
        [LEARNER],
    )
    assert log == [("granted", "paid"), ("changed", "paid again")]


def test_staff_grant_and_revoke_with_a_reason_and_it_is_logged(db: Database) -> None:
    with db.request(ADMINISTRATOR) as connection:
        connection.execute("select rbac.grant_role(%s, 'moderator', 'helps out')", [LEARNER])
    with db.request(LEARNER) as connection:
        assert connection.execute("select current_user").fetchone() == ("staff",)
    with db.request(ADMINISTRATOR) as connection:
        row = connection.execute(
            "select rbac.revoke_role(%s, 'moderator', 'stopped')", [LEARNER]
        ).fetchone()
        assert row == (True,)
        row = connection.execute(
            "select rbac.revoke_role(%s, 'moderator', 'stopped')", [LEARNER]
        ).fetchone()
        assert row == (False,)
    log = db.rows(
        """
        select action, actor_id, actor_role, reason from rbac.role_grants_log
        where user_id = %s order by id desc limit 2
        """,
        [LEARNER],
    )
    assert log == [
        ("revoked", ADMINISTRATOR, "staff", "stopped"),
        ("granted", ADMINISTRATOR, "staff", "helps out"),
    ]


def test_a_change_by_any_other_path_is_logged_too(db: Database) -> None:
    db.rows("delete from rbac.user_roles where user_id = %s", [INSTRUCTOR])
    actions = db.rows(
        "select action, actor_id, reason from rbac.role_grants_log where user_id = %s "
        "and action = 'revoked'",
        [INSTRUCTOR],
    )
    assert actions == [("revoked", None, "not given")] * 2


@pytest.mark.parametrize(
    ("arguments", "sqlstate", "detail"),
    [
        ((LEARNER, "nonsense", "x"), "PT404", "role.not_found"),
        ((uuid4(), "moderator", "x"), "PT404", "user.not_found"),
        ((LEARNER, "moderator", "  "), "PT400", "role.reason_required"),
        ((LEARNER, "moderator", None), "PT400", "role.reason_required"),
        ((LEARNER, "moderator", "\n\t"), "PT400", "role.reason_required"),
        ((LEARNER, "moderator", "x" * 501), "PT400", "role.reason_required"),
        ((None, "moderator", "x"), "PT404", "user.not_found"),
        ((LEARNER, None, "x"), "PT404", "role.not_found"),
    ],
)
def test_granting_refuses_wrong_input(
    db: Database, arguments: tuple[Any, ...], sqlstate: str, detail: str
) -> None:
    with db.request(ADMINISTRATOR) as connection, refused(sqlstate, detail):
        connection.execute("select rbac.grant_role(%s, %s, %s)", arguments)


def test_a_role_cannot_be_granted_into_the_past(db: Database) -> None:
    with db.request(ADMINISTRATOR) as connection, refused("PT400", "role.expiry_in_past"):
        connection.execute(
            "select rbac.grant_role(%s, 'moderator', 'x', p_expires_at => now())", [LEARNER]
        )


@pytest.mark.parametrize(
    ("scope_type", "scope_id"),
    [("global", uuid4()), ("course", None), ("planet", uuid4()), (None, None), (None, uuid4())],
)
def test_a_scope_is_a_type_and_an_id(db: Database, scope_type: str, scope_id: UUID | None) -> None:
    for call in ("grant_role", "revoke_role"):
        with db.request(ADMINISTRATOR) as connection, refused("PT400", "role.scope_invalid"):
            connection.execute(
                f"select rbac.{call}(%s, 'moderator', 'x', %s, %s)",
                [LEARNER, scope_type, scope_id],
            )


def test_a_service_acting_for_a_login_without_a_profile_grants_too(db: Database) -> None:
    with db.request(uuid4(), role="service_role", hat=False) as connection:
        connection.execute("select rbac.grant_role(%s, 'moderator', 'x')", [LEARNER])
    assert db.value("select rbac.has_role(%s, 'moderator')", [LEARNER])


def test_the_hook_writes_the_hat_into_tokens(db: Database) -> None:
    def role_for(user: UUID, claimed: str = "authenticated") -> str:
        with psycopg.connect(db.admin_url) as connection:
            connection.execute("set role supabase_auth_admin")
            row = connection.execute(
                "select rbac.custom_access_token_hook(jsonb_build_object('user_id', %s::text, "
                "'claims', jsonb_build_object('role', %s::text, 'aal', 'aal1')))",
                [user, claimed],
            ).fetchone()
        assert row
        assert row[0]["claims"]["aal"] == "aal1"
        return str(row[0]["claims"]["role"])

    assert role_for(MODERATOR) == "staff"
    assert role_for(LEARNER) == "authenticated"
    assert role_for(LEARNER, "staff") == "authenticated"
    assert role_for(MODERATOR, "service_role") == "service_role"


def test_the_hat_is_put_on_for_the_request(db: Database) -> None:
    for user, role in ((MODERATOR, "staff"), (LEARNER, "authenticated"), (None, "anon")):
        with db.request(user) as connection:
            assert connection.execute("select current_user").fetchone() == (role,)


def test_staff_need_no_way_into_schema_auth(db: Database) -> None:
    """As on Supabase, where nobody can give them one."""
    with psycopg.connect(db.admin_url, autocommit=True) as connection:
        connection.execute("revoke usage on schema auth from staff")
    with db.request(MODERATOR, role="staff") as connection:
        assert connection.execute("select current_user").fetchone() == ("staff",)
        connection.execute("select * from public.user_settings")
        connection.execute("insert into public.user_interests (interest) values ('x')")
        connection.execute("update public.profiles set bio = 'x'")
        connection.execute("select util.is_enabled('x'), rbac.scope_ids('course', 'x')")
    with db.request(ADMINISTRATOR, role="staff") as connection:
        connection.execute("select rbac.grant_role(%s, 'moderator', 'x')", [LEARNER])
        connection.execute("select * from rbac.create_api_key('x')")


def test_a_scoped_staff_role_wears_the_hat_too(db: Database) -> None:
    _scoped(db, LEARNER)
    with db.request(LEARNER) as connection:
        assert connection.execute("select current_user").fetchone() == ("staff",)


def test_the_hat_is_taken_off_in_a_read_only_request(db: Database) -> None:
    """PostgREST runs GET read only; the role can be changed there all the same."""
    with db.request(LEARNER, role="staff", hat=False) as connection:
        connection.execute("set transaction read only")
        connection.execute("select api.pre_request()")
        assert connection.execute("select current_user").fetchone() == ("authenticated",)


# Keys


def _create_key(db: Database, user: UUID = INSTRUCTOR, **arguments: object) -> tuple[UUID, str]:
    with db.request(user) as connection:
        row = connection.execute(
            "select * from rbac.create_api_key(%(name)s, %(permissions)s, %(limit)s, %(until)s)",
            {
                "name": "key",
                "permissions": arguments.get("permissions", ["course.create"]),
                "limit": arguments.get("limit", 60),
                "until": arguments.get("until"),
            },
        ).fetchone()
    assert row
    return row[0], row[1]


def _verify_key(db: Database, key: str) -> tuple[UUID, UUID, list[str]]:
    with db.request(role="service_role") as connection:
        row = connection.execute("select * from rbac.verify_api_key(%s)", [key]).fetchone()
    assert row
    return row[0], row[1], row[2]


def test_a_key_is_recognised_and_its_use_is_counted(db: Database) -> None:
    key_id, key = _create_key(db)
    assert key.startswith("fdn_")
    assert _verify_key(db, key) == (key_id, INSTRUCTOR, ["course.create"])
    assert db.value("select last_used_at is not null from rbac.api_keys where id = %s", [key_id])


def test_only_the_hash_of_a_key_is_kept(db: Database) -> None:
    _, key = _create_key(db)
    secret = key.rpartition("_")[2]
    rows = db.rows("select k::text from rbac.api_keys as k")
    assert all(secret not in row[0] for row in rows)


def test_a_key_has_what_its_owner_still_has(db: Database) -> None:
    _, key = _create_key(db, permissions=["course.create", "lesson.publish"])
    db.rows("select rbac.revoke_role(%s, 'instructor', 'left')", [INSTRUCTOR])
    assert _verify_key(db, key)[2] == []


def test_a_key_used_too_often_is_refused_and_no_use_is_missed(db: Database) -> None:
    _, key = _create_key(db, limit=10)

    def use() -> str:
        _verify_key(db, key)
        return "let in"

    # The minute may turn while they run; two windows let in at most twice as many.
    outcomes = together(*[use] * 40)
    assert set(outcomes) == {"let in", "api_key.rate_limited"}
    assert 10 <= outcomes.count("let in") <= 20


def test_owners_and_staff_revoke_keys_and_it_stays_so(db: Database) -> None:
    key_id, key = _create_key(db)
    with db.request(INSTRUCTOR) as connection:
        first = connection.execute("select rbac.revoke_api_key(%s)", [key_id]).fetchone()
    with db.request(ADMINISTRATOR) as connection:
        assert connection.execute("select rbac.revoke_api_key(%s)", [key_id]).fetchone() == first
    with refused("PT401", "api_key.invalid"):
        _verify_key(db, key)
