"""What an administrator prepares once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from dbtool.commands import doctor, migrate
from dbtool.db import checks
from dbtool.errors import DatabaseError, UsageError
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from tests.support.database import Database
from tests.support.servers import OWNER, REPOSITORY, SUPABASE_LIKE_OWNER

pytestmark = pytest.mark.every_server("who may make and grant roles differs by version")
_CHECKS = [check.number for check in checks.known()]


def test_platform_prepares_a_bare_database(
    bare_db: Database, cli: Callable[..., tuple[int, str, str]]
) -> None:
    arguments = ("platform", "--admin-url", bare_db.admin_url, "--owner", OWNER)
    code, out, _ = cli("--project", str(REPOSITORY), *arguments)
    assert code == 0
    assert f"as {OWNER}" in out
    assert cli("--project", str(REPOSITORY), *arguments)[0] == 0
    owner = Database(bare_db.server, bare_db.name)
    migrate.migrate(Settings(REPOSITORY, owner.url), Options(), Silent())


def test_an_owner_like_supabases_on_its_old_grants_gets_the_same(
    empty_db: Database, migrated_db: Database
) -> None:
    """The package's files take away all that default privileges gave."""
    owned = replace(empty_db, owner=SUPABASE_LIKE_OWNER)
    roles = ("anon", "authenticated", "service_role")
    for kind in ("tables", "functions", "sequences"):
        owned.rows(
            f"alter default privileges in schema public grant all on {kind} to {', '.join(roles)}"
        )
    settings = Settings(REPOSITORY, owned.url)
    migrate.migrate(settings, Options(), Silent())
    assert {f.object for f in doctor.doctor(settings, _CHECKS, Silent()).findings} == {
        f"default on {kind} in schema public by {owned.owner} to {role}"
        for kind in ("tables", "functions", "sequences")
        for role in roles
    }
    assert owned.own_objects() == migrated_db.own_objects()
    for role in roles:
        assert not owned.value(
            "select has_sequence_privilege(%s, 'public.user_consents_id_seq', 'update')", [role]
        )


def test_a_role_that_may_not_prepare_is_told_so_and_nothing_is_half_done(
    bare_db: Database,
) -> None:
    url = bare_db.server.url(OWNER, bare_db.name)
    with pytest.raises(DatabaseError) as caught:
        platform.prepare(REPOSITORY, url, OWNER, Silent())
    assert caught.value.sqlstate == "42501"
    assert bare_db.value("select to_regnamespace('auth')") is None


def test_an_owner_that_does_not_exist_is_an_error_and_nothing_is_half_done(
    bare_db: Database,
) -> None:
    with pytest.raises(UsageError, match="there is no role nobody_here"):
        platform.prepare(REPOSITORY, bare_db.admin_url, "nobody_here", Silent())
    assert bare_db.value("select to_regnamespace('auth')") is None


def test_an_owner_with_a_password_is_made(bare_db: Database) -> None:
    role = f"made_for_{bare_db.name}"
    platform.prepare(REPOSITORY, bare_db.admin_url, role, Silent(), {role: "secret"})
    assert bare_db.value("select rolcanlogin from pg_roles where rolname = %s", [role])
    with psycopg.connect(bare_db.admin_url, autocommit=True) as connection:
        for statement in ("drop owned by {}", "drop role {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(role)))


def test_on_supabase_only_staff_is_made(bare_db: Database) -> None:
    with psycopg.connect(bare_db.admin_url, autocommit=True) as connection:
        connection.execute("create role supabase_admin nologin")
        try:
            done = platform.prepare(REPOSITORY, bare_db.admin_url, OWNER, Silent())
        finally:
            connection.execute("drop role supabase_admin")
    assert done.supabase
    assert done.files == ("platform/90_staff.sql",)
    assert bare_db.value("select to_regnamespace('auth')") is None


def test_client_roles_cannot_reach_logins(db: Database) -> None:
    for role in ("anon", "authenticated", "staff", "service_role"):
        with (
            db.request(role=role, hat=False) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("select * from auth.users")


def test_nobody_but_the_owner_creates_in_public(db: Database) -> None:
    for role in ("anon", "authenticated", "staff", "service_role"):
        with (
            db.request(role=role, hat=False) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("create table public.trap (id int)")
