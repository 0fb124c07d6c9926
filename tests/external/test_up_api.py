"""`dbtool up --api`, as someone at a laptop uses it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbtool.server import postgrest
from tests.support.servers import REPOSITORY


def _dbtool(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "dbtool", "--project", str(project), *arguments],
        capture_output=True,
        text=True,
        env={**kept, **environment},
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A checkout with a server of its own."""
    for name in ("migrations", "functions", "views", "policies", "seeds", "platform"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "dbtool.toml", tmp_path)
    yield tmp_path
    _dbtool(tmp_path, "down", "--destroy")


def test_the_demo_world_is_served_and_its_tokens_work(project: Path) -> None:
    up = _dbtool(project, "up", "--api", "--json")
    assert up.returncode == 0, up.stderr
    api = json.loads(up.stdout)["api"]
    assert {"learner.one@example.com", "admin@example.com", "service_role"} <= api["tokens"].keys()
    curl = subprocess.run(shlex.split(api["example"]), capture_output=True, text=True, check=True)
    assert json.loads(curl.stdout)[0]["username"] == "learner_one"

    again = json.loads(_dbtool(project, "up", "--api", "--json").stdout)["api"]
    assert again["url"] == api["url"]
    state = project / ".dbtool/api.json"
    assert state.stat().st_mode & 0o777 == 0o600

    # A new view is served without a restart.
    view = project / "views/api/ping.sql"
    view.write_text(
        "create or replace view api.ping with (security_invoker = true) as\nselect 1 as one;\n\n"
        "comment on view api.ping is 'x';\n\n"
        "revoke all on api.ping from public, anon, authenticated, staff, service_role;\n"
        "grant select on api.ping to anon;\n"
    )
    assert _dbtool(project, "migrate").returncode == 0
    ping = (
        "curl",
        "--silent",
        "--retry",
        "5",
        "--retry-all-errors",
        "--fail",
        f"{api['url']}/ping",
    )
    served = subprocess.run(ping, capture_output=True, text=True, check=False)
    assert json.loads(served.stdout) == [{"one": 1}]

    assert _dbtool(project, "down").returncode == 0
    gone = subprocess.run(ping[:1] + ping[-1:], capture_output=True, check=False)
    assert gone.returncode != 0


def test_without_the_program_nothing_is_started_and_the_error_says_where_to_get_it(
    project: Path,
) -> None:
    up = _dbtool(project, "up", "--api", "--json", **{postgrest.VARIABLE: "no-such-program"})
    assert up.returncode == 2
    told = json.loads(up.stdout)
    assert "PostgREST is not installed" in told["error"]
    assert "releases" in told["hint"]
    assert not (project / ".dbtool/server.json").exists()
