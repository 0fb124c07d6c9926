"""`dbtool access explain`: each layer, each way in, and what it refuses to explain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from dbtool.access.explain.result import ALLOWED, HIDDEN, REFUSED, VISIBLE, Explained, ExplainStep
from dbtool.commands import explain
from dbtool.errors import DatabaseError, PlatformError, UsageError
from dbtool.project.settings import Settings
from dbtool.server.cluster import ADMIN
from tests.support.database import ADMINISTRATOR, LEARNER, MODERATOR, OTHER_LEARNER, Database
from tests.support.servers import REPOSITORY, SUPABASE_LIKE_OWNER

Cli = Callable[..., tuple[int, str, str]]
MEMBERS_LINK = "00000000-0000-4000-8000-000000000101"


def _row(
    db: Database,
    asked: object,
    table: str = "public.profiles",
    id_: object = OTHER_LEARNER,
    verb: str = "select",
    url: str = "",
    door: str = "",
) -> Explained:
    settings = Settings(REPOSITORY, url or db.admin_url)
    return explain.row(settings, str(asked), table, str(id_), verb, door)


def _function(db: Database, asked: object, name: str, url: str = "", door: str = "") -> Explained:
    return explain.function(Settings(REPOSITORY, url or db.admin_url), str(asked), name, door)


def _step(found: Explained, layer: str, at: int = 0) -> ExplainStep:
    return [step for step in found.steps if step.layer == layer][at]


def _admin(db: Database, *statements: str) -> None:
    with psycopg.connect(db.admin_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


# Rows


@pytest.mark.every_server("conditions are read as the server prints them")
def test_hidden__names_each_part_of_the_policy(db: Database) -> None:
    found = _row(db, "learner_one")
    assert (found.verdict, found.trial.outcome, found.disagreement) == (HIDDEN, HIDDEN, "")
    (policy,) = _step(found, "policies").policies
    assert (policy.name, policy.condition.value, policy.word) == (
        "profiles_select_own",
        "false",
        "or",
    )
    assert [part.value for part in policy.parts] == ["false", "false"]
    assert policy.parts[0].text == "is_listed"


@pytest.mark.every_server("conditions are read as the server prints them")
def test_visible__says_through_which_part(db: Database) -> None:
    found = _row(db, "moderator@example.com")
    assert (found.verdict, found.trial.outcome, found.door.role) == (VISIBLE, VISIBLE, "staff")
    (policy,) = _step(found, "policies").policies
    assert [part.value for part in policy.parts] == ["false", "false", "true"]


@pytest.mark.every_server("conditions are read as the server prints them")
def test_refused__by_a_missing_grant(db: Database) -> None:
    found = _row(db, "anon", "public.user_contacts")
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)
    assert _step(found, "schema").passes
    assert _step(found, "grant").passes is False


def test_refused__by_the_schema(db: Database) -> None:
    _admin(
        db, "revoke usage on schema util from anon", "grant select on util.feature_flags to anon"
    )
    db.rows("insert into util.feature_flags (key, description) values ('some.flag', 'x')")
    found = _row(db, "anon", "util.feature_flags", db.value("select id from util.feature_flags"))
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)
    assert (_step(found, "schema").passes, _step(found, "grant").passes) == (False, True)


def test_condition__whose_names_the_caller_may_not_look_up(db: Database) -> None:
    """Names of a stored policy were looked up when it was made; what it runs is asked each time."""
    _admin(
        db,
        "create schema closed",
        "create function closed.yes() returns boolean language sql as 'select true'",
        "alter policy profiles_select_public on public.profiles using ((select closed.yes()))",
    )
    found = _row(db, "anon")
    assert (found.verdict, found.trial.outcome, found.disagreement) == (VISIBLE, VISIBLE, "")
    _admin(db, "revoke execute on function closed.yes() from public")
    found = _row(db, "anon")
    assert (found.verdict, found.trial.outcome, found.disagreement) == (REFUSED, REFUSED, "")


def test_columns__that_may_be_named_and_by_whose_grant(db: Database) -> None:
    grant = _step(_row(db, "anon", id_=LEARNER), "grant")
    assert "username" in grant.columns
    assert "status" in grant.lacking
    assert "by the grant to anon" in grant.said
    _admin(db, "grant select (status) on public.profiles to public")
    grant = _step(_row(db, "anon", id_=LEARNER), "grant")
    assert "status" in grant.columns
    assert "anon, public" in grant.said


@pytest.mark.every_server("conditions are read as the server prints them")
def test_view__its_own_condition_hides_what_its_table_would_show(db: Database) -> None:
    found = _row(db, "moderator", "api.my_profile", LEARNER)
    assert (found.verdict, found.trial.outcome) == (HIDDEN, HIDDEN)
    assert _step(found, "condition").passes is False
    assert _step(found, "policies").passes is True


def test_view__the_table_behind_it_refuses_a_column_it_names(db: Database) -> None:
    _admin(db, "revoke select on public.profiles from authenticated")
    found = _row(db, LEARNER, "api.my_profile", LEARNER)
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)
    assert _step(found, "grant", 0).passes
    assert "which api.my_profile names" in _step(found, "grant", 1).said


def test_view__with_its_owners_rights_is_told(db: Database) -> None:
    _admin(db, "alter view api.people set (security_invoker = false)")
    found = _row(db, "instructor", "api.people")
    assert (found.verdict, found.trial.outcome) == (VISIBLE, VISIBLE)
    assert "the rights of its owner" in _step(found, "policies").said


def test_service__bypasses_policies(db: Database) -> None:
    found = _row(db, "service_role")
    assert (found.verdict, found.trial.outcome, found.standing) == (VISIBLE, VISIBLE, None)
    assert "bypasses" in _step(found, "policies").said


def test_table_without_row_level_security_is_told(db: Database) -> None:
    _admin(db, "alter table public.profiles disable row level security")
    found = _row(db, LEARNER)
    assert (found.verdict, found.trial.outcome) == (VISIBLE, VISIBLE)
    assert _step(found, "policies").said == "not asked: row level security is off"


@pytest.mark.every_server("conditions are read as the server prints them")
def test_restrictive_policy__closes_what_another_opened(db: Database) -> None:
    _admin(
        db,
        "create policy closed on public.profiles as restrictive to authenticated using (bio = '')",
    )
    found = _row(db, LEARNER, id_=OTHER_LEARNER)
    found_own = _row(db, OTHER_LEARNER, id_=OTHER_LEARNER)
    assert (found.verdict, found_own.verdict, found_own.trial.outcome) == (HIDDEN, HIDDEN, HIDDEN)
    values = {p.name: p.condition.value for p in _step(found_own, "policies").policies}
    assert values == {"profiles_select_own": "true", "closed": "null"}
    assert "closed is null" in found_own.because


@pytest.mark.every_server("conditions are read as the server prints them")
def test_policy_that_fails__refuses_the_statement(db: Database) -> None:
    _admin(db, "revoke execute on function rbac.has_permission from staff")
    found = _row(db, MODERATOR)
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)
    assert "permission denied" in _step(found, "policies").said


def test_policy_that_fails__beside_one_that_holds_refuses_too(db: Database) -> None:
    _admin(
        db,
        "create policy open on public.profiles for select to staff using (bio is null)",
        "revoke execute on function rbac.has_permission from staff",
    )
    found = _row(db, MODERATOR)
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)


def test_row_that_is_not_there(db: Database) -> None:
    found = _row(db, ADMINISTRATOR, id_="00000000-0000-4000-8000-00000000dead")
    assert (found.verdict, found.trial.outcome, found.disagreement) == ("no such row", HIDDEN, "")
    refused = _row(db, "anon", "public.user_contacts", "00000000-0000-4000-8000-00000000dead")
    assert refused.verdict == REFUSED


@pytest.mark.every_server("conditions are read as the server prints them")
@pytest.mark.parametrize(
    ("verb", "caller", "table", "id_", "verdict"),
    [
        ("update", LEARNER, "public.profiles", LEARNER, ALLOWED),
        ("update", LEARNER, "public.profiles", OTHER_LEARNER, HIDDEN),
        ("update", MODERATOR, "public.profiles", OTHER_LEARNER, HIDDEN),
        ("update", LEARNER, "api.my_profile", LEARNER, ALLOWED),
        ("update", "anon", "public.profiles", LEARNER, REFUSED),
        ("delete", LEARNER, "public.profile_links", MEMBERS_LINK, ALLOWED),
        ("delete", OTHER_LEARNER, "api.my_profile_links", MEMBERS_LINK, HIDDEN),
        ("delete", LEARNER, "public.profiles", LEARNER, REFUSED),
        ("insert", LEARNER, "public.profile_links", MEMBERS_LINK, ALLOWED),
        ("insert", OTHER_LEARNER, "public.profile_links", MEMBERS_LINK, ALLOWED),
        ("insert", "anon", "public.profile_links", MEMBERS_LINK, REFUSED),
    ],
)
def test_changes_are_tried_and_taken_back(
    db: Database, verb: str, caller: object, table: str, id_: object, verdict: str
) -> None:
    state = "select p.xmin::text, l.xmin::text from public.profiles p, public.profile_links l"
    before = sorted(db.rows(state))
    found = _row(db, caller, table, id_, verb)
    assert (found.verdict, found.trial.outcome, found.disagreement) == (verdict, verdict, "")
    assert sorted(db.rows(state)) == before


def test_update__whose_check_fails_is_refused(db: Database) -> None:
    _admin(
        db,
        "alter policy profiles_update_own on public.profiles with check (bio = 'impossible')",
    )
    found = _row(db, LEARNER, id_=LEARNER, verb="update")
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)
    assert _step(found, "check").policies[0].condition.value == "false"


def test_insert__that_would_use_up_a_number_is_not_tried(db: Database) -> None:
    consent = db.value("select min(id) from public.user_consents")
    used = "select last_value from public.user_consents_id_seq"
    before = db.value(used)
    found = _row(db, LEARNER, "public.user_consents", consent, "insert")
    assert "would use up a number" in found.trial.said
    assert db.value(used) == before


def test_change_that_something_else_stops_is_told_from_access(db: Database) -> None:
    found = _row(
        db, "service_role", "rbac.roles", db.value("select id from rbac.roles limit 1"), "delete"
    )
    assert (found.verdict, found.disagreement) == (ALLOWED, "")
    assert "stopped by something else: 23503" in found.trial.said


def test_a_locked_row_is_not_waited_for(db: Database) -> None:
    with psycopg.connect(db.admin_url) as other:
        other.execute("select from public.profiles for update")
        found = _row(db, LEARNER, id_=LEARNER, verb="update")
    assert (found.verdict, found.trial.outcome) == (ALLOWED, "")
    assert "55P03" in found.trial.said


def test_disagreement__is_loud(db: Database, cli: Cli) -> None:
    _admin(
        db,
        "create function public.swallow() returns trigger language plpgsql "
        "as 'begin return null; end'",
        "create trigger swallow before update on public.profiles "
        "for each row execute function public.swallow()",
    )
    found = _row(db, LEARNER, id_=LEARNER, verb="update")
    assert (found.verdict, found.trial.outcome) == (ALLOWED, HIDDEN)
    assert "explained as allowed, but the attempt was hidden" in found.disagreement
    code, out, _ = _cli(
        cli,
        db,
        "learner_one",
        "--table",
        "public.profiles",
        "--id",
        str(LEARNER),
        "--verb",
        "update",
    )
    assert code == 1
    assert "DISAGREEMENT" in out


def test_keys__of_several_columns_and_with_commas_and_quotes(db: Database) -> None:
    _admin(
        db,
        "create table public.pairs (b text, a text, primary key (a, b))",
        "insert into public.pairs (a, b) values ('it''s, \"one\"', 'two')",
        "grant select on public.pairs to anon",
    )
    found = _row(db, "anon", "public.pairs", '"it\'s, ""one""",two')
    assert (found.verdict, found.trial.outcome) == (VISIBLE, VISIBLE)
    assert found.row == {"a": 'it\'s, "one"', "b": "two"}


# The request role, and what a person holds


def test_door__refuses_a_banned_login(db: Database) -> None:
    _admin(db, f"update auth.users set banned_until = 'infinity' where id = '{LEARNER}'")
    found = _row(db, "learner_one", id_=LEARNER)
    assert (found.verdict, found.steps, found.door.role) == (REFUSED, (), "")
    assert found.door.refusal == "PT401 login.refused"
    assert found.standing
    assert found.standing.obstacles == ("the login is banned until infinity",)
    assert all("banned" in role.why_not for role in found.standing.roles)


def test_door__refuses_a_person_whose_login_is_gone(db: Database) -> None:
    _admin(db, f"update auth.users set deleted_at = now() where id = '{LEARNER}'")
    assert "deleted" in _row(db, LEARNER).door.why[0]


def test_door__that_is_broken_is_told(db: Database) -> None:
    _admin(db, "revoke usage on schema rbac from authenticated")
    found = _row(db, LEARNER)
    assert (found.verdict, found.steps) == (REFUSED, ())
    assert found.door.refusal.startswith("42501 permission denied for schema rbac")


def test_standing__says_why_a_role_does_not_count(db: Database) -> None:
    _admin(
        db,
        "set session_replication_role = replica",
        f"update rbac.user_roles set expires_at = '2020-01-01' where user_id = '{MODERATOR}' "
        "and role_id = (select id from rbac.roles where name = 'moderator')",
    )
    found = _row(db, MODERATOR)
    assert (found.verdict, found.door.role) == (HIDDEN, "authenticated")
    assert found.standing
    (role,) = (r for r in found.standing.roles if r.name == "moderator")
    assert (role.counts, role.why_not, role.until) == (False, "expired", "2020-01-01 00:00:00+00")
    (permission,) = (p for p in found.standing.permissions if p.name == "profile.read_any")
    assert (permission.counts, permission.why_not) == (False, "the role has expired")


def test_standing__of_a_suspended_person(db: Database) -> None:
    _admin(db, f"update public.profiles set status = 'suspended' where id = '{MODERATOR}'")
    found = _row(db, MODERATOR)
    assert found.standing
    assert found.standing.obstacles == ("the profile is suspended",)
    assert not any(p.counts for p in found.standing.permissions)
    assert (found.verdict, found.disagreement) == (HIDDEN, "")


@pytest.mark.every_server("conditions are read as the server prints them")
def test_standing__agrees_with_what_rbac_says(db: Database) -> None:
    for person in (LEARNER, MODERATOR, ADMINISTRATOR):
        found = _row(db, person).standing
        assert found
        counting = {(p.name, p.scope.partition(" ")[0]) for p in found.permissions if p.counts}
        assert counting == set(
            db.rows(
                "select permission, scope_type from rbac.effective_permissions where user_id = %s",
                [person],
            )
        )


# Ways in


@contextmanager
def _support(db: Database) -> Iterator[str]:
    """A role for support staff, as the error's hint describes it."""
    _admin(
        db,
        "create role support login bypassrls password 'x'",
        "grant pg_read_all_data, authenticator to support",
    )
    try:
        yield db.url.replace(f"{db.owner}:{db.server.passwords[db.owner]}", "support:x")
    finally:
        _admin(db, "drop role support")


@pytest.mark.parametrize("caller", ["anon", LEARNER, MODERATOR, "service_role"])
def test_every_way_in_explains_alike(db: Database, caller: object) -> None:
    door = db.server.url("authenticator", db.name)
    best = _row(db, caller)
    with _support(db) as support:
        supported = _row(db, caller, url=support)
    through_door = _row(db, caller, url=db.url, door=door)
    alone = _row(db, caller, url=db.url)
    for found in (supported, through_door):
        assert (found.steps, found.verdict, found.trial) == (best.steps, best.verdict, best.trial)
        assert found.door == best.door
    assert (alone.steps, alone.verdict) == (best.steps, best.verdict)
    assert (alone.door.role, alone.trial.outcome) == (best.door.role, "")
    assert "was not run" in alone.door.how
    assert "asked by package_owner" in alone.notes[0]


def test_owner_alone__finds_the_banned_and_explains_functions(db: Database) -> None:
    _admin(db, f"update auth.users set banned_until = 'infinity' where id = '{LEARNER}'")
    assert _row(db, LEARNER, url=db.url).door.refusal == "PT401 login.refused"
    found = _function(db, MODERATOR, "api.grant_role", url=db.url)
    assert (found.verdict, found.trial.outcome) == (ALLOWED, "")


def test_a_session_that_does_not_see_everything_is_refused(db: Database) -> None:
    for role in ("authenticator", SUPABASE_LIKE_OWNER):
        with pytest.raises(DatabaseError, match="does not see every row") as caught:
            _row(db, LEARNER, url=db.server.url(role, db.name))
        assert "BYPASSRLS" in caught.value.hint


def test_an_owner_whom_policies_bind_is_refused(db: Database) -> None:
    _admin(db, "alter table public.user_contacts force row level security")
    assert _row(db, LEARNER, url=db.url).verdict == HIDDEN
    with pytest.raises(DatabaseError, match=r"every row of public\.user_contacts"):
        _row(db, LEARNER, "public.user_contacts", url=db.url)


def test_a_database_without_the_package_is_refused(empty_db: Database) -> None:
    with pytest.raises(PlatformError, match=r"rbac\.roles"):
        _row(empty_db, LEARNER)


def test_an_authenticator_of_somewhere_else_is_refused(db: Database) -> None:
    for door in (db.server.url("authenticator", ADMIN), db.url):
        with pytest.raises(UsageError, match="--authenticator-url"):
            _row(db, LEARNER, url=db.url, door=door)


# Functions


@pytest.mark.every_server("conditions are read as the server prints them")
def test_function__refused_and_allowed(db: Database) -> None:
    refused = _function(db, LEARNER, "api.grant_role")
    assert (refused.verdict, refused.trial.outcome) == (REFUSED, REFUSED)
    allowed = _function(db, ADMINISTRATOR, "api.grant_role")
    assert (allowed.verdict, allowed.trial.outcome) == (ALLOWED, ALLOWED)
    assert allowed.function
    assert allowed.function.security == "invoker"
    assert allowed.function.raises.startswith("PT400 role.reason_required")
    assert (
        allowed.function.caller
        == "staff with role.grant and every permission of the role; service."
    )


def test_function__checks_are_found_through_the_functions_it_calls(db: Database) -> None:
    asked = {}
    for person in (ADMINISTRATOR, MODERATOR):
        found = _function(db, person, "api.grant_role").function
        assert found
        asked[person] = next(c for c in found.checks if c.permission == "role.grant")
    assert asked[ADMINISTRATOR].function == "rbac.assert_may_assign"
    assert (asked[ADMINISTRATOR].held, asked[MODERATOR].held) == (True, False)
    assert asked[ADMINISTRATOR].said == "through admin (global), without an end"


def test_function__what_stands_inside_a_question_is_part_of_it(db: Database) -> None:
    found = _function(db, MODERATOR, "rbac.revoke_api_key").function
    assert found
    assert [check.text for check in found.checks] == [
        "k.user_id = auth.uid()",
        "rbac.has_permission(auth.uid(), 'api_key.revoke_any')",
        "util.is_service()",
    ]


def test_function__a_permission_for_one_scope_counts_only_there(db: Database) -> None:
    scope = "00000000-0000-4000-8000-00000000c001"
    db.rows(
        "select rbac.grant_role(%s, 'admin', 'test', 'course', %s, '2099-01-01')",
        [LEARNER, scope],
    )
    found = _function(db, LEARNER, "api.grant_role").function
    assert found
    check = next(c for c in found.checks if c.permission == "role.grant")
    assert check.held is None
    assert check.said == f"through admin (course {scope}), until 2099-01-01 00:00:00+00 only"
    key = _function(db, LEARNER, "rbac.create_api_key").function
    assert key
    assert next(c for c in key.checks if c.permission == "api_key.create").held is False


def test_function__of_a_trigger_and_of_a_closed_schema(db: Database) -> None:
    found = _function(db, ADMINISTRATOR, "rbac.protect_last_holder")
    assert (found.verdict, found.trial.outcome) == (REFUSED, "")
    _admin(db, "revoke usage on schema util from anon")
    found = _function(db, "anon", "util.is_service")
    assert (found.verdict, found.trial.outcome) == (REFUSED, REFUSED)
    assert _step(found, "schema").passes is False


@pytest.mark.every_server("conditions are read as the server prints them")
def test_function__is_planned_and_not_run(db: Database) -> None:
    _admin(
        db,
        "create table public.called (n int)",
        "create function public.note(n int) returns void language sql security definer "
        "as 'insert into public.called values (n)'",
        "grant usage, create on schema public to anon",
    )
    assert _function(db, "anon", "public.note").trial.outcome == ALLOWED
    assert _count(db) == 0


def test_function__that_may_be_worked_out_beforehand_is_not_run_either(db: Database) -> None:
    _admin(
        db,
        "create function public.picky(n int) returns int language plpgsql immutable "
        "as 'begin raise exception ''it ran''; end'",
    )
    found = _function(db, "anon", "public.picky")
    assert (found.trial.outcome, found.disagreement) == (ALLOWED, "")


def _count(db: Database) -> int:
    with psycopg.connect(db.admin_url) as connection:
        row = connection.execute("select count(*) from public.called").fetchone()
    return int(row[0]) if row else -1


# Wrong input


@pytest.mark.parametrize(
    ("caller", "table", "id_", "verb", "message", "hint"),
    [
        ("nobody", "public.profiles", LEARNER, "select", "no username nobody", "Give --as"),
        ("x@example.org", "public.profiles", LEARNER, "select", "no address", "Give --as"),
        (MEMBERS_LINK, "public.profiles", LEARNER, "select", "no login or person", "Give --as"),
        ("' or true --", "public.profiles", LEARNER, "select", "no username", "Give --as"),
        ("anon", "public.profile", LEARNER, "select", "no table or view", "public.profiles"),
        ("anon", "zzz", LEARNER, "select", "no table or view zzz", "with its schema"),
        ("anon", "my_profile", LEARNER, "select", "no table or view", "Do you mean api.my_profile"),
        ("anon", 'public."; drop', LEARNER, "select", "no table or view", ""),
        ("anon", "public.profiles", "17", "select", "not a key of public.profiles", "id (uuid)"),
        ("anon", "public.profiles", LEARNER, "truncate", "unknown verb: truncate", "insert"),
        ("anon", "public.user_interests", LEARNER, "select", "has 2 columns, not 1", "<user_id>,"),
        ("anon", "public.unkeyed", "1", "select", "has no primary key", "without one"),
        ("anon", "public.numbers", "1", "select", "neither a table nor a view", ""),
    ],
)
def test_wrong_input_is_named(
    db: Database, caller: object, table: str, id_: object, verb: str, message: str, hint: str
) -> None:
    _admin(db, "create table public.unkeyed (id int)", "create sequence public.numbers")
    with pytest.raises(UsageError, match=message) as caught:
        _row(db, caller, table, id_, verb)
    assert hint in caught.value.hint


def test_two_logins_with_one_address_are_told_apart(db: Database) -> None:
    _admin(db, f"update auth.users set email = 'Same@example.com' where id = '{LEARNER}'")
    assert _row(db, "same@EXAMPLE.com").user_id == str(LEARNER)
    _admin(db, f"update auth.users set email = 'same@example.com' where id = '{OTHER_LEARNER}'")
    with pytest.raises(UsageError, match="2 logins") as caught:
        _row(db, "same@example.com")
    assert str(LEARNER) in caught.value.detail


def test_a_function_that_is_not_there_or_not_alone(db: Database) -> None:
    with pytest.raises(UsageError, match=r"no function api\.grant_roles") as caught:
        _function(db, "anon", "api.grant_roles")
    assert "api.grant_role" in caught.value.hint
    _admin(db, "create function api.is_enabled(n int) returns int language sql as 'select n'")
    with pytest.raises(UsageError, match="2 functions"):
        _function(db, "anon", "api.is_enabled")
    assert _function(db, "anon", "api.is_enabled(text)").verdict == ALLOWED


# The command


def _cli(cli: Cli, db: Database, caller: str, *arguments: str) -> tuple[int, str, str]:
    project = ("--project", str(REPOSITORY), "--database-url", db.admin_url)
    return cli(*project, "access", "explain", "--as", caller, *arguments)


def test_text__begins_with_for_whom_it_is(db: Database, cli: Cli) -> None:
    code, out, _ = _cli(
        cli, db, "learner_one", "--table", "public.profiles", "--id", str(OTHER_LEARNER)
    )
    lines = out.splitlines()
    assert code == 0
    assert "for support and audit only" in lines[0]
    assert any(line.startswith("hidden: public.profiles") for line in lines)
    assert any("false  is_listed" in line for line in lines)


def test_text__of_a_function_and_its_permissions(db: Database, cli: Cli) -> None:
    code, out, _ = _cli(cli, db, "admin", "--function", "api.grant_role")
    assert code == 0
    assert "through admin (global), without an end" in out
    assert "profile.read_any" in out


def test_json__has_the_same(db: Database, cli: Cli) -> None:
    code, out, _ = _cli(
        cli, db, "learner_one", "--table", "public.profiles", "--id", str(OTHER_LEARNER), "--json"
    )
    found: dict[str, Any] = json.loads(out)
    assert code == 0
    assert (found["verdict"], found["trial"]["outcome"]) == ("hidden", "hidden")
    assert found["steps"][-1]["policies"][0]["parts"][0] == {
        "text": "is_listed",
        "value": "false",
        "error": "",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name one thing"),
        (("--table", "public.profiles"), "--table needs --id"),
        (("--table", "public.profiles", "--id", "1", "--function", "f"), "name one thing"),
        (("--function", "api.is_enabled", "--id", "1"), "--id belongs to --table"),
    ],
)
def test_arguments_that_do_not_fit(
    db: Database, cli: Cli, arguments: Sequence[str], message: str
) -> None:
    code, _, err = _cli(cli, db, "anon", *arguments)
    assert code == 2
    assert message in err
