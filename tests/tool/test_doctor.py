"""dbtool doctor: its exceptions, its options, and other linters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dbtool.commands import doctor
from dbtool.errors import FileError, UsageError
from dbtool.project import exceptions
from dbtool.runner.progress import Silent
from tests.support.database import Database
from tests.support.project_folder import Folder

OPEN = "create schema app; create table app.open (id int); create table app.also_open (id int);"
EXCUSED = """\
[[exception]]
check = "D01"
objects = ["app.open"]
reason = "Everyone's."
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def app(folder: Folder, empty_db: Database) -> Folder:
    """A project with two tables that are open, on a database."""
    folder.migration(1, OPEN)
    empty_db.rows(OPEN)
    return folder


def _examine(app: Folder, db: Database, *only: str) -> doctor.Examined:
    return doctor.doctor(app.settings(db), only or ("D01",), Silent())


def test_findings_exit_1_and_name_remedy_and_page(
    app: Folder, empty_db: Database, cli: Run
) -> None:
    run = ("--project", str(app.root), "--database-url", empty_db.url, "doctor")
    code, out, _ = cli(*run, "--only", "d01")
    assert code == 1
    for said in (
        "app.also_open",
        "enable row level security",
        "docs/reference/doctor/D01-",
        "2 findings",
        "by 1 check\n",
    ):
        assert said in out
    code, out, _ = cli(*run, "--only", "D01", "--json")
    assert code == 1
    assert [f["object"] for f in json.loads(out)["findings"]] == ["app.also_open", "app.open"]
    code, out, _ = cli(*run, "--only", "D03")
    assert (code, "0 findings" in out) == (0, True)


def test_an_unknown_check_is_refused(app: Folder, empty_db: Database) -> None:
    with pytest.raises(UsageError, match="no check D99"):
        _examine(app, empty_db, "D99")


def test_what_is_meant_is_excused_with_its_reason(app: Folder, empty_db: Database) -> None:
    app.write(exceptions.FILE_NAME, EXCUSED)
    result = _examine(app, empty_db)
    assert [f.object for f in result.findings] == ["app.also_open"]
    assert [(e.finding.object, e.reason) for e in result.excused] == [("app.open", "Everyone's.")]
    app.write(exceptions.FILE_NAME, EXCUSED.replace("app.open", "app.*"))
    assert _examine(app, empty_db).findings == ()


def test_an_exception_that_is_needed_no_longer_is_a_finding(
    app: Folder, empty_db: Database
) -> None:
    app.write(exceptions.FILE_NAME, EXCUSED.replace('"app.open"', '"app.*", "app.gone"'))
    assert [(f.check, f.object) for f in _examine(app, empty_db).findings] == [
        ("exceptions", "D01: app.gone")
    ]
    # A check that did not run found nothing because it was not asked.
    assert _examine(app, empty_db, "D03").findings == ()


def test_a_group_stands_for_its_names(app: Folder, empty_db: Database) -> None:
    groups = '[groups]\nmine = ["app.open", "app.also_open"]\n'
    app.write(exceptions.FILE_NAME, groups + EXCUSED.replace("app.open", "@mine"))
    assert _examine(app, empty_db).findings == ()


def test_an_exception_is_for_the_objects_named_and_no_others(
    app: Folder, empty_db: Database
) -> None:
    app.write(exceptions.FILE_NAME, EXCUSED.replace("app.open", "app[.]open|app.o.en"))
    found = {f.object for f in _examine(app, empty_db).findings if f.check == "D01"}
    assert found == {"app.open", "app.also_open"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[exception", "not TOML"),
        ("exceptions = []", "nothing else"),
        ("exception = 1", "nothing else"),
        (EXCUSED + "until = 2030", "nothing else"),
        (EXCUSED.replace("app.open", "@mine"), "no group mine"),
        ("groups = 1", "nothing else"),
        ("[groups]\nmine = [1]\n", "nothing else"),
        ('[groups]\nmine = ["app.open"]\n' + EXCUSED, "no entry names the group mine"),
        (EXCUSED.replace('"Everyone\'s."', '" "'), "needs a check and a reason"),
        (EXCUSED.replace('["app.open"]', '"app.open"'), "a list of names"),
        (EXCUSED.replace('["app.open"]', "[]"), "empty"),
        (EXCUSED.replace('objects = ["app.open"]', ""), "needs objects"),
        (EXCUSED.replace("D01", "D99"), "no check D99"),
        (EXCUSED.replace("D01", "other:D01"), "no check other:D01"),
    ],
)
def test_a_wrong_exceptions_file_is_refused(
    app: Folder, empty_db: Database, text: str, message: str
) -> None:
    app.write(exceptions.FILE_NAME, text)
    with pytest.raises(FileError, match=message):
        _examine(app, empty_db)


# What the programs printed, shortened.
SUPABASE = """{"results": [
    {"name": "unused_index", "title": "Unused Index", "detail": "Index `i` was not used",
     "description": "Detects unused indexes.", "remediation": "https://supabase.com/docs/x",
     "metadata": {"name": "open", "type": "table", "schema": "app"}},
    {"name": "unused_index", "title": "Unused Index", "detail": "Index `j` was not used",
     "description": "Detects unused indexes.", "remediation": "https://supabase.com/docs/x",
     "metadata": {"name": "theirs", "type": "table", "schema": "other"}}
]}"""
PGRLS = """{"summary": {"total": 1}, "violations": [
    {"rule_id": "SEC009", "severity": "warning", "title": "RLS enabled but no policies defined",
     "message": "Table app.open has no policies.", "location": "app.open"}
]}"""
RLSAUTOTEST = """[
    {"severity": "HIGH", "table": "open", "policy": "p",
     "message": "USING(true): permissive read"},
    {"severity": "INFO", "table": "open", "policy": null, "message": "No DELETE policy: denied"}
]"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that print what the real ones printed, and keep what they were told."""
    folder = tmp_path / "programs"
    folder.mkdir()
    told = f"{folder}/$(basename $0).told"
    keep = f'printf "%s\\n" "$*" "$PGPASSWORD" "$PGOPTIONS" "$DATABASE_URL" >{told}\n'
    answers = {
        "supabase": f"cat supabase/config.toml >>{folder}/supabase.told; cat {folder}/answer",
        "pgrls": f"cat {folder}/answer; exit 1",
        "rlsautotest": "for a; do case $a in --json=*) to=${a#*=};; --schema=*) s=${a#*=};; esac; "
        f'done; if [ $s = app ]; then cat {folder}/answer >$to; exit 1; fi; echo "[]" >$to',
    }
    for name, script in answers.items():
        path = folder / f"{name}.off"
        path.write_text(f"#!/bin/sh\n{keep}{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.delenv("PGPASSWORD", raising=False)
    return folder


def _install(programs: Path, name: str, answer: str) -> None:
    (programs / f"{name}.off").rename(programs / name)
    (programs / "answer").write_text(answer)


@pytest.mark.parametrize(
    ("name", "answer", "found"),
    [
        ("supabase", SUPABASE, [("supabase:unused_index", "app.open")]),
        ("pgrls", PGRLS, [("pgrls:SEC009", "app.open")]),
        (
            "rlsautotest",
            RLSAUTOTEST,
            [
                ("rlsautotest:no-delete-policy-denied", "app.open"),
                ("rlsautotest:using-true-permissive-read", "app.open.p"),
            ],
        ),
    ],
)
def test_the_linters_of_others_are_run_where_installed(
    app: Folder,
    empty_db: Database,
    programs: Path,
    name: str,
    answer: str,
    found: list[tuple[str, str]],
) -> None:
    result = _examine(app, empty_db, name)
    assert (result.ran, result.not_installed) == ((), (name,))
    _install(programs, name, answer)
    result = _examine(app, empty_db, name)
    assert (result.ran, result.not_installed) == ((name,), ())
    assert [(f.check, f.object) for f in result.findings] == found
    # Their findings pass through the same exceptions; a rule of theirs can be left out as a whole.
    app.write(
        exceptions.FILE_NAME,
        "".join(f'[[exception]]\ncheck = "{check}"\nreason = "x"\n' for check, _ in found),
    )
    assert _examine(app, empty_db, name).findings == ()


@pytest.mark.parametrize(
    ("name", "answer"), [("supabase", SUPABASE), ("pgrls", PGRLS), ("rlsautotest", RLSAUTOTEST)]
)
def test_others_are_told_the_password_in_private_and_may_not_write(
    app: Folder, empty_db: Database, programs: Path, name: str, answer: str
) -> None:
    _install(programs, name, answer)
    _examine(app, empty_db, name)
    arguments, password, options, url, *rest = (programs / f"{name}.told").read_text().split("\n")
    secret = empty_db.server.passwords[empty_db.owner]
    assert secret not in arguments + url
    assert f"{empty_db.owner}@127.0.0.1:" in arguments + url
    assert password == secret
    assert options == "-c default_transaction_read_only=on"
    assert ('schemas = ["api"]' in rest) == (name == "supabase")


def test_another_linter_that_fails_is_an_error(
    app: Folder, empty_db: Database, programs: Path
) -> None:
    _install(programs, "pgrls", "no connection")
    with pytest.raises(UsageError, match="pgrls failed with exit code 1"):
        _examine(app, empty_db, "pgrls")
