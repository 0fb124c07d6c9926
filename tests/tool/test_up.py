"""The embedded server, as someone at a laptop uses it: real processes, real kills."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dbtool.commands.up import down
from dbtool.project.settings import Settings
from dbtool.server import binaries, home, postgrest
from tests.support import servers
from tests.support.project_folder import Folder
from tests.support.soak import Soak

DBTOOL = [sys.executable, "-m", "dbtool"]


def _dbtool(folder: Folder, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    result = subprocess.run(
        [*DBTOOL, "--project", str(folder.root), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert result.returncode == code, (result.stdout, result.stderr)
    return result


def _up(folder: Folder, *arguments: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(_dbtool(folder, "up", "--json", *arguments).stdout)
    return result


@pytest.fixture
def laptop(folder: Folder) -> Iterator[Folder]:
    """A project whose embedded server is taken down afterwards."""
    folder.with_declared()
    yield folder
    _dbtool(folder, "down", "--destroy")


@dataclass(frozen=True)
class Standing:
    """A project whose embedded server is up, and what `up` told of it."""

    folder: Folder
    told: dict[str, Any]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """One for the tests that leave it as it is."""
    folder = Folder.create(tmp_path_factory.mktemp("standing") / "project").with_declared()
    yield Standing(folder, _up(folder))
    _dbtool(folder, "down", "--destroy")


def _kill_everything(folder: Folder) -> None:
    data = Path(json.loads(home.description(folder.root).read_text())["data"])
    servers.kill(data)


@pytest.mark.parametrize("major", binaries.EMBEDDED_MAJORS)
def test_up_makes_a_server_with_the_package_in_it(laptop: Folder, major: int) -> None:
    told = _up(laptop, "--pg", str(major))
    assert told["major"] == major
    with psycopg.connect(told["owner_url"]) as connection:
        assert connection.info.server_version // 10000 == major
        assert connection.execute("select count(*) from app.things").fetchone() == (0,)
        row = connection.execute("show listen_addresses").fetchone()
        assert row == ("127.0.0.1",)
    with psycopg.connect(told["authenticator_url"]) as connection:
        connection.execute("set role authenticated")


def test_up_again_changes_nothing(standing: Standing) -> None:
    second = _up(standing.folder)
    assert second["owner_url"] == standing.told["owner_url"]
    assert second["migrated"]["migrations"] == second["migrated"]["declared"] == []


def test_up_survives_kill_9_of_everything(laptop: Folder) -> None:
    first = _up(laptop)
    with psycopg.connect(first["owner_url"], autocommit=True) as connection:
        connection.execute("insert into app.things values (1, 'kept')")
    _kill_everything(laptop)
    second = _up(laptop)
    with psycopg.connect(second["owner_url"]) as connection:
        assert connection.execute("select title from app.things").fetchone() == ("kept",)


@pytest.mark.soak("kills")
def test_up_survives_being_killed_itself(laptop: Folder, soak: Soak) -> None:
    for milliseconds in soak.of(range(100, 2500, 100), 1):
        process = subprocess.Popen(
            [*DBTOOL, "--project", str(laptop.root), "up"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        threading.Timer(milliseconds / 1000, process.kill).start()
        process.wait()
        told = _up(laptop)
        with psycopg.connect(told["owner_url"]) as connection:
            assert connection.execute("select count(*) from app.things").fetchone() == (0,)
        down(Settings(laptop.root), destroy=True)


def test_two_at_once_share_one_server(laptop: Folder) -> None:
    told: list[dict[str, Any]] = []
    runs = [threading.Thread(target=lambda: told.append(_up(laptop))) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(told) == 2
    assert told[0]["owner_url"] == told[1]["owner_url"]


def test_a_port_that_was_taken_meanwhile_is_changed(laptop: Folder) -> None:
    import socket

    first = _up(laptop)
    _dbtool(laptop, "down")
    port = int(first["owner_url"].rpartition(":")[2].partition("/")[0])
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        second = _up(laptop)
    assert f":{port}/" not in second["owner_url"]
    with psycopg.connect(second["owner_url"]) as connection:
        connection.execute("select 1")


def test_secrets_are_for_their_owner_alone_and_passwords_are_asked(standing: Standing) -> None:
    told = standing.told
    path = home.description(standing.folder.root)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    wrong = told["owner_url"].replace(":" + told["owner_url"].split(":")[2].split("@")[0], ":no")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with psycopg.connect(told["admin_url"]) as connection:
        rows = connection.execute(
            "select distinct left(rolpassword, 13) from pg_authid where rolpassword is not null"
        ).fetchall()
    assert rows == [("SCRAM-SHA-256",)]


def test_psql_opens_a_shell_in_it(standing: Standing) -> None:
    folder = standing.folder
    assert _dbtool(folder, "psql", "-Atc", "select current_user").stdout == f"{home.OWNER}\n"
    shown = _dbtool(folder, "psql", "--as", "authenticator", "-Atc", "select session_user").stdout
    assert shown == "authenticator\n"


def test_down_stops_it_and_up_brings_it_back(laptop: Folder) -> None:
    told = _up(laptop)
    assert json.loads(_dbtool(laptop, "down", "--json").stdout)["was_running"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(told["owner_url"])
    assert not json.loads(_dbtool(laptop, "down", "--json").stdout)["was_running"]
    assert "Run `dbtool up`" in _dbtool(laptop, "psql", code=2).stderr
    assert _up(laptop)["migrated"]["migrations"] == []


def test_another_version_is_refused_until_the_first_is_deleted(laptop: Folder) -> None:
    _up(laptop, "--pg", "16")
    assert "down --destroy" in _dbtool(laptop, "up", "--pg", "18", code=2).stderr
    assert _up(laptop)["major"] == 16


def test_a_version_that_is_not_embedded_is_an_error(laptop: Folder) -> None:
    assert "There are 16 and 18" in _dbtool(laptop, "up", "--pg", "12", code=2).stderr


def test_a_lost_description_leaves_no_server_behind(laptop: Folder) -> None:
    first = _up(laptop)
    home.description(laptop.root).unlink()
    second = _up(laptop)
    assert first["owner_url"] != second["owner_url"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first["owner_url"])


def test_commands_find_the_embedded_server_by_themselves(standing: Standing) -> None:
    assert "nothing to do" in _dbtool(standing.folder, "migrate").stdout
    _dbtool(standing.folder, "verify")


def test_an_ended_postgrest_that_nobody_has_buried_does_not_run(tmp_path: Path) -> None:
    """In a container, process 1 may leave the zombies of others as they are."""
    with subprocess.Popen(["sleep", "60"]) as process:
        state = tmp_path / "api.json"
        known = postgrest.PostgrestProcess(process.pid, postgrest.started(process.pid), 1, 2, "")
        state.write_text(json.dumps(asdict(known)))
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not postgrest.stop(state)
