"""What every command promises: help with an example, JSON, exit codes, no colours in pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

import dbtool.cli.commands
import dbtool.cli.worker  # noqa: F401 (both register commands)
from dbtool.cli.app import app
from tests.support.database import Database
from tests.support.project_folder import Folder

Cli = Callable[..., tuple[int, str, str]]
COMMANDS = sorted(
    str(c.name or c.callback.__name__) for c in app.registered_commands if c.callback is not None
)


def test_the_commands_are_those_that_are_documented(cli: Cli) -> None:
    from tests.support.servers import REPOSITORY

    page = (REPOSITORY / "docs" / "reference" / "commands.md").read_text()
    for command in COMMANDS:
        assert f"## dbtool {command}\n" in page, command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cli: Cli, command: str) -> None:
    code, out, _ = cli(command, "--help")
    assert code == 0
    assert "Example: dbtool " + command in " ".join(out.split())


@pytest.mark.parametrize("group", ["", "access", "export", "partitions"])
def test_no_summary_of_a_command_is_cut_off(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = cli(*group.split(), "--help")
    listed = out.partition("Commands:\n")[2].split("\n\n")[0].splitlines()
    assert listed
    assert [line for line in listed if line.endswith("...")] == []


def test_no_arguments_show_the_help_and_the_exit_codes(cli: Cli) -> None:
    _, out, error = cli()
    assert "Exit codes: 0 done, 1 findings" in " ".join((out + error).split())


@pytest.mark.parametrize("arguments", [["nonsense"], ["migrate", "--nonsense"], ["new", "app"]])
def test_wrong_arguments_exit_2(cli: Cli, arguments: list[str]) -> None:
    assert cli(*arguments)[0] == 2


def test_shell_completion_is_there() -> None:
    # Which shell is asked, not found out: tests may run under none.
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = [sys.executable, "-m", "dbtool", "--show-completion", "bash"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "_dbtool_completion" in result.stdout


@pytest.mark.parametrize("command", [["status"], ["migrate"], ["migrate", "--dry-run"], ["verify"]])
def test_json_is_accepted_before_and_after_the_command(
    empty_db: Database, folder: Folder, cli: Cli, command: list[str]
) -> None:
    folder.with_declared().migrate(empty_db)
    common = ("--project", str(folder.root), "--database-url", empty_db.url)
    for arguments in ((*common, "--json", *command), (*common, *command, "--json")):
        code, out, error = cli(*arguments)
        assert (code, error) == (0, "")
        assert isinstance(json.loads(out), dict)


def test_status_exits_1_where_something_is_pending(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    folder.with_declared()
    common = ("--project", str(folder.root), "--database-url", empty_db.url)
    assert cli(*common, "status")[0] == 1
    assert cli(*common, "migrate")[0] == 0
    code, out, _ = cli(*common, "status")
    assert (code, "nothing to do" in out) == (0, True)


def test_output_in_a_pipe_has_no_colours(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "dbtool",
            "--project",
            str(folder.root),
            "--database-url",
            empty_db.url,
            "migrate",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "\x1b" not in result.stdout + result.stderr
    assert "applied 1 migrations, 3 declared files" in result.stdout


def test_rollback_asks_and_does_nothing_without_an_answer(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    folder.with_declared().migrate(empty_db)
    common = ("--project", str(folder.root), "--database-url", empty_db.url)
    code, _, error = cli(*common, "rollback", "--to", "0")
    assert code == 2
    assert "--yes" in error
    assert empty_db.value("select to_regclass('app.things')") is not None
    assert cli(*common, "rollback", "--to", "0", "--yes")[0] == 0
    assert empty_db.value("select to_regclass('app.things')") is None


def test_the_options_of_all_commands_may_follow_the_command(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    folder.with_declared()
    code, out, _ = cli(
        "migrate", "--project", str(folder.root), f"--database-url={empty_db.url}", "--json"
    )
    assert code == 0
    assert len(json.loads(out)["declared"]) == 3


def test_a_bug_is_told_apart_from_findings(
    empty_db: Database, folder: Folder, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbtool.commands import status

    def broken(settings: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(status, "status", broken)
    code, _, error = cli("--project", str(folder.root), "status")
    assert code == 70
    assert "ZeroDivisionError" in error


def test_status_and_dry_run_know_of_reference_seeds(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    folder.with_declared()
    common = ("--project", str(folder.root), "--database-url", empty_db.url)
    path = "seeds/reference/app/things.sql"
    text = "insert into app.things (id) values (7) on conflict (id) do nothing;"
    folder.write(path, text)
    code, out, _ = cli(*common, "migrate", "--dry-run", "--json")
    assert [seed["path"] for seed in json.loads(out)["seeds"]] == [path]
    assert cli(*common, "migrate")[0] == 0
    assert cli(*common, "status")[0] == 0
    folder.write(path, text.replace("(7)", "(7), (8)"))
    code, out, _ = cli(*common, "status")
    assert code == 1
    assert f"to merge {path}" in out


def test_status_does_not_send_to_migrate_what_migrate_refuses(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    path = folder.migration(1, "select 1;")
    folder.migrate(empty_db)
    folder.write(path, "select 2;")
    _, out, _ = cli("--project", str(folder.root), "--database-url", empty_db.url, "status")
    assert "correct the files" in out


def test_the_demo_world_asks_before_it_enters_a_named_database(db: Database, cli: Cli) -> None:
    from tests.support.servers import REPOSITORY

    common = ("--project", str(REPOSITORY), "--database-url", db.url)
    code, _, error = cli(*common, "seed", "--demo")
    assert code == 2
    assert "--yes" in error
