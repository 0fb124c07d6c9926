"""``dbtool docs``: pages that are generated, so that they stay true."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from dbtool.access import expectation_files, summary
from dbtool.access.expectations import ALL, NONE, Expectations
from dbtool.commands import schema_pages, status
from dbtool.db import connect, modules, reference
from dbtool.db.reference import Schema
from dbtool.errors import HistoryError
from dbtool.project import files
from dbtool.project.files import Project
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.sql import errors_raised

_ANCHOR = re.compile(r'<a id="([^"]+)">')


@dataclass(frozen=True)
class Written:
    """Pages written and removed, or with ``--check`` those that are out of date."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


def docs(settings: Settings, pages: Mapping[str, str], check: bool) -> Written:
    """Write the generated pages of docs/reference/.

    Args:
        settings: Project and target; the target must be what the files say.
        pages: Pages that the caller made: path to text.
        check: Only compare.

    Raises:
        HistoryError: The target is not what the files say.
    """
    project = files.load(settings.root)
    errors = errors_page(project)
    wanted = {**pages, "docs/reference/errors.md": errors}
    if any(settings.root.glob("policies/*/expectations.yml")):
        wanted["docs/reference/access.html"] = access_page(expectation_files.load(settings.root))
    schemas, left_out = _schemas(settings, project)
    wanted |= schema_pages.pages(schemas, _ANCHOR.findall(errors))
    wanted["docs/reference/README.md"] = index_page(schemas, wanted, settings)
    stale = [
        path.relative_to(settings.root).as_posix()
        for path in sorted((settings.root / schema_pages.FOLDER).glob("*.md"))
        if path.relative_to(settings.root).as_posix() not in wanted and path.stem not in left_out
    ]
    changed = []
    for path, text in sorted(wanted.items()):
        page = settings.root / path
        if not page.exists() or page.read_text("utf-8") != text:
            changed.append(path)
            if not check:
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text(text, "utf-8")
    if check:
        return Written(differing=tuple(sorted([*changed, *stale])))
    for path in stale:
        (settings.root / path).unlink()
    return Written(tuple(changed), tuple(stale))


def _schemas(settings: Settings, project: Project) -> tuple[list[Schema], tuple[str, ...]]:
    """What the target's catalog says of the project's schemas, and those that it cannot have."""
    if not status.status(settings).is_current:
        raise HistoryError(
            "the database is not what the files say",
            hint="Run `dbtool migrate` first: the pages show what the files make.",
        )
    with connect.connect(session.url(settings)) as connection:
        project = modules.fit(connection, project)
        return reference.read(connection, project.schemas), project.left_out


def index_page(schemas: Sequence[Schema], wanted: Collection[str], settings: Settings) -> str:
    """The reference's first page: what can be looked up, and where."""
    folder = settings.root / "docs/reference"
    entries = [
        ("commands.md", "Commands", "every command of dbtool, its options and an example"),
        ("errors.md", "Errors", "every stable name by which a function refuses"),
        ("access.html", "Access matrix", "what everybody may do with each table, view, function"),
        ("lint/README.md", "Lint rules", "what `dbtool lint` finds in SQL files, and why"),
        ("doctor/README.md", "Checks", "what `dbtool doctor` finds in a database, and the remedy"),
    ]
    lines = ["# Reference", "", "Everything by name. Written by `dbtool docs`.", ""]
    lines += [
        f"- [{title}]({path}): {text}"
        for path, title, text in entries
        if f"docs/reference/{path}" in wanted or (folder / path).exists()
    ]
    lines += ["", "## Schemas", ""]
    first = sorted(schemas, key=lambda schema: (schema.name != schema_pages.DOOR, schema.name))
    lines += [
        f"- [{schema.name}](schemas/{schema.name}.md): {schema_pages.comment_of(schema)}"
        for schema in first
    ]
    return "\n".join(lines) + "\n"


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
        "The remedy arrives as `error.hint`.",
        "",
        "| name | status | message | what to do | raised by |",
        "|---|---|---|---|---|",
    ]
    told: set[str] = set()
    for raised, functions in errors_raised.reference(texts):
        # Links to a name lead to its first row.
        anchor = "" if raised.name in told else f'<a id="{raised.name}"></a>'
        told.add(raised.name)
        cells = (f"{anchor}`{raised.name}`", raised.status, raised.message, raised.hint)
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
