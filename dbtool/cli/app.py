"""The typer application and what all commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from dbtool import __version__
from dbtool.errors import ExitCode

app = typer.Typer(
    name="dbtool",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Applies, verifies and audits the Foundations database.",
    epilog="Exit codes: 0 done, 1 findings, 2 usage or configuration, 3 database, "
    "4 lock not obtained, 5 checksum or order, 70 a bug in dbtool, 130 interrupted.",
)


@dataclass
class Shared:
    """Options before the command's name."""

    project: Path | None = None
    database_url: str | None = None
    direct_url: str | None = None
    scratch_url: str | None = None
    json: bool = False


shared = Shared()


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"dbtool {__version__}")
        raise typer.Exit


@app.callback()
def options(
    project: Annotated[
        Path | None, typer.Option(help="The checkout; default: the current one.", metavar="DIR")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="Target; else DATABASE_URL, else the embedded server.", metavar="URL"),
    ] = None,
    direct_url: Annotated[
        str | None,
        typer.Option(
            help="The target without its pooler; default: DBTOOL_DIRECT_URL.", metavar="URL"
        ),
    ] = None,
    scratch_url: Annotated[
        str | None,
        typer.Option(
            help="A server on which to create databases; default: an embedded one.", metavar="URL"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print results as JSON.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Collect what all commands share."""
    del version
    shared.project, shared.database_url, shared.scratch_url = project, database_url, scratch_url
    shared.direct_url = direct_url
    shared.json = shared.json or json


@contextmanager
def progress() -> Iterator[Any]:
    """Progress for people; silence for machines."""
    if shared.json:
        from dbtool.runner.progress import Silent

        yield Silent()
        return
    from dbtool.render.console import ConsoleProgress

    with ConsoleProgress() as shown:
        yield shown


def settings() -> Any:
    """The settings after flags, environment and file."""
    from dbtool.project.settings import load

    return load(shared.project, shared.database_url, shared.scratch_url, shared.direct_url)


def finish(result: Any, show: Callable[[Any, Any], None], findings: bool = False) -> None:
    """Show a result and exit."""
    if shared.json:
        from dbtool.render.console import print_json

        print_json(result)
    else:
        from rich.console import Console

        # A pipe has no terminal, at whose width lines could be cut.
        show(Console() if sys.stdout.isatty() else Console(width=1000), result)
    if findings:
        raise typer.Exit(ExitCode.FINDINGS)
