"""Each rule finds what its page says, and accepts what its page recommends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbtool.commands import lint, lint_tools
from dbtool.errors import UsageError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.sql.rules import NAMES as RULE_NAMES
from dbtool.sql.rules import Finding
from tests.support.project_folder import Folder
from tests.support.servers import REPOSITORY

PAGES = REPOSITORY / "docs" / "reference" / "lint"
NAMES = sorted(RULE_NAMES)
_FENCE = re.compile(r"```(?:sql|yaml) (?P<path>\S+)\n(?P<text>.*?)```", re.S)


def _examples(rule: str, section: str) -> Iterator[tuple[str, str]]:
    page = (PAGES / f"{rule}.md").read_text()
    part = page.partition(f"## {section}\n")[2].partition("\n## ")[0]
    for fence in _FENCE.finditer(part):
        yield fence["path"], fence["text"]


def _findings(folder: Folder, style: bool = False) -> list[Finding]:
    return list(lint.lint(Settings(folder.root), lint.Options(style=style), Silent()).findings)


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    assert pages == set(NAMES)
    index = (PAGES / "README.md").read_text()
    for name in NAMES:
        assert f"[{name}]({name}.md)" in index


@pytest.mark.parametrize("rule", NAMES)
def test_the_rule_finds_what_its_page_calls_wrong(folder: Folder, rule: str) -> None:
    examples = dict(_examples(rule, "Wrong"))
    assert examples
    for path, text in examples.items():
        folder.write(path, text)
    own = {f.rule for f in _findings(folder) if ":" not in f.rule}
    assert own == {rule}
    for finding in _findings(folder):
        assert finding.path in examples
        assert 1 <= finding.line <= examples[finding.path].count("\n") + 1


@pytest.mark.parametrize("rule", NAMES)
def test_the_rule_accepts_what_its_page_recommends(folder: Folder, rule: str) -> None:
    examples = dict(_examples(rule, "Right"))
    assert examples
    for path, text in examples.items():
        folder.write(path, text)
    assert _findings(folder) == []


# Statements that a rule could overlook: each with its place and the rule that must speak.
OVERLOOKED = [
    ("up", "create table app.x (y_id int references app.y (id));", "foreign-key-index"),
    (
        "up",
        "create table app.x (a int, b int, constraint fk_x_b foreign key (b) references "
        "app.y (id)); create index idx_x_b on app.x (b) where a is not null;",
        "foreign-key-index",
    ),
    (
        "up",
        "create table app.x (b int, constraint fk_x_b foreign key (b) references app.y (id)); "
        "create index idx_x_b on app.x using hash (b);",
        "foreign-key-index",
    ),
    ("up", "select 1 as a into app.x;", "table-without-rls"),
    ("up", "create table app.x as select 1 as a;", "table-without-rls"),
    ("up", "create table app.x as select 1 as a;", "missing-comment"),
    ("up", "comment on table app.x is ''; create table app.x (id int);", "missing-comment"),
    ("up", 'alter table app.x add column "Big" int;', "naming"),
    ("up", "create table x (id int);", "naming"),
    ("up", "alter policy p on app.x using (true);", "access-outside-policy"),
    ("up", "grant select on app.x to anon;", "access-outside-policy"),
    ("down", "commit;", "transaction-statement"),
    (
        "function",
        "create or replace function app.f() returns int language sql "
        "set search_path = pg_catalog, pg_temp return 1; "
        "revoke all on function app.f() from public; "
        "grant execute on function app.f() to public;",
        "function-public-execute",
    ),
    (
        "function",
        "create or replace function app.f() returns int language sql "
        "set search_path = pg_catalog, pg_temp return 1; "
        "revoke all on function app.f() from current_user;",
        "function-public-execute",
    ),
    (
        "function",
        "create or replace function app.f() returns int language sql "
        "set search_path = '' return 1;",
        "function-search-path",
    ),
    (
        "policy",
        "create policy x_select_own on app.x for select to authenticated "
        "using ((select app.may(x.id)));",
        "bare-call-in-policy",
    ),
    (
        "policy",
        "create policy x_select_own on app.x for select to authenticated "
        "using (exists (select from app.y where app.may(x.id)));",
        "bare-call-in-policy",
    ),
    (
        "policy",
        "create policy x_select_own on app.x for select to public using (true);",
        "policy-without-to",
    ),
    (
        "policy",
        "grant update (a, b) on app.x to authenticated; grant update (a) on app.x to staff;",
        "staff-twin",
    ),
    ("view", "create or replace view app.v as select 1 as a;", "view-revokes-all"),
    (
        "view",
        "create or replace view app.v as select 1 as a; "
        "revoke select on app.v from public, anon, authenticated, staff, service_role; "
        "revoke all on app.w from public, anon, authenticated, staff, service_role; "
        "grant all on app.v to public, anon, authenticated, staff, service_role;",
        "view-revokes-all",
    ),
    ("up", "comment on table app.x is 'Seats; who comes first gets one.';", "plain-english"),
    ("up", "comment on table app.x is 'What it holds is\nnever deleted.';", "plain-english"),
    ("function", "-- Rows, where they lack.\nselect 1;", "plain-english"),
    (
        "policy",
        "-- Whoever can edit this\n-- could promote themselves.\nselect 1;",
        "plain-english",
    ),
    (
        "function",
        "create or replace function app.f() returns void language plpgsql as $$ begin "
        "raise sqlstate 'PT409' using message = format('who waits is %s', v_place), "
        "detail = 'a.b', hint = 'Wait.'; end; $$;",
        "plain-english",
    ),
]
_PLACES = {
    "up": "migrations/app/20260101000001_x.sql",
    "down": "migrations/app/20260101000001_x.down.sql",
    "function": "functions/app/f.sql",
    "policy": "policies/app/x.sql",
    "view": "views/app/v.sql",
}


@pytest.mark.parametrize(("place", "text", "rule"), OVERLOOKED)
def test_the_rule_is_not_fooled(folder: Folder, place: str, text: str, rule: str) -> None:
    folder.write(_PLACES["up"], "select 1;")
    folder.write(_PLACES[place], text)
    assert rule in {f.rule for f in _findings(folder)}


ACCEPTED = [
    (
        "view",
        "create or replace view app.v as select 1 as a; comment on view app.v is 'x'; "
        "revoke all on app.v from public, anon; "
        "revoke all privileges on table app.v from authenticated, staff, service_role;",
    ),
    (
        "up",
        "create materialized view app.m as select 1 as a; "
        "comment on materialized view app.m is 'x';",
    ),
    ("policy", "grant select on app.x to authenticated; grant all on app.x to staff;"),
    (
        "policy",
        "create policy x_select_own on app.x for select to authenticated using (true); "
        "create policy x_all_staff on app.x for all to staff using (true); "
        "comment on policy x_select_own on app.x is 'x'; "
        "comment on policy x_all_staff on app.x is 'x';",
    ),
    (
        "up",
        "create table app.x (id int constraint pk_x primary key); "
        "comment on table app.x is 'x'; alter table app.x enable row level security;",
    ),
    ("up", "comment on table app.x is 'Who takes or took which course, and what it opens.';"),
    ("up", "comment on table app.x is 'What the caller may do when a seat is free.';"),
    ("up", "comment on table app.x is 'Who is next? The role that you lack says it.';"),
    ("up", "comment on table app.x is 'Servers lack the role. No lack of rows.';"),
    ("up", "-- What lacks is old: it was applied.\nselect 1;"),
    ("down", "comment on table app.x is 'Who waits gets one.';"),
    (
        "up",
        "comment on table app.x is 'Who waits gets one.'; "
        "comment on table app.x is 'People who wait get one.';",
    ),
]


@pytest.mark.parametrize(("place", "text"), ACCEPTED)
def test_the_rules_do_not_cry_wolf(folder: Folder, place: str, text: str) -> None:
    folder.write(_PLACES["up"], "select 1;")
    folder.write(_PLACES["down"], "select 1;")
    folder.write(_PLACES[place], text)
    assert [f for f in _findings(folder) if ":" not in f.rule] == []


def test_an_identical_comment_is_found_through_renames_and_views(folder: Folder) -> None:
    folder.write(
        _PLACES["up"],
        "create table app.x (id int); comment on column app.x.id is 'Old.'; "
        "comment on column app.x.id is 'New.';",
    )
    folder.write(
        "migrations/app/20260101000002_x.sql",
        "alter table app.x rename column id to x_id; alter table app.x rename to y;",
    )
    folder.write("views/app/v.sql", "create or replace view app.v as select y.x_id from app.y;")
    above = "create or replace view app.w as select v.x_id, 1 as n from app.v as v;\n"
    for comment, is_found in (
        ("on column app.w.x_id is 'New.'", True),
        ("on column app.w.x_id is 'Old.'", False),
        ("on column app.w.n is 'New.'", False),
        ("on view app.w is 'New.'", False),
    ):
        folder.write("views/app/w.sql", f"{above}comment {comment};")
        found = [f for f in _findings(folder) if f.rule == "identical-view-comment"]
        assert [(f.path, f.line) for f in found] == [("views/app/w.sql", 2)] * is_found, comment


def test_one_run_reports_all_with_file_and_line(folder: Folder) -> None:
    folder.write(
        _PLACES["up"],
        "create table app.x (\n    id int\n);\n\nALTER TABLE app.x ADD COLUMN n int NOT NULL;\n",
    )
    folder.write("functions/app/f.sql", "create function app.f( returns int;")
    found = {(f.path, f.line, f.rule) for f in _findings(folder, style=True)}
    up = _PLACES["up"]
    assert {
        (up, 1, "missing-down"),
        (up, 1, "missing-comment"),
        (up, 1, "table-without-rls"),
        ("functions/app/f.sql", 1, "syntax"),
    } <= found
    assert (up, 5, "sqlfluff:CP01") in found
    assert any(rule.startswith("squawk:") and (path, line) == (up, 5) for path, line, rule in found)


def test_the_package_itself_has_no_findings(cli: Callable[..., tuple[int, str, str]]) -> None:
    # Style takes long and is asked by `make lint`.
    code, out, _ = cli("--project", str(REPOSITORY), "lint", "--no-style")
    assert code == 0, out


def test_a_finding_exits_1_and_names_its_page(
    folder: Folder, cli: Callable[..., tuple[int, str, str]]
) -> None:
    folder.write(_PLACES["up"], "select 1;")
    code, out, _ = cli("--project", str(folder.root), "lint", "--no-style")
    assert code == 1
    assert f"{_PLACES['up']}:1: missing-down" in out
    assert "docs/reference/lint/missing-down.md" in out


def test_a_missing_tool_is_an_error(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(_PLACES["up"], "select 1;")
    monkeypatch.setattr(lint_tools, "_TOOLS", Path("/nowhere"))
    with pytest.raises(UsageError, match="cannot run squawk"):
        _findings(folder)
