"""Pages show the answers that PostgREST really gives."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import rich.console

from dbtool.commands.up import down
from dbtool.project.settings import Settings
from tests.support import doc_pages
from tests.support import door as doors
from tests.support.database import ADMINISTRATOR, INSTRUCTOR, LEARNER, Database
from tests.support.doc_pages import Command, Page, Step
from tests.support.servers import REPOSITORY

_UP = "dbtool up --api"
_DONE = "all questions are answered"
# The variables that pages ask their readers to set.
_PEOPLE = {"TEACHER": INSTRUCTOR, "LEARNER": LEARNER, "ADMIN": ADMINISTRATOR}
_PAGES = [page for page in doc_pages.pages() if "curl" in page.commands()]


@contextmanager
def _shell(environment: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """One shell that keeps its variables from command to command, as its user's does."""
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        text=True,
    ) as shell:
        assert shell.stdin and shell.stdout

        def run(command: str) -> str:
            assert shell.stdin and shell.stdout
            shell.stdin.write(f"{command}\necho; echo {_DONE}\n")
            shell.stdin.flush()
            answer = []
            while (line := shell.stdout.readline()) != f"{_DONE}\n":
                assert line, f"the shell ended at {command}"
                answer.append(line)
            return "".join(answer)

        yield run
        shell.stdin.close()


@pytest.mark.parametrize("page", _PAGES, ids=[page.name for page in _PAGES])
def test_a_page_shows_what_is_answered(db: Database, tmp_path: Path, page: Page) -> None:
    with doors.opened(db, tmp_path) as door:
        environment = {"API": door.url}
        for name, user in _PEOPLE.items():
            environment[name] = f"Authorization: Bearer {doors.person(door, user).token}"
        with _shell(environment) as ask:

            def run(step: Step) -> str | None:
                assert isinstance(step, Command), "such pages hold commands alone"
                mine = step.text.startswith(("dbtool up", "dbtool down", "make "))
                return None if mine else ask(step.text)

            doc_pages.check(page, run)


def test_the_tutorial_shows_what_up_answers(
    tmp_path: Path, cli: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rich.console, "Console", doc_pages.narrow_console)
    page = Page(REPOSITORY / "docs/tutorials/first-course.md")
    assert _UP in [step.text for step in page.steps() if isinstance(step, Command)]
    checkout = doc_pages.checkout(tmp_path)

    def run(step: Step) -> str | None:
        if not (isinstance(step, Command) and step.text == _UP):
            return None
        cli("--project", str(checkout), "up")  # which the reader did before
        _, out, error = cli("--project", str(checkout), "up", "--api")
        return error + out

    try:
        doc_pages.check(page, run)
    finally:
        down(Settings(checkout), destroy=True)
