"""Commands for those who change the package: what they write, check and show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dbtool.cli.app import app, finish, progress, settings


@app.command(
    epilog="Example: dbtool new learn add_notes --table notes --owned --api my_notes",
)
def new(
    schema: Annotated[str, typer.Argument(help="The schema it belongs to.")],
    slug: Annotated[str, typer.Argument(help="A few words in snake_case.")],
    table: Annotated[
        str | None,
        typer.Option(help="Write this table, its policies, expectations and test.", metavar="NAME"),
    ] = None,
    owned: Annotated[
        bool,
        typer.Option(
            "--owned", help="Users read and write their own rows; default: only back ends."
        ),
    ] = False,
    api: Annotated[
        str | None,
        typer.Option(
            help="Write this view for clients; my_...: the caller's own rows.", metavar="NAME"
        ),
    ] = None,
) -> None:
    """Write a migration, or a new table's files.

    Without --table the migration is empty: dbtool new learn note_colours

    Only back ends (service_role) reach the table: dbtool new util add_imports --table imports

    With --owned each row belongs to a user, who reads and writes it. If staff may see more, state
    that yourself: in a policy that asks for a permission, and in expectations.yml.
    """
    from dbtool.commands import new as command
    from dbtool.render import results

    chosen = command.Options(schema, slug, table, owned, api)
    finish(command.new(settings(), chosen), results.created)


@app.command(epilog="Example: dbtool redo")
def redo() -> None:
    """Undo the newest migration, apply it again.

    For a migration that is still being written, on the embedded server only. It runs the down
    migration without asking, whatever data that destroys; then it applies all pending migrations.
    Only the declared objects that are in the way are made again. If the edited migration fails, the
    database stays as it was.
    """
    from dbtool.commands import redo as command
    from dbtool.render import results

    with progress() as shown:
        result = command.redo(settings(), shown)
    finish(result, results.redone)


@app.command(epilog="Example: dbtool snapshot --sql > foundations.sql")
def snapshot(
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the whole package as one script instead.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a page differs.")
    ] = False,
) -> None:
    """Write schemas/, one page a table.

    The pages are rendered from the target's catalog.
    """
    from dbtool.commands import snapshot as command
    from dbtool.render import results

    if sql:
        sys.stdout.write(command.script(settings()))
        return
    result = command.snapshot(settings(), check)
    finish(result, results.snapshot, findings=bool(result.differing))


@app.command(epilog="Example: dbtool lint migrations/learn views/api/my_notes.sql")
def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders; default: all.", metavar="[PATH]..."),
    ] = None,
    style: Annotated[bool, typer.Option(help="Also run sqlfluff.")] = True,
    cache: Annotated[
        bool, typer.Option(help="Remember what squawk and sqlfluff say about a text.")
    ] = True,
) -> None:
    """Check SQL files: safety, access, style.

    It looks for unsafe migrations and at access, names, comments and style.
    """
    from dbtool.commands import lint as command
    from dbtool.render import results

    with progress() as shown:
        chosen = command.Options(tuple(paths or ()), style, cache)
        result = command.lint(settings(), chosen, shown)
    finish(result, results.linted, findings=bool(result.findings))


@app.command(epilog="Example: dbtool docs --check")
def docs(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a page differs.")
    ] = False,
) -> None:
    """Write the generated pages of docs/reference.

    Commands come from dbtool itself, errors and the access matrix from the files, schemas from the
    target's catalog, which must be what the files say.
    """
    from dbtool.cli import reference
    from dbtool.commands import docs as command
    from dbtool.render import results

    result = command.docs(settings(), {"docs/reference/commands.md": reference.page()}, check)
    finish(result, results.documented, findings=bool(result.differing))
