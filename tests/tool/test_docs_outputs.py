"""Outputs in README.md and docs/ are what dbtool really answers."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import rich.console

from dbtool.commands.up import down
from dbtool.project.settings import Settings
from dbtool.server.cluster import Cluster
from tests.support import doc_pages
from tests.support.database import Database
from tests.support.doc_pages import Command, Page, ProjectFile, Statements, Step
from tests.support.servers import REPOSITORY

Cli = Callable[..., tuple[int, str, str]]
_UP = "make up"
# Pages that ask PostgREST are tried in tests/external.
_PAGES = [p for p in doc_pages.pages() if "dbtool" in p.commands() and "curl" not in p.commands()]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project, to write to."""
    return doc_pages.checkout(tmp_path)


@pytest.fixture(autouse=True)
def _as_wide_as_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are folded at a width that a page can show."""
    monkeypatch.setattr(rich.console, "Console", doc_pages.narrow_console)


@pytest.mark.parametrize("page", _PAGES, ids=[page.name for page in _PAGES])
def test_a_page_shows_what_dbtool_answers(
    db: Database,
    scratch_server: Cluster,
    checkout: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    page: Page,
) -> None:
    # Linters of others that this machine may have are not what the pages show.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    monkeypatch.setenv("DBTOOL_PROJECT", str(checkout))
    monkeypatch.setenv("DATABASE_URL", db.url)
    monkeypatch.setenv("DBTOOL_AUTHENTICATOR_URL", db.server.url("authenticator", db.name))
    monkeypatch.setenv("DBTOOL_SCRATCH_URL", scratch_server.url())

    def run(step: Step) -> str | None:
        match step:
            case Statements(text):
                with psycopg.connect(db.url, autocommit=True) as connection:
                    connection.execute(text.encode())
            case ProjectFile(path, text):
                # A star stands for a migration's version, which dbtool chose.
                target = next(checkout.glob(path)) if "*" in path else checkout / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")
            case Command(text) if text.startswith("dbtool "):
                _, out, error = cli(*shlex.split(text)[1:])
                return error + out
        return None

    doc_pages.check(page, run)


def test_the_readme_shows_what_make_up_answers(checkout: Path, cli: Cli) -> None:
    page = Page(REPOSITORY / "README.md")
    assert _UP in [step.text for step in page.steps() if isinstance(step, Command)]

    def run(step: Step) -> str | None:
        if not (isinstance(step, Command) and step.text == _UP):
            return None
        _, out, error = cli("--project", str(checkout), "up")
        return (error + out).replace("  dbtool ", "  .venv/bin/dbtool ")

    try:
        doc_pages.check(page, run)
    finally:
        down(Settings(checkout), destroy=True)


def test_masks_hide_what_varies_and_nothing_else() -> None:
    shown = ("at 2026-11-28 12:53:45 UTC   took 7.4 ms", "...", "2 findings")
    assert doc_pages.matches(shown, ["at 2027-01-01 00:00:00 UTC took 11 ms", "x", "2 findings"])
    assert not doc_pages.matches(shown, ["at 2027-01-01 00:00:00 UTC took 11 ms", "3 findings"])
    assert not doc_pages.matches(shown, ["took 11 ms", "2 findings"])
