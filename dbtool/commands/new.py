"""``dbtool new``: a migration with its down migration, or a new table's files."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from dbtool.errors import UsageError
from dbtool.project import expectation_entries, files
from dbtool.project.settings import Settings

_WRITTEN = ("body",)
_WIDEST = 100
_LONGEST = 63


@dataclass(frozen=True)
class Options:
    """Arguments of ``new``.

    Attributes:
        schema: The schema (module) it belongs to.
        slug: A few words in snake_case.
        table: Write this table, and who may do what with it; None for an empty migration. A schema
            that is new to the project is created too.
        owned: Each user reads and writes their own rows. Otherwise only back ends reach it.
        api: Write this view of the table for clients. One named my_... shows the caller's own rows.
    """

    schema: str
    slug: str
    table: str | None = None
    owned: bool = False
    api: str | None = None


@dataclass(frozen=True)
class Created:
    """Files written, relative to the project.

    Attributes:
        files: New ones.
        changed: Files of expectations, to which an entry was added.
    """

    files: tuple[str, ...]
    changed: tuple[str, ...] = ()


def new(settings: Settings, options: Options) -> Created:
    """Write the files of a new migration; of existing ones only expectations.yml is added to.

    Args:
        settings: The project.
        options: What to write.

    Raises:
        UsageError: A name will not do, options do not fit together, or a file exists. Nothing was
            written.
    """
    _check(options)
    project = files.load(settings.root)
    texts = _rendered(settings.root, project, options)
    taken = [path for path in texts if (settings.root / path).exists()]
    if taken:
        raise UsageError(f"{taken[0]} exists already", hint="Choose another name.")
    if options.table and f"create table {options.schema}.{options.table} (" in "\n".join(
        migration.up.text for migration in project.migrations
    ):
        raise UsageError(f"table {options.schema}.{options.table} exists already")
    for path, text in texts.items():
        _check_lines(path, text)
    entries = _entries(settings.root, options) if options.table else {}
    _write(settings.root, {**texts, **entries})
    old = tuple(path for path in entries if path not in texts)
    return Created(tuple(texts), old)


def _check(options: Options) -> None:
    names = {
        "schema": options.schema,
        "slug": options.slug,
        "table": options.table,
        "view": options.api,
    }
    for what, name in names.items():
        if name is not None and not files.OBJECT_NAME.fullmatch(name):
            raise UsageError(f"not a {what} in snake_case: {name!r}")
    if not files.MIGRATION_NAME.fullmatch(f"20000101000000_{options.slug}"):
        raise UsageError(f"not a slug in snake_case: {options.slug!r}")
    if options.table is None and (options.owned or options.api):
        what = "--owned" if options.owned else "--api"
        raise UsageError(
            f"{what} needs --table", hint="Name it: dbtool new learn add_notes --table notes"
        )
    if options.api and options.api.startswith("my_") and not options.owned:
        raise UsageError(
            f"{options.api} would show the caller's own rows, and the table has none",
            hint="Give --owned, or another name.",
        )


def _rendered(root: Path, project: files.Project, options: Options) -> dict[str, str]:
    """The new files' texts by path."""
    stem = f"migrations/{options.schema}/{_next_version(project)}_{options.slug}"
    templates = {f"{stem}.sql": "migration.sql.j2", f"{stem}.down.sql": "migration.down.sql.j2"}
    if options.table:
        templates[f"policies/{options.schema}/{options.table}.sql"] = "policy.sql.j2"
        if options.api:
            templates[f"views/api/{options.api}.sql"] = "view.sql.j2"
        if (root / "tests" / "schema").is_dir():
            templates[f"tests/schema/test_{options.table}.py"] = "test.py.j2"
    environment = Environment(
        loader=PackageLoader("dbtool", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 (SQL, not HTML)
    )
    words = (options.table or "").replace("_", " ").strip()
    values = {
        "schema": options.schema,
        "slug": options.slug,
        "table": options.table,
        "owned": options.owned,
        "api": options.api,
        "is_mine": (options.api or "").startswith("my_"),
        "is_new_schema": options.schema not in project.schemas,
        "words": words,
        "title": words.capitalize(),
        "through": f"api.{options.api}" if options.api else f"{options.schema}.{options.table}",
    }
    return {path: environment.get_template(t).render(values) for path, t in templates.items()}


def _check_lines(path: str, text: str) -> None:
    """Refuse names with which lines or identifiers get too long."""
    for line in text.splitlines():
        if len(line) > _WIDEST or re.search(rf"\w{{{_LONGEST + 1},}}", line):
            raise UsageError(
                "the names are too long",
                path=path,
                snippet=line.strip(),
                hint=f"Shorten them: a line may have {_WIDEST} characters, a name {_LONGEST}.",
            )


def _entries(root: Path, options: Options) -> Mapping[str, str]:
    """The texts of expectations.yml, of the table's schema and of api, with what is new."""
    owner = ("user_id",) if options.owned else ()
    table = options.table or ""
    shared = "policies/expectations.yml"
    own_file = f"policies/{options.schema}/expectations.yml"
    texts: dict[str, str] = {}

    def read(path: str) -> str:
        if path in texts:
            return texts[path]
        return (root / path).read_text("utf-8") if (root / path).exists() else ""

    def state(path: str, section: str, name: str, lines: list[str]) -> None:
        if expectation_entries.is_stated(read(path), path, name):
            raise UsageError(f"{path} states {name} already", hint="Choose another name.")
        texts[path] = expectation_entries.added(read(path), path, section, lines)

    own = None
    if owner:
        files_ = {path: read(path) for path in (shared, own_file)}
        own, is_there = expectation_entries.own_predicate(files_)
        if not is_there:
            line = f"  {own}: user_id = me"
            predicates = expectation_entries.added(read(own_file), own_file, "predicates", [line])
            texts[own_file] = predicates
    fixed = ("id", *owner, "created_at", "updated_at")
    entry = expectation_entries.table_entry(table, fixed, _WRITTEN, own)
    state(own_file, "tables", table, entry)
    if options.api:
        of, is_mine = f"{options.schema}.{table}", options.api.startswith("my_")
        entry = expectation_entries.view_entry(options.api, of, own, is_mine)
        state("policies/api/expectations.yml", "views", options.api, entry)
    return texts


def _write(root: Path, texts: Mapping[str, str]) -> None:
    """Write all files, or leave all as they were."""
    before = {path: (root / path).read_bytes() for path in texts if (root / path).exists()}
    written = []
    try:
        for path, text in texts.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            target.write_text(text, "utf-8", newline="")
    except OSError as error:
        for path in written:
            with contextlib.suppress(OSError):
                if path in before:
                    (root / path).write_bytes(before[path])
                else:
                    (root / path).unlink(missing_ok=True)
        raise UsageError(
            f"cannot write {written[-1] if written else 'the files'}: {error.strerror}",
            hint="Nothing was kept.",
        ) from None


def _next_version(project: files.Project) -> str:
    """Now, or a second after the newest file, so that the order of writing is the order."""
    now = datetime.now(UTC)
    if project.migrations:
        newest = datetime.strptime(project.migrations[-1].version, "%Y%m%d%H%M%S")
        now = max(now, newest.replace(tzinfo=UTC) + timedelta(seconds=1))
    return now.strftime("%Y%m%d%H%M%S")
