"""An app's program: types made from the schema, compiled strictly, run against the real door."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import jwt

from tests import door as doors
from tests.database import ADMINISTRATOR, LEARNER, Database

_PROGRAM = Path(__file__).parent / "npm/program.ts"


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


def test_a_typed_program_compiles_and_runs(
    db: Database, node_modules: Path, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(node_modules)
    shutil.copy(_PROGRAM, tmp_path)
    programs = node_modules / ".bin"
    target = f"--remote={db.url}?sslmode=disable"
    generate = ("gen", "types", "--lang=typescript", "--schema=api", target)
    types = _run(tmp_path, str(programs / "supabase"), *generate)
    (tmp_path / "database.types.ts").write_text(types)
    strictly = ("--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs")
    _run(tmp_path, str(programs / "tsc"), *strictly, "--types", "node", "program.ts")
    with doors.opened(db, tmp_path) as door:
        tokens = [
            jwt.encode(
                {"sub": str(user), "role": "authenticated"}, door.jwt_secret, algorithm="HS256"
            )
            for user in (LEARNER, ADMINISTRATOR)
        ]
        said = _run(
            tmp_path,
            "node",
            "--experimental-websocket",  # supabase-js looks for it although nothing here uses it
            "program.js",
            DOOR_URL=door.url,
            DOOR_USER=str(LEARNER),
            DOOR_TOKEN=tokens[0],
            DOOR_STAFF_TOKEN=tokens[1],
        )
    assert said.strip() == "done"
