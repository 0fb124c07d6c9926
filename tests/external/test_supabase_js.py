"""Apps' programs: types made from the schema, compiled strictly, run against a real PostgREST."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import jwt
import pytest

from tests.support import door as doors
from tests.support.database import ADMINISTRATOR, INSTRUCTOR, LEARNER, Database

_PROGRAMS = Path(__file__).parent / "npm"
_PEOPLE = {"ADMINISTRATOR": ADMINISTRATOR, "INSTRUCTOR": INSTRUCTOR, "LEARNER": LEARNER}


def _run(folder: Path, *command: str, **environment: str) -> str:
    result = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert result.returncode == 0, (command, result.stdout, result.stderr)
    return result.stdout


@pytest.mark.parametrize("program", ["people", "learning"])
def test_a_typed_program_compiles_and_runs(
    db: Database, node_modules: Path, tmp_path: Path, program: str
) -> None:
    (tmp_path / "node_modules").symlink_to(node_modules)
    for name in ("door", program):
        shutil.copy(_PROGRAMS / f"{name}.ts", tmp_path)
    programs = node_modules / ".bin"
    target = f"--remote={db.url}?sslmode=disable"
    generate = ("gen", "types", "--lang=typescript", "--schema=api", target)
    types = _run(tmp_path, str(programs / "supabase"), *generate)
    (tmp_path / "database.types.ts").write_text(types)
    strictly = ("--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs")
    _run(tmp_path, str(programs / "tsc"), *strictly, "--types", "node", f"{program}.ts")
    with doors.opened(db, tmp_path) as door:
        tokens = {
            f"DOOR_TOKEN_{name}": jwt.encode(
                {"sub": str(user), "role": "authenticated"}, door.jwt_secret, algorithm="HS256"
            )
            for name, user in _PEOPLE.items()
        }
        said = _run(
            tmp_path,
            "node",
            "--experimental-websocket",  # supabase-js looks for it although nothing here uses it
            f"{program}.js",
            DOOR_URL=door.url,
            DOOR_USER=str(LEARNER),
            **tokens,
        )
    assert said.strip() == "done"
