"""``dbtool partitions``: the months of the journals."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dbtool.cli.app import app, finish, progress, settings, shared
from dbtool.errors import UsageError

partitions = typer.Typer(
    rich_markup_mode=None,
    help="The journals' monthly partitions.\n\nList them, make missing ones, retire old ones.",
    epilog="Example: dbtool partitions",
)
app.add_typer(partitions, name="partitions")


@partitions.callback(invoke_without_command=True)
def _group(context: typer.Context) -> None:
    """The journals' monthly partitions.

    List them, make missing ones, retire old ones.
    """
    if context.invoked_subcommand is None:
        list_()


@partitions.command(name="list", epilog="Example: dbtool partitions list --json")
def list_() -> None:
    """List the journals and their months.

    Exit 1 if a month is missing or a retirement was interrupted.
    """
    from dbtool.commands import partitions as command
    from dbtool.render import partitions as render

    result = command.list_(settings())
    finish(result, render.listed, findings=result.has_findings)


@partitions.command(epilog="Example: dbtool partitions ensure")
def ensure() -> None:
    """Make the partitions that are missing.

    It makes those of this month and of the months ahead. Exit 1 if one cannot be made.
    """
    from dbtool.commands import partitions as command
    from dbtool.render import partitions as render

    result = command.ensure(settings())
    finish(result, render.ensured, findings=bool(result.missing))


@partitions.command(epilog="Example: dbtool partitions retire --dry-run")
def retire(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what is due.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lock_wait: Annotated[
        float, typer.Option(help="Seconds to wait for another runner.", metavar="SECONDS", min=0)
    ] = 600,
    patience: Annotated[
        float,
        typer.Option(
            help="Seconds to wait for open transactions, for each partition.",
            metavar="SECONDS",
            min=0.001,
        ),
    ] = 600,
) -> None:
    """Detach months beyond their retention.

    Partitions older than their journal's retention go to a closed schema:
    util.visits_202001 becomes retired_util.visits_202001. Nothing is dropped, and readers and
    writers are not held up. If it is interrupted, run it again.
    """
    from dbtool.commands import partitions as command
    from dbtool.render import partitions as render

    def confirm(moves: tuple[command.Move, ...]) -> bool:
        if yes:
            return True
        if shared.json or not sys.stdin.isatty():
            raise UsageError("retire asks before it detaches", hint="Give --yes to agree.")
        from rich.console import Console

        render.moves(Console(stderr=True), moves)
        return typer.confirm("Detach these?", err=True)

    with progress() as shown:
        result = command.retire(
            settings(), confirm, shown, dry_run=dry_run, lock_wait=lock_wait, patience=patience
        )
    finish(result, render.retired)
