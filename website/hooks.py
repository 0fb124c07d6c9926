"""What mkdocs needs besides mkdocs.yml: the navigation, and what pages run in the browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

# In this order; a folder that is not there is left out.
SECTIONS = {
    "Tutorials": "tutorials",
    "How-to": "how-to",
    "Reference": "reference",
    "Explanation": "explanation",
}
GLOSSARY = "glossary.md"
ALONE = ("index.md", GLOSSARY)
INDEXES = ("index.md", "README.md")
WEB = Path("build/web")
PROGRAMS = ("mermaid.min.js", "iframe-worker.js")
_LINK = re.compile(r"\]\(([^)#\s]+)")
_TITLE = re.compile(r"^# (.+)$", re.M)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make the navigation, so that a page that is added is in it."""
    docs = Path(config.docs_dir)
    nav: list[Any] = [{"Home": "index.md"}]
    for title, folder in SECTIONS.items():
        entries = _entries(docs, docs / folder, []) if (docs / folder).is_dir() else []
        if folder == "how-to":  # pages outside of folders tell how to do something
            entries += [p.name for p in sorted(docs.glob("*.md")) if p.name not in ALONE]
        if entries:
            nav.append({title: entries})
    if (docs / GLOSSARY).exists():
        nav.append({"Glossary": GLOSSARY})
    config.nav = nav
    return config


def _entries(docs: Path, folder: Path, named: list[str]) -> list[Any]:
    """A folder's index, then its pages and folders in the order in which the index names them.

    Args:
        docs: The folder of all pages.
        folder: The folder.
        named: Links of the index above it, for a folder that has none.
    """
    index = next((folder / name for name in INDEXES if (folder / name).exists()), None)
    if index:
        named = _LINK.findall(index.read_text("utf-8"))

    def order(path: Path) -> tuple[int, str]:
        places = [i for i, link in enumerate(named) if link.partition("/")[0] == path.name]
        return (min(places, default=len(named)), path.name)

    entries: list[Any] = [index.relative_to(docs).as_posix()] if index else []
    for path in sorted((p for p in folder.iterdir() if p != index), key=order):
        name = path.relative_to(docs).as_posix()
        if path.is_dir():
            below = [link.removeprefix(f"{path.name}/") for link in named]
            if inside := _entries(docs, path, below):
                entries.append({_title(path): inside})
        elif path.suffix in (".md", ".html"):
            entries.append(name if path.suffix == ".md" else {_html_title(path): name})
    return entries


def _html_title(page: Path) -> str:
    match = re.search(r"<title>(.+?)</title>", page.read_text("utf-8"))
    return match[1] if match else page.stem


def _title(folder: Path) -> str:
    for name in INDEXES:
        if (folder / name).exists() and (
            match := _TITLE.search((folder / name).read_text("utf-8"))
        ):
            return match[1]
    return folder.name.replace("-", " ").capitalize()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what pages run: diagrams and search work without asking another host."""
    for name in PROGRAMS:
        program = Path(config.config_file_path).parent / WEB / name
        if not program.exists():
            raise PluginError(f"{WEB / name} is not there; `make site` fetches it")
        files.append(File.generated(config, f"assets/{name}", abs_src_path=str(program)))
    return files
