"""Attacks by someone with a valid login and the anon key, each by name."""

from __future__ import annotations

import threading
from functools import partial
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.schema.test_rbac import _create_key, _verify_key
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

DENIED = "42501"


# Granting oneself a role


@pytest.mark.parametrize("user", [LEARNER, INSTRUCTOR, MODERATOR])
def test_granting_oneself_a_role_by_writing_the_table(db: Database, user: UUID) -> None:
    statements = (
        "insert into rbac.user_roles (user_id, role_id, reason) "
        "select auth.uid(), id, 'x' from rbac.roles where name = 'admin'",
        "update rbac.user_roles set role_id = (select id from rbac.roles where name = 'admin')",
        "update rbac.user_roles set expires_at = null",
        "update rbac.roles set is_staff = true",
        "insert into rbac.role_permissions (role_id, permission_id) "
        "select r.id, p.id from rbac.roles as r, rbac.permissions as p",
        "update rbac.role_permissions set valid_to = null",
        "truncate rbac.user_roles",
        "insert into rbac.role_grants_log (action) values ('granted')",
        "delete from rbac.role_grants_log",
    )
    for statement in statements:
        with db.request(user) as connection, refused(DENIED):
            connection.execute(statement.encode())


def test_granting_oneself_a_role_by_the_function(db: Database) -> None:
    with db.request(LEARNER) as connection, refused(DENIED):
        connection.execute("select rbac.grant_role(%s, 'admin', 'x')", [LEARNER])
    with db.request(MODERATOR) as connection, refused("PT403", "role.self_grant"):
        connection.execute("select rbac.grant_role(%s, 'admin', 'x')", [MODERATOR])
    with db.request(ADMINISTRATOR) as connection, refused("PT403", "role.self_grant"):
        connection.execute("select rbac.grant_role(%s, 'moderator', 'x')", [ADMINISTRATOR])


def test_granting_without_the_permission(db: Database) -> None:
    for user in (INSTRUCTOR, MODERATOR):
        with db.request(user) as connection, refused("PT403", "role.grant_denied"):
            connection.execute("select rbac.grant_role(%s, 'member', 'x')", [LEARNER])
        with db.request(user) as connection, refused("PT403", "role.grant_denied"):
            connection.execute("select rbac.revoke_role(%s, 'admin', 'x')", [ADMINISTRATOR])


def test_who_may_not_grant_learns_nothing_about_who_exists(db: Database) -> None:
    for target in (LEARNER, uuid4()):
        with db.request(MODERATOR) as connection, refused("PT403", "role.grant_denied"):
            connection.execute("select rbac.grant_role(%s, 'member', 'x')", [target])


# Granting permissions that one does not have


def _make_granter(db: Database) -> None:
    """The moderator may grant roles now, but holds little else."""
    db.rows(
        """
        insert into rbac.role_permissions (role_id, permission_id)
        select r.id, p.id from rbac.roles as r cross join rbac.permissions as p
        where r.name = 'moderator' and p.name = 'role.grant'
        """
    )


@pytest.mark.parametrize("role", ["admin", "instructor"])
def test_granting_what_one_lacks(db: Database, role: str) -> None:
    _make_granter(db)
    with db.request(MODERATOR) as connection, refused("PT403", "role.exceeds_granter"):
        connection.execute("select rbac.grant_role(%s, %s, 'x')", [LEARNER, role])


def test_granting_what_one_has_is_allowed(db: Database) -> None:
    _make_granter(db)
    with db.request(MODERATOR) as connection:
        connection.execute("select rbac.grant_role(%s, 'moderator', 'x')", [LEARNER])


def test_taking_a_role_with_what_one_lacks(db: Database) -> None:
    _make_granter(db)
    for attempt in (
        "select rbac.revoke_role(%s, 'admin', 'x')",
        "select rbac.grant_role(%s, 'admin', 'x', p_expires_at => now() + interval '1 s')",
    ):
        with db.request(MODERATOR) as connection, refused("PT403", "role.exceeds_granter"):
            connection.execute(attempt.encode(), [ADMINISTRATOR])


def test_granting_now_what_the_role_will_give_later(db: Database) -> None:
    _make_granter(db)
    db.rows(
        """
        update rbac.role_permissions as rp set valid_from = now() + interval '1 day'
        from rbac.roles as r where r.id = rp.role_id and r.name = 'instructor'
        """
    )
    with db.request(MODERATOR) as connection, refused("PT403", "role.exceeds_granter"):
        connection.execute("select rbac.grant_role(%s, 'instructor', 'x')", [LEARNER])


def test_granting_everywhere_with_a_permission_for_one_scope(db: Database) -> None:
    course = uuid4()
    db.rows("select rbac.grant_role(%s, 'admin', 'x', 'course', %s)", [LEARNER, course])
    with db.request(LEARNER) as connection, refused("PT403", "role.grant_denied"):
        connection.execute("select rbac.grant_role(%s, 'admin', 'x')", [OTHER_LEARNER])
    with db.request(LEARNER) as connection, refused("PT403", "role.grant_denied"):
        connection.execute(
            "select rbac.grant_role(%s, 'admin', 'x', 'course', %s)", [OTHER_LEARNER, uuid4()]
        )
    with db.request(LEARNER) as connection, refused("PT403", "role.self_grant"):
        connection.execute(
            "select rbac.grant_role(%s, 'admin', 'x', 'course', %s)", [LEARNER, course]
        )
    with db.request(LEARNER) as connection:
        connection.execute(
            "select rbac.grant_role(%s, 'instructor', 'x', 'course', %s)", [OTHER_LEARNER, course]
        )


# Outliving a revoked or expired role


def test_outliving_a_revoked_role_with_the_token(db: Database) -> None:
    with db.request(MODERATOR, role="staff") as connection:
        rows = connection.execute("select count(*) from public.user_settings").fetchone()
        assert rows == (6,)
        db.rows("select rbac.revoke_role(%s, 'moderator', 'left')", [MODERATOR])
        # The same transaction, the next statement; the role is still staff and opens nothing.
        rows = connection.execute("select count(*) from public.user_settings").fetchone()
        assert rows == (1,)
    with db.request(MODERATOR, role="staff") as connection:
        assert connection.execute("select current_user").fetchone() == ("authenticated",)


def test_outliving_an_expired_role(db: Database) -> None:
    db.rows(
        "select rbac.grant_role(%s, 'moderator', 'x', p_expires_at => now() + interval '1 hour')",
        [LEARNER],
    )
    with db.request(LEARNER) as connection:
        assert connection.execute("select current_user").fetchone() == ("staff",)
    db.rows("update rbac.user_roles set expires_at = now() where user_id = %s", [LEARNER])
    with db.request(LEARNER, role="staff") as connection:
        assert connection.execute("select current_user").fetchone() == ("authenticated",)
        assert connection.execute("select count(*) from public.user_settings").fetchone() == (1,)


@pytest.mark.parametrize("status", ["suspended", "inactive", "pending"])
def test_holding_roles_while_not_active(db: Database, status: str) -> None:
    db.rows("update public.profiles set status = %s where id = %s", [status, MODERATOR])
    with db.request(MODERATOR, role="staff", hat=False) as connection:
        assert connection.execute("select count(*) from public.user_settings").fetchone() == (1,)
        row = connection.execute(
            "select rbac.has_permission(%s, 'comment.moderate')", [MODERATOR]
        ).fetchone()
        assert row == (False,)


@pytest.mark.parametrize(
    "change",
    [
        "update auth.users set banned_until = now() + interval '1 day' where id = %s",
        "update auth.users set deleted_at = now() where id = %s",
        "delete from auth.users where id = %s",
    ],
)
def test_acting_after_the_login_is_banned_or_deleted(db: Database, change: str) -> None:
    db.rows("select rbac.grant_role(%s, 'premium_member', 'x')", [MODERATOR])
    _, key = _create_key(db, MODERATOR, permissions=[])
    db.rows(change, [MODERATOR])
    with db.request(MODERATOR, role="staff", hat=False) as connection:
        assert connection.execute("select count(*) from public.user_settings").fetchone() == (1,)
    for role in ("staff", "authenticated"):
        with refused("PT401", "login.refused"), db.request(MODERATOR, role=role):
            pass
    with refused("PT401", "api_key.invalid"):
        _verify_key(db, key)


def test_being_erased_and_active(db: Database) -> None:
    with refused("23514"):
        db.rows("update public.profiles set erased_at = now() where id = %s", [MODERATOR])


def test_granting_for_longer_than_one_may_oneself(db: Database) -> None:
    """Else an end could be undone with one accomplice."""
    db.rows(
        "select rbac.grant_role(%s, 'admin', 'x', p_expires_at => now() + interval '1 hour')",
        [MODERATOR],
    )
    longer = "select rbac.grant_role(%s, 'admin', 'x')"
    for until in ("", ", p_expires_at => now() + interval '2 hours'"):
        with db.request(MODERATOR) as connection, refused("PT403", "role.outlasts_granter"):
            connection.execute(longer.replace("'x'", f"'x'{until}").encode(), [INSTRUCTOR])
    with db.request(MODERATOR) as connection:
        connection.execute(
            "select rbac.grant_role(%s, 'admin', 'x', p_expires_at => now() + interval '1 minute')",
            [INSTRUCTOR],
        )
        connection.execute("select rbac.revoke_role(%s, 'admin', 'x')", [INSTRUCTOR])


@pytest.mark.parametrize(
    "change",
    [
        "delete from auth.users where id = %s",
        "update auth.users set deleted_at = now() where id = %s",
        "update auth.users set banned_until = 'infinity' where id = %s",
    ],
)
def test_taking_the_login_of_the_last_administrator(db: Database, change: str) -> None:
    with refused("PT409", "role.last_holder"):
        db.rows(change, [ADMINISTRATOR])
    db.rows("select rbac.grant_role(%s, 'admin', 'x')", [MODERATOR])
    db.rows(change, [ADMINISTRATOR])


def test_two_administrators_revoking_each_other(db: Database) -> None:
    db.rows("select rbac.grant_role(%s, 'admin', 'x')", [MODERATOR])

    def revoke(caller_session: UUID, target: UUID) -> str:
        with db.request(caller_session) as connection:
            connection.execute("select rbac.revoke_role(%s, 'admin', 'x')", [target])
        return "revoked"

    for _ in range(5):
        outcomes = together(
            partial(revoke, MODERATOR, ADMINISTRATOR), partial(revoke, ADMINISTRATOR, MODERATOR)
        )
        outcomes.remove("revoked")
        # The second one may have lost the staff role before the request began.
        assert outcomes in (["role.grant_denied"], ["42501"])
        for person in (MODERATOR, ADMINISTRATOR):
            db.rows("select rbac.grant_role(%s, 'admin', 'x')", [person])


def test_granting_while_being_stripped_of_the_right_to(db: Database) -> None:
    db.rows("select rbac.grant_role(%s, 'admin', 'x')", [LEARNER])
    outcome: list[str] = []

    def grant() -> None:
        try:
            with db.request(LEARNER) as connection:
                connection.execute("select rbac.grant_role(%s, 'admin', 'x')", [OTHER_LEARNER])
                outcome.append("granted")
        except psycopg.Error as error:
            outcome.append(str(error.diag.message_detail))

    with db.request(ADMINISTRATOR) as connection:
        connection.execute("select rbac.revoke_role(%s, 'admin', 'x')", [LEARNER])
        thread = threading.Thread(target=grant)
        thread.start()
        thread.join(0.5)
        assert outcome == []
    thread.join()
    assert outcome == ["role.grant_denied"]


def test_changing_ones_own_status(db: Database) -> None:
    for column, value in (
        ("status", "'active'"),
        ("id", "gen_random_uuid()"),
        ("erased_at", "null"),
        ("created_at", "now()"),
        ("updated_at", "now()"),
    ):
        for user in (LEARNER, ADMINISTRATOR):
            with db.request(user) as connection, refused(DENIED):
                connection.execute(f"update public.profiles set {column} = {value}".encode())


# Removing the last admin


@pytest.mark.parametrize(
    "attempt",
    [
        "select rbac.revoke_role('{user}', 'admin', 'x')",
        "select rbac.grant_role('{user}', 'admin', 'x', p_expires_at => now() + interval '1 h')",
        "delete from rbac.user_roles where user_id = '{user}'",
        "update rbac.user_roles set expires_at = now() + interval '1 h' where user_id = '{user}'",
        "update rbac.user_roles set scope_type = 'course', scope_id = user_id "
        "where user_id = '{user}'",
        "delete from rbac.user_roles",
    ],
)
def test_removing_the_last_admin(db: Database, attempt: str) -> None:
    statement = attempt.format(user=ADMINISTRATOR)
    with refused("PT409", "role.last_holder"):
        db.rows(statement)


@pytest.mark.parametrize("change", ["status = 'suspended'", "status = 'inactive', bio = null"])
def test_removing_the_last_admin_by_suspending_them(db: Database, change: str) -> None:
    for condition in (f"id = '{ADMINISTRATOR}'", "true"):
        with refused("PT409", "role.last_holder"):
            db.rows(f"update public.profiles set {change} where {condition}")
    db.rows("select rbac.grant_role(%s, 'admin', 'x')", [LEARNER])
    db.rows("update public.profiles set status = 'suspended' where id = %s", [ADMINISTRATOR])
    with refused("PT409", "role.last_holder"):
        db.rows("select rbac.revoke_role(%s, 'admin', 'x')", [LEARNER])


def test_an_admin_who_cannot_log_in_does_not_count_as_the_last(db: Database) -> None:
    db.rows("select rbac.grant_role(%s, 'admin', 'x')", [LEARNER])
    db.rows("update auth.users set banned_until = 'infinity' where id = %s", [LEARNER])
    with refused("PT409", "role.last_holder"):
        db.rows("select rbac.revoke_role(%s, 'admin', 'x')", [ADMINISTRATOR])


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_removing_the_last_two_admins_at_once(db: Database, isolation: str) -> None:
    db.rows("select rbac.grant_role(%s, 'admin', 'x')", [LEARNER])
    first, second = db.connect(), db.connect()
    errors: list[str] = []
    with first, second:
        for connection in (first, second):
            connection.execute(f"begin isolation level {isolation}".encode())
            connection.execute("select count(*) from rbac.user_roles")
        first.execute("select rbac.revoke_role(%s, 'admin', 'x')", [LEARNER])

        def other() -> None:
            try:
                second.execute("select rbac.revoke_role(%s, 'admin', 'x')", [ADMINISTRATOR])
                second.execute("commit")
            except psycopg.Error as error:
                errors.append(error.sqlstate or "")

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.3)
        first.execute("commit")
        thread.join()
    assert errors == ["PT409" if isolation == "read committed" else "40001"]


# A forged role staff


def test_a_forged_staff_hat_opens_nothing(db: Database) -> None:
    """Without the pre-request, as if the token's role were taken at its word."""
    with db.request(LEARNER, role="staff", hat=False) as connection:
        for table in ("user_contacts", "user_settings", "user_consents", "user_interests"):
            rows = connection.execute(
                f"select distinct user_id from public.{table}".encode()
            ).fetchall()
            assert set(rows) <= {(LEARNER,)}, table
        for table, count in (("rbac.role_grants_log", 0), ("util.feature_flags", 0)):
            row = connection.execute(f"select count(*) from {table}".encode()).fetchone()
            assert row == (count,)
        rows = connection.execute("select distinct user_id from rbac.user_roles").fetchall()
        assert rows == [(LEARNER,)]


def test_a_forged_staff_hat_is_taken_off(db: Database) -> None:
    with db.request(LEARNER, role="staff") as connection:
        assert connection.execute("select current_user").fetchone() == ("authenticated",)


def test_the_hat_without_a_login(db: Database) -> None:
    with refused("PT401", "login.refused"), db.request(None, role="staff"):
        pass
    with db.request(None, role="staff", hat=False) as connection:
        assert connection.execute("select count(*) from public.user_contacts").fetchone() == (0,)


def test_claims_do_not_make_a_service(db: Database) -> None:
    with db.request(LEARNER, claims={"role": "service_role"}, hat=False) as connection:
        assert connection.execute("select util.is_service()").fetchone() == (False,)
    with db.request(role="service_role") as connection:
        assert connection.execute("select util.is_service()").fetchone() == (True,)


# Reading what is another's


@pytest.mark.parametrize(
    "table", ["user_contacts", "user_settings", "user_consents", "user_interests"]
)
@pytest.mark.parametrize("user", [None, LEARNER, INSTRUCTOR])
def test_reading_anothers_private_rows(db: Database, table: str, user: UUID | None) -> None:
    with db.request(user) as connection:
        if user is None:
            with refused(DENIED):
                connection.execute(f"select * from public.{table}".encode())
            return
        rows = connection.execute(f"select user_id from public.{table}".encode()).fetchall()
        assert set(rows) <= {(user,)}


def test_reading_anothers_contacts_with_the_moderators_permissions(db: Database) -> None:
    with db.request(MODERATOR) as connection:
        rows = connection.execute("select user_id from public.user_contacts").fetchall()
        assert rows == [(MODERATOR,)]
    with db.request(ADMINISTRATOR) as connection:
        rows = connection.execute("select user_id from public.user_contacts").fetchall()
        assert len(rows) == 6


def test_asking_what_another_holds(db: Database) -> None:
    asks = (
        "select rbac.has_role(%s, 'admin')",
        "select rbac.has_permission(%s, 'role.grant')",
        "select rbac.has_permission_in(%s, 'role.grant', 'course', gen_random_uuid())",
        "select rbac.is_staff(%s)",
    )
    with db.request(LEARNER) as connection:
        for ask in asks:
            row = connection.execute(ask.encode(), [ADMINISTRATOR]).fetchone()
            assert row == (False,)
    for internal in ("effective_roles", "effective_permissions"):
        with db.request(ADMINISTRATOR) as connection, refused(DENIED):
            connection.execute(f"select * from rbac.{internal}".encode())


@pytest.mark.parametrize(
    "call",
    [
        "rbac.assert_may_assign(gen_random_uuid(), 'global', null, null)",
        "rbac.custom_access_token_hook('{}')",
        "rbac.verify_api_key('x')",
        "public.ensure_profile(gen_random_uuid(), null, false, '{}')",
        "public.create_missing_profiles()",
        "util.ensure_partitions()",
        "util.ensure_partition('rbac.roles', current_date)",
        "util.claim_idempotency_key(gen_random_uuid(), 'x', 'y', '{}')",
        "util.store_idempotent_response(gen_random_uuid(), 'x', 'y', '{}')",
    ],
)
@pytest.mark.parametrize("user", [None, LEARNER, ADMINISTRATOR])
def test_calling_what_is_not_for_people(db: Database, call: str, user: UUID | None) -> None:
    with db.request(user) as connection, refused(DENIED):
        connection.execute(f"select {call}".encode())


# Keys


def test_reading_an_api_keys_secret(db: Database) -> None:
    _create_key(db)
    for user in (INSTRUCTOR, ADMINISTRATOR):
        for column in ("secret_hash", "*"):
            with db.request(user) as connection, refused(DENIED):
                connection.execute(f"select {column} from rbac.api_keys".encode())
    with db.request(role="service_role") as connection, refused(DENIED):
        connection.execute("select secret_hash from rbac.api_keys")
    with db.request(INSTRUCTOR) as connection, refused(DENIED):
        connection.execute("select name from rbac.api_keys where secret_hash like '0%'")


def test_reading_a_hash_in_the_words_of_an_error(db: Database) -> None:
    for arguments, detail in (
        ("null", "api_key.name_required"),
        ("e'\\n'", "api_key.name_required"),
        ("'x', null", "api_key.permissions_invalid"),
        ("'x', '{}', 0", "api_key.rate_limit_invalid"),
        ("'x', '{}', null", "api_key.rate_limit_invalid"),
        ("'x', array_fill('course.create'::text, '{201}')", "api_key.permissions_invalid"),
    ):
        with db.request(INSTRUCTOR) as connection, refused("PT400", detail):
            connection.execute(f"select rbac.create_api_key({arguments})".encode())


def test_seeing_and_revoking_anothers_key(db: Database) -> None:
    key_id, _ = _create_key(db)
    with db.request(LEARNER) as connection:
        assert connection.execute("select id from rbac.api_keys").fetchall() == []
        with refused("PT404", "api_key.not_found"):
            connection.execute("select rbac.revoke_api_key(%s)", [key_id])
    with db.request(MODERATOR) as connection, refused("PT404", "api_key.not_found"):
        connection.execute("select rbac.revoke_api_key(%s)", [key_id])


def test_creating_a_key_with_what_one_lacks(db: Database) -> None:
    for permissions in (["role.grant"], ["course.create", "role.grant"], [None], ["nonsense"]):
        with db.request(INSTRUCTOR) as connection, refused("PT403", "api_key.exceeds_owner"):
            connection.execute("select rbac.create_api_key('x', %s::text[])", [permissions])
    with db.request(LEARNER) as connection, refused("PT403", "api_key.create_denied"):
        connection.execute("select rbac.create_api_key('x')")
    with db.request() as connection, refused(DENIED):
        connection.execute("select rbac.create_api_key('x')")


def test_writing_keys_directly(db: Database) -> None:
    _create_key(db)
    for statement in (
        "update rbac.api_keys set revoked_at = null",
        "update rbac.api_keys set permissions = '{role.grant}'",
        "update rbac.api_keys set rate_limit_per_minute = 100000",
        "delete from rbac.api_keys",
        "insert into rbac.api_keys (name, prefix, secret_hash) values ('x', 'y', 'z')",
    ):
        with db.request(INSTRUCTOR) as connection, refused(DENIED):
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    "spoil",
    [
        "update rbac.api_keys set revoked_at = now()",
        "update rbac.api_keys set expires_at = now() - interval '1 s'",
        "update public.profiles set status = 'suspended' where username = 'instructor'",
    ],
)
def test_using_a_disabled_or_expired_key(db: Database, spoil: str) -> None:
    _, key = _create_key(db)
    _verify_key(db, key)
    db.rows(spoil)
    with refused("PT401", "api_key.invalid"):
        _verify_key(db, key)


@pytest.mark.parametrize("change", ["prefix", "secret", "case", "empty"])
def test_guessing_a_key(db: Database, change: str) -> None:
    _, key = _create_key(db)
    wrong = {
        "prefix": key[:14],
        "secret": key[:-1] + ("0" if key[-1] != "0" else "1"),
        "case": key.upper(),
        "empty": "",
    }[change]
    with refused("PT401", "api_key.invalid"):
        _verify_key(db, wrong)


def test_a_consent_that_claims_to_come_from_support(db: Database) -> None:
    for source in ("support", "import"):
        with db.request(LEARNER) as connection, refused("42501"):
            connection.execute(
                "insert into public.user_consents "
                "(document_key, document_version, is_granted, source) "
                "values ('terms', '1', true, %s)",
                [source],
            )


def test_taking_the_username_of_a_login_to_come(db: Database) -> None:
    """Nobody can know a new login's name before."""
    user = uuid4()
    names = set()
    for _ in range(2):
        db.rows("insert into auth.users (id) values (%s)", [user])
        names.add(db.value("select username from public.profiles where id = %s", [user]))
        for table in ("user_settings", "user_contacts"):
            db.rows(f"delete from public.{table} where user_id = %s", [user])
        for table in ("user_roles", "role_grants_log"):
            db.rows(f"delete from rbac.{table} where user_id = %s", [user])
        db.rows("delete from rbac.role_grants_log where user_id = %s", [user])
        db.rows("delete from public.profiles where id = %s", [user])
        db.rows("delete from auth.users where id = %s", [user])
    assert len(names) == 2


def test_a_temporary_table_does_not_stand_in_for_a_real_one(db: Database) -> None:
    with psycopg.connect(db.url) as connection:
        connection.execute("create temporary table user_roles (like rbac.user_roles)")
        connection.execute("create temporary view effective_roles as select 1 as user_id")
        connection.execute("set search_path = pg_temp, rbac, public")
        row = connection.execute("select rbac.has_role(%s, 'admin')", [LEARNER]).fetchone()
        assert row == (False,)
