"""Links in README.md, CONTRIBUTING.md and docs/ lead somewhere, and every page can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.servers import REPOSITORY

_PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(REPOSITORY.glob("docs/**/*.md")),
]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _text(page: Path) -> str:
    """A page without its blocks of code."""
    return _FENCED.sub("", page.read_text("utf-8"))


def _links(page: Path) -> list[str]:
    return [link for link in _LINK.findall(_text(page)) if "://" not in link]


def _headings(page: Path) -> set[str]:
    """The names by which headings and marked places are linked to, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)
    marked = set(re.findall(r'<\w+ id="([^"]+)">', _text(page)))
    return marked | {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def _leads_nowhere(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or bool(heading and heading not in _headings(target))


@pytest.mark.parametrize("page", _PAGES, ids=[str(p.relative_to(REPOSITORY)) for p in _PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in _links(page) if _leads_nowhere(page, link)] == []


def test_the_index_names_every_page_that_people_write() -> None:
    index = REPOSITORY / "docs/index.md"
    named = {(index.parent / link.partition("#")[0]).resolve() for link in _links(index)}
    written = {
        page
        for folder in ("tutorials", "how-to", "explanation")
        for page in REPOSITORY.glob(f"docs/{folder}/*.md")
    }
    assert written and written - named == set()
