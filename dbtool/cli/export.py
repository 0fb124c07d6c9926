"""``dbtool export``: the project for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dbtool.cli.app import app, finish, progress, settings

export = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Write the project for another tool.",
    epilog="Example: dbtool export supabase ../app",
)
app.add_typer(export, name="export")


@export.callback()
def _group() -> None:
    """Keep the name of the one command."""


@export.command(epilog="Example: dbtool export supabase ../app && cd ../app && supabase db push")
def supabase(
    folder: Annotated[
        Path, typer.Argument(help="The folder that holds supabase/, or will.", metavar="DIR")
    ],
) -> None:
    """Write migrations for `supabase db push`.

    It writes what was not exported yet into supabase/migrations.
    """
    from dbtool.commands import export as command
    from dbtool.render import results

    with progress() as shown:
        result = command.supabase(settings(), folder, shown)
    finish(result, results.exported)
