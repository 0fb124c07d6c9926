"""What an administrator prepares once."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from dbtool.commands import migrate, verify
from dbtool.errors import DatabaseError, UsageError
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.servers import OWNER, REPOSITORY, SUPABASE_LIKE_OWNER

pytestmark = pytest.mark.every_server("who may make and grant roles differs by version")


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


@pytest.mark.parametrize("owner", [OWNER, SUPABASE_LIKE_OWNER])
def test_owners_with_and_without_rights_get_the_same_catalog(
    empty_db: Database, owner: str, scratch_server: Cluster
) -> None:
    url = empty_db.server.url(owner, empty_db.name)
    settings = Settings(REPOSITORY, url, scratch_url=scratch_server.url())
    migrate.migrate(settings, Options(), Silent())
    assert verify.verify_files(settings, Silent()).clean


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
