"""Lint of some files, what it remembers, and rules that are switched off."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dbtool.commands import lint
from dbtool.errors import UsageError
from dbtool.project import lint_cache
from dbtool.project.settings import Settings, load
from dbtool.runner.progress import Silent
from dbtool.sql.rules import Finding
from tests.support.project_folder import Folder

Cli = Callable[..., tuple[int, str, str]]

UP = "migrations/app/20260101000001_step.sql"
OTHER = "migrations/app/20260101000002_step.sql"
# Wrong by a rule of dbtool, by squawk and by sqlfluff.
WRONG = "ALTER TABLE app.x ADD COLUMN y_id int NOT NULL CONSTRAINT fk_x_y REFERENCES app.y;\n"


@pytest.fixture
def folder(folder: Folder) -> Folder:
    """Without the platform, whose long files would be styled in every test."""
    shutil.rmtree(folder.root / "platform")
    return folder


@pytest.fixture
def known(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """One wrong file, about which the tools were asked before."""
    folder.migration(1, WRONG)
    memory = tmp_path_factory.getbasetemp() / "memory"
    if memory.exists():
        shutil.copytree(memory, folder.root / lint_cache.FOLDER)
    else:
        found(folder)
        shutil.copytree(folder.root / lint_cache.FOLDER, memory)
    return folder


class Heard(Silent):
    """Remembers what is noted."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def found(folder: Folder, *paths: str, style: bool = True, cached: bool = True) -> list[Finding]:
    options = lint.Options(tuple(folder.root / path for path in paths), style, cached)
    return list(lint.lint(load(folder.root, environ={}), options, Silent()).findings)


def rules_of(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def git(folder: Folder, *arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder.root, check=True, capture_output=True)


# Scope


def test_lint_of_a_file__tells_its_findings_alone(folder: Folder) -> None:
    folder.migration(1, WRONG)
    folder.migration(2, WRONG.replace("y_id", "z_id"))
    findings = found(folder, UP)
    assert {finding.path for finding in findings} == {UP}
    assert {rule.partition(":")[0] for rule in rules_of(findings)} >= {
        "foreign-key-index",
        "sqlfluff",
        "squawk",
    }
    assert {finding.path for finding in found(folder, "migrations")} == {UP, OTHER}
    assert findings == [finding for finding in found(folder) if finding.path == UP]


def test_lint_of_a_file__knows_the_whole_project(folder: Folder) -> None:
    folder.migration(1, WRONG)
    assert "foreign-key-index" in rules_of(found(folder, UP, style=False))
    folder.migration(2, "create index idx_x_y_id on app.x (y_id);\n")
    assert "foreign-key-index" not in rules_of(found(folder, UP, style=False))


def test_lint_of_the_settings_of_a_tool__looks_at_all_they_are_about(folder: Folder) -> None:
    folder.migration(1, WRONG)
    for name in (".sqlfluff", ".squawk.toml", "dbtool.toml"):
        assert found(folder, name) == found(folder), name
    assert found(folder, "policies/.sqlfluff") == []


def test_lint_of_what_is_not_sql__says_so_and_finds_nothing(folder: Folder) -> None:
    folder.migration(1, WRONG)
    folder.write("README.md", "# x\n")
    heard = Heard()
    options = lint.Options((folder.root / "README.md",))
    result = lint.lint(Settings(folder.root), options, heard)
    assert (result.files, result.findings) == (0, ())
    assert len(heard.notes) == 1


def test_lint_of_a_deleted_file__is_no_error_and_of_an_unknown_one_is(
    folder: Folder, cli: Cli
) -> None:
    folder.migration(1, "select 1;\n", "select 1;\n")
    folder.migration(2, "select 2;\n", "select 2;\n")
    git(folder, "init")
    git(folder, "add", "--all")
    git(folder, "commit", "--message=x")
    folder.delete(OTHER.replace(".sql", ".down.sql"))
    folder.delete(OTHER)
    assert found(folder, OTHER, UP) == []
    with pytest.raises(UsageError, match="no such file"):
        found(folder, "migrations/app/20260101000003_step.sql")
    code, _, _ = cli("--project", str(folder.root), "lint", str(folder.root / "nowhere.sql"))
    assert code == 2


def test_lint_of_a_file_outside_the_project__is_an_error(folder: Folder, tmp_path: Path) -> None:
    stranger = tmp_path / "x.sql"
    stranger.write_text("select 1;\n")
    with pytest.raises(UsageError, match="not in the project"):
        found(folder, str(stranger))


# What is remembered


def plant(folder: Folder, tool: str = "sqlfluff") -> None:
    """Put a finding into what is remembered, by which an answer from there is known."""
    path = folder.root / lint_cache.FOLDER / f"{tool}.json"
    content = json.loads(path.read_text())
    for key, findings in content.values():
        assert key
        findings.append([f"{tool}:planted", 1, "planted"])
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("tool", ["sqlfluff", "squawk"])
def test_a_second_run__takes_what_was_remembered(known: Folder, tool: str) -> None:
    first = found(known)
    plant(known, tool)
    assert rules_of(found(known)) == {*rules_of(first), f"{tool}:planted"}
    if tool == "squawk":
        assert found(known, cached=False) == first


def _text(folder: Folder) -> None:
    folder.migration(1, WRONG + "\n-- more\n")


def _sqlfluff(folder: Folder) -> None:
    folder.write(".sqlfluff", "[sqlfluff]\ndialect = postgres\nmax_line_length = 99\n")


def _nearer_sqlfluff(folder: Folder) -> None:
    folder.write("migrations/.sqlfluff", "[sqlfluff]\nmax_line_length = 99\n")


def _pyproject(folder: Folder) -> None:
    folder.write("pyproject.toml", "[tool.sqlfluff.core]\nmax_line_length = 99\n")


def _squawk(folder: Folder) -> None:
    folder.write(".squawk.toml", 'pg_version = "16.0"\n')


@pytest.mark.parametrize(
    ("change", "tools"),
    [
        (_text, {"sqlfluff", "squawk"}),
        (_sqlfluff, {"sqlfluff"}),
        (_nearer_sqlfluff, {"sqlfluff"}),
        (_pyproject, {"sqlfluff"}),
        (_squawk, {"squawk"}),
    ],
)
def test_a_changed_text_or_configuration__is_asked_about_again(
    known: Folder, change: Callable[[Folder], None], tools: set[str]
) -> None:
    for tool in tools:
        plant(known, tool)
    change(known)
    assert not {f"{tool}:planted" for tool in tools} & rules_of(found(known, UP))


def test_another_version_of_a_tool__is_asked_again(folder: Folder) -> None:
    folder.migration(1, WRONG)

    def ask(release: str) -> list[Finding]:
        def answer(paths: object) -> dict[str, list[Finding]]:
            return {UP: [Finding("x", UP, 1, release)]}

        return lint_cache.through(folder.root, "tool", release, "", [UP], answer)

    assert [ask(release)[0].message for release in ("1", "2", "2", "3")] == ["1", "2", "2", "3"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"x": 1}', b'{"x": ["key", [[1]]]}', b"null"]
)
def test_a_damaged_memory__is_ignored_and_made_good(folder: Folder, damage: bytes) -> None:
    folder.migration(1, WRONG)
    first = [Finding("x", UP, 1, "wrong")]

    def ask() -> list[Finding]:
        return lint_cache.through(folder.root, "tool", "1", "", [UP], lambda _: {UP: first})

    assert ask() == first
    path = folder.root / lint_cache.FOLDER / "tool.json"
    path.write_bytes(damage)
    assert ask() == first
    assert UP in json.loads(path.read_text())


def test_a_memory_that_cannot_be_written__does_not_stop_the_lint(known: Folder) -> None:
    first = found(known)
    shutil.rmtree(known.root / ".dbtool")
    known.write(".dbtool", "in the way")
    assert found(known) == first


def test_deleted_files_are_forgotten(folder: Folder) -> None:
    folder.migration(1, "select 1;\n", "select 1;\n")
    folder.migration(2, "select 2;\n", "select 2;\n")
    found(folder)
    folder.delete(OTHER.replace(".sql", ".down.sql"))
    folder.delete(OTHER)
    folder.migration(1, "select 3;\n", "select 1;\n")
    found(folder)
    kept = json.loads((folder.root / lint_cache.FOLDER / "sqlfluff.json").read_text())
    assert OTHER not in kept
    assert UP in kept


def test_runs_at_once__find_the_same_and_leave_the_memory_whole(folder: Folder) -> None:
    for number in range(1, 3):
        folder.migration(number, WRONG.replace("y_id", f"y{number}_id"))
    expected = found(folder, cached=False)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: found(folder), range(2))) == [expected] * 2
    memory = folder.root / lint_cache.FOLDER
    assert UP in json.loads((memory / "sqlfluff.json").read_text())
    assert {path.suffix for path in memory.iterdir()} == {".json"}


def test_a_killed_run__leaves_a_memory_that_can_be_read(folder: Folder) -> None:
    folder.migration(1, WRONG)
    program = f"""
from pathlib import Path
from dbtool.project import lint_cache
from dbtool.sql.rules import Finding
n = 0
while True:
    n += 1
    found = [Finding("x", "{UP}", 1, "y" * 10000)] * 200
    answer = lambda paths: {{paths[0]: found}}
    lint_cache.through(Path("{folder.root}"), "tool", str(n), "", ["{UP}"], answer)
"""
    path = folder.root / lint_cache.FOLDER / "tool.json"
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", program])
        before = path.read_bytes() if path.exists() else b""
        deadline = time.monotonic() + 60
        while not path.exists() or path.read_bytes() == before:
            assert time.monotonic() < deadline
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert UP in json.loads(path.read_text())


# Rules switched off


def test_a_rule_that_the_project_switches_off__finds_nothing(known: Folder) -> None:
    before = rules_of(found(known))
    off = {"foreign-key-index", "sqlfluff:CP01", "squawk:adding-not-nullable-field"}
    off &= before
    assert {rule.partition(":")[0] for rule in off} >= {"foreign-key-index", "sqlfluff"}
    lines = "".join(f'"{rule}" = "We know."\n' for rule in off)
    known.write("dbtool.toml", f"[lint.off]\n{lines}")
    assert rules_of(found(known)) == before - off


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[lint.off]\nnamig = "x"\n', "naming"),
        ('[lint.off]\n"sqlfluff:CP1" = "x"\n', "sqlfluff:CP01"),
        ('[lint.off]\n"squawk:nonsense" = "x"\n', "squawk:nonsense"),
        ('[lint.off]\n"other:naming" = "x"\n', "other:naming"),
        ('[lint.off]\nnaming = ""\n', "no reason"),
        ("[lint.off]\nnaming = true\n", "no reason"),
        ('[lint]\non = "x"\n', "off"),
    ],
)
def test_a_wrong_switch_of_the_project__is_an_error(folder: Folder, text: str, says: str) -> None:
    folder.write("dbtool.toml", text)
    with pytest.raises(UsageError) as caught:
        found(folder)
    assert caught.value.path == "dbtool.toml"
    assert says in caught.value.message


def test_a_rule_that_a_file_switches_off__finds_nothing_in_it(known: Folder) -> None:
    rules = rules_of([f for f in found(known) if f.path == UP])
    switches = "".join(f"-- dbtool: lint-off {rule}: We know.\n" for rule in sorted(rules))
    known.migration(1, switches + WRONG)
    known.migration(2, WRONG)
    assert {finding.path for finding in found(known)} == {OTHER}


@pytest.mark.parametrize(
    "switch",
    ["naming", "naming:", "nonsense: why", "sqlfluff:XX99: why", "naming: of no use", ": why", ""],
)
def test_a_wrong_or_useless_switch_of_a_file__is_a_finding(folder: Folder, switch: str) -> None:
    folder.migration(1, f"\n-- dbtool: lint-off {switch}\n{WRONG}")
    findings = [f for f in found(folder, style=False) if f.rule == "lint-off"]
    assert [(f.path, f.line) for f in findings] == [(UP, 2)]


def test_a_switch_of_a_tool_that_was_not_asked__is_not_called_useless(folder: Folder) -> None:
    folder.migration(1, "-- dbtool: lint-off sqlfluff:AL01: We know.\nselect 1;\n", "select 1;\n")
    assert rules_of(found(folder, style=False)) == set()
    assert rules_of(found(folder)) == {"lint-off"}
