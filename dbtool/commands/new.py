"""``dbtool new``: a migration and its way back, from a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined

from dbtool.errors import UsageError
from dbtool.project import files
from dbtool.project.settings import Settings


@dataclass(frozen=True)
class Created:
    """Files written, relative to the project."""

    files: tuple[str, ...]


def new(settings: Settings, schema: str, slug: str, table: str | None) -> Created:
    """Write the files of a new migration; existing ones are never touched.

    Args:
        settings: The project.
        schema: The schema (module) it belongs to.
        slug: A few words in snake_case.
        table: Scaffold this table, with its policy file; None for an empty migration. A schema
            that is new to the project is created too.

    Raises:
        UsageError: A name is not snake_case, or a file exists.
    """
    for what, name in (("schema", schema), ("slug", slug), ("table", table or "x")):
        if not files.OBJECT_NAME.fullmatch(name):
            raise UsageError(f"not a {what} in snake_case: {name!r}")
    project = files.load(settings.root)
    version = _next_version(project)
    stem = f"migrations/{schema}/{version}_{slug}"
    templates = {f"{stem}.sql": "migration.sql.j2", f"{stem}.down.sql": "migration.down.sql.j2"}
    if table:
        templates[f"policies/{schema}/{table}.sql"] = "policy.sql.j2"
    environment = Environment(
        loader=PackageLoader("dbtool", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 (SQL, not HTML)
    )
    taken = [path for path in templates if (settings.root / path).exists()]
    if taken:
        raise UsageError(f"{taken[0]} exists already", hint="Choose another name.")
    for path, template in templates.items():
        target = settings.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        text = environment.get_template(template).render(
            schema=schema, slug=slug, table=table, is_new_schema=schema not in project.schemas
        )
        target.write_text(text, "utf-8")
    return Created(tuple(templates))


def _next_version(project: files.Project) -> str:
    """Now, or a second after the newest file, so that the order of writing is the order."""
    now = datetime.now(UTC)
    if project.migrations:
        newest = datetime.strptime(project.migrations[-1].version, "%Y%m%d%H%M%S")
        now = max(now, newest.replace(tzinfo=UTC) + timedelta(seconds=1))
    return now.strftime("%Y%m%d%H%M%S")
