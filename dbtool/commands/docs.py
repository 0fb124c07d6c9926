"""``dbtool docs``: pages that are generated, so that they stay true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from dbtool.access import access_files, summary
from dbtool.access.expectations import ALL, NONE, Expectations
from dbtool.project import files
from dbtool.project.files import Project
from dbtool.project.settings import Settings
from dbtool.sql import errors_raised


@dataclass(frozen=True)
class Written:
    """Pages written, or with ``--check`` those that are out of date."""

    written: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


def docs(settings: Settings, pages: Mapping[str, str], check: bool) -> Written:
    """Write the generated pages below docs/.

    Args:
        settings: The project.
        pages: Pages that the caller made: path to text.
        check: Only compare.
    """
    project = files.load(settings.root)
    wanted = {**pages, "docs/errors.md": errors_page(project)}
    if any(settings.root.glob("policies/*/access.yml")):
        wanted["docs/access.html"] = access_page(access_files.load(settings.root))
    changed = []
    for path, text in sorted(wanted.items()):
        target = settings.root / path
        if not target.exists() or target.read_text("utf-8") != text:
            changed.append(path)
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")
    return Written(differing=tuple(changed)) if check else Written(written=tuple(changed))


def errors_page(project: Project) -> str:
    """The reference of stable errors."""
    # Those behind constraints are made with their tables; a declared file says what holds now.
    texts = [m.up.text for m in project.migrations]
    texts += [d.source.text for d in project.declared if d.kind == "function"]
    lines = [
        "# Errors",
        "",
        "Functions refuse with a stable name. Through PostgREST and supabase-js it arrives as",
        "`error.details`, with the HTTP status below; match on the name, never on the message.",
        "A name that has several messages has a row for each; `{...}` stands for a value.",
        "What to do arrives as `error.hint`.",
        "",
        "| name | status | message | what to do | raised by |",
        "|---|---|---|---|---|",
    ]
    for raised, functions in errors_raised.reference(texts):
        cells = (f"`{raised.name}`", raised.status, raised.message, raised.hint)
        by = ", ".join(f"`{function}`" for function in functions)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} | {by} |")
    return "\n".join(lines) + "\n"


def access_page(expected: Expectations) -> str:
    """The access matrix, for people who do not run it."""
    environment = Environment(
        loader=PackageLoader("dbtool", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=True,
    )
    lines = summary.lines(expected)
    schemas = [
        (schema, list(group))
        for schema, group in groupby(lines, lambda line: line.name.partition(".")[0])
    ]
    page = environment.get_template("access.html.j2")
    return page.render(schemas=schemas, callers=summary.CALLERS, breadth=_breadth)


def _breadth(said: str) -> str:
    """Whether a cell opens all rows, some or none."""
    words = {part.partition(": ")[2] or part for part in said.split("; ")}
    rows = {word.partition(" (")[0] for word in words}
    if rows <= {NONE}:
        return NONE
    return ALL if rows & {ALL, "yes"} else "some"
