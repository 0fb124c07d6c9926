"""The documentation as a site: whole, and without a request to another host."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.servers import REPOSITORY

_WEB = Path("build/web")
# What a browser fetches by itself; a link that is followed is the reader's own request.
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc=[\"']?([^\"' >]+)"
    r"|<link\b[^>]*?\bhref=[\"']?([^\"' >]+)"
    r"|@import\s+[\"']?([^\"';]+)|url\([\"']?([^\"')]+)"
)
_ELSEWHERE = re.compile(r"(?:https?:)?//")


@dataclass(frozen=True)
class Site:
    """A copy of the documentation."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Write a page."""
        page = self.root / "docs" / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)

    def build(self) -> subprocess.CompletedProcess[str]:
        """Build it as `make site` does."""
        return subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"],
            cwd=self.root,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def built(self) -> Path:
        """Where its pages are."""
        return self.root / "build/site"


@pytest.fixture(scope="session")
def web() -> Path:
    """What the pages run, fetched once."""
    programs = [f"{_WEB}/{name}" for name in ("mermaid.min.js", "iframe-worker.js")]
    subprocess.run(["make", "--silent", *programs], cwd=REPOSITORY, check=True)
    return REPOSITORY / _WEB


@pytest.fixture
def site(tmp_path: Path, web: Path) -> Site:
    """A copy to write to."""
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    for folder in ("docs", "website"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    shutil.copytree(web, tmp_path / _WEB)
    return Site(tmp_path)


def test_no_page_fetches_anything_from_another_host(site: Site) -> None:
    result = site.build()
    assert result.returncode == 0, result.stderr
    pages = [p for kind in ("html", "css") for p in site.built.rglob(f"*.{kind}")]
    fetched = {
        (page.name, address)
        for page in pages
        for match in _FETCHED.findall(page.read_text("utf-8"))
        for address in match
        if address and not address.startswith("data:")
    }
    assert any(name == "index.html" for name, _ in fetched)
    assert [f for f in sorted(fetched) if _ELSEWHERE.match(f[1])] == []


def test_what_the_theme_would_fetch_is_there_before_it_looks(site: Site) -> None:
    assert site.build().returncode == 0
    page = (site.built / "reference/schemas/access.html").read_text()
    theme = page.index("assets/javascripts/bundle")
    for name in ("mermaid.min.js", "iframe-worker.js"):
        assert page.index(f'src="../../assets/{name}"') < theme
        assert (site.built / "assets" / name).stat().st_size > 0
    assert "mermaid.min.js" not in (site.built / "reference/errors.html").read_text()


def test_the_navigation_takes_up_pages_that_are_added(site: Site) -> None:
    for path in ("tutorials/first.md", "how-to/again.md", "explanation/why.md", "glossary.md"):
        site.write(path, f"# Page {path}\n\nText.\n")
    result = site.build()
    assert result.returncode == 0, result.stderr
    page = (site.built / "index.html").read_text()
    tabs = page.partition('class="md-tabs__list"')[2].partition("</ul>")[0]
    said = re.sub(r"<[^>]+>", " ", tabs).partition(">")[2].split()
    assert said == ["Home", "Tutorials", "How-to", "Reference", "Explanation", "Glossary"]
    for path in ("tutorials/first.html", "reference/schemas/api.html", "reference/access.html"):
        assert f'href="{path}"' in page, path


@pytest.mark.parametrize(
    "link", ["../gone.md", "../reference/errors.md#gone", "/reference/errors.md"]
)
def test_a_link_that_leads_nowhere_fails_the_build(site: Site, link: str) -> None:
    site.write("how-to/again.md", f"# Again\n\n[There]({link})\n")
    assert site.build().returncode == 1
