"""Other linters, run where they are installed: Supabase's advisors, pgrls, rlsautotest.

They are programs of their own, because pgrls and dbtool want different versions of pglast.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbtool.db import connect
from dbtool.db.checks import CheckFinding
from dbtool.errors import UsageError


@dataclass(frozen=True)
class Database:
    """What they are to look at.

    Attributes:
        url: The target.
        schemas: The package's.
        exposed: Those that clients see.
    """

    url: str
    schemas: tuple[str, ...]
    exposed: tuple[str, ...]


@dataclass(frozen=True)
class Tool:
    """One linter.

    Attributes:
        name: Its program.
        read: Runs the program in an empty folder and says what it found.
    """

    name: str
    read: Callable[[str, Database, Path], Iterator[CheckFinding]]

    def program(self) -> str | None:
        """Where it is installed; None where it is not."""
        return shutil.which(self.name)

    def run(self, database: Database) -> list[CheckFinding]:
        """What it finds.

        Raises:
            UsageError: It fails.
        """
        with tempfile.TemporaryDirectory(prefix="dbtool-doctor-") as folder:
            found = self.read(self.program() or self.name, database, Path(folder))
            return sorted(set(found), key=lambda f: (f.check, f.object, f.detail))


def _supabase(program: str, database: Database, folder: Path) -> Iterator[CheckFinding]:
    # The CLI sets pgrst.db_schemas itself, from this file, whatever the database says; without it
    # the lints for exposed schemas look at public.
    (folder / "supabase").mkdir()
    (folder / "supabase" / "config.toml").write_text(
        f'project_id = "doctor"\n[api]\nschemas = {json.dumps(list(database.exposed))}\n', "utf-8"
    )
    url, password = connect.split_password(database.url)
    output = _output(
        [
            *(program, "db", "advisors", f"--remote={url}", "--level", "info"),
            *("--output-format", "json", "--workdir", str(folder), "--yes"),
        ],
        folder,
        password,
    )
    for result in _results(program, output, "results"):
        named = result["metadata"]
        if named.get("schema", database.schemas[0]) not in database.schemas:
            continue
        yield CheckFinding(
            f"supabase:{result['name']}",
            result["title"],
            ".".join(str(named[part]) for part in ("schema", "name") if named.get(part))
            or "database",
            result["detail"],
            result["description"],
            result["remediation"],
        )


def _pgrls(program: str, database: Database, folder: Path) -> Iterator[CheckFinding]:
    url, password = connect.split_password(database.url)
    output = _output(
        [program, "lint", f"--schemas={','.join(database.schemas)}", "--format=json"],
        folder,
        password,
        DATABASE_URL=url,
    )
    for violation in _results(program, output, "violations"):
        rule = violation["rule_id"]
        yield CheckFinding(
            f"pgrls:{rule}",
            violation["title"],
            violation["location"],
            violation["message"],
            f"pgrls explain {rule}",
            "https://pypi.org/project/pgrls",
        )


def _rlsautotest(program: str, database: Database, folder: Path) -> Iterator[CheckFinding]:
    """Its linter alone: its reports probe rows, even with --no-probe, and belong on a copy."""
    url, password = connect.split_password(database.url)
    report = folder / "report.json"
    for schema in database.schemas:
        output = _output(
            [program, "lint", f"--schema={schema}", f"--db-url={url}", f"--json={report}"],
            folder,
            password,
        )
        if not report.exists():
            raise _failed(program, output)
        for found in json.loads(report.read_text("utf-8")):
            names = (schema, found["table"], found["policy"])
            # It prints no rule's name.
            rule = "-".join(re.findall(r"\w+", found["message"].lower())[:5])
            yield CheckFinding(
                f"rlsautotest:{rule}",
                f"severity {found['severity'].lower()}",
                ".".join(name for name in names if name),
                found["message"],
                "it says so itself",
                "https://pypi.org/project/rlsautotest",
            )
        report.unlink()


def _output(
    command: Sequence[str], folder: Path, password: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a tool in an empty folder, so that no settings of its own are found.

    The password is not among the arguments, which every user of the machine can read.
    """
    environment = {
        **os.environ,
        **variables,
        **({"PGPASSWORD": password} if password else {}),
        "PGOPTIONS": "-c default_transaction_read_only=on",
        "DO_NOT_TRACK": "1",
        "SUPABASE_TELEMETRY_DISABLED": "1",
    }
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(
            f"cannot run {Path(command[0]).name}: {error}",
            hint="Leave it out: name the checks to run with --only.",
        ) from None


def _results(program: str, output: subprocess.CompletedProcess[str], key: str) -> list[Any]:
    """The list that a tool's JSON has under a key; tools exit 1 where they find something."""
    try:
        found = json.loads(output.stdout)[key]
    except (ValueError, KeyError, TypeError):
        raise _failed(program, output) from None
    return list(found)


def _failed(program: str, output: subprocess.CompletedProcess[str]) -> UsageError:
    return UsageError(
        f"{Path(program).name} failed with exit code {output.returncode}",
        detail=(output.stderr.strip() or output.stdout.strip())[-2000:],
        hint="Leave it out: name the checks to run with --only.",
    )


TOOLS = (Tool("supabase", _supabase), Tool("pgrls", _pgrls), Tool("rlsautotest", _rlsautotest))
