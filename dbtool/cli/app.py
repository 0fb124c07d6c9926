"""The typer application and what all commands share."""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from dbtool import __version__
from dbtool.errors import DbtoolError, ExitCode

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
        Path | None, typer.Option(help="The checkout; else the one you stand in.", metavar="DIR")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="Target; else DATABASE_URL, else the embedded server.", metavar="URL"),
    ] = None,
    direct_url: Annotated[
        str | None,
        typer.Option(
            help="The target past its connection pooler; else DBTOOL_DIRECT_URL.", metavar="URL"
        ),
    ] = None,
    scratch_url: Annotated[
        str | None,
        typer.Option(
            help="A server where databases may come and go; else an embedded one.", metavar="URL"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Results as JSON.")] = False,
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
        from dbtool.commands.progress import Silent

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

        # In a pipe nothing is to be cut at the width of a terminal that is not there.
        show(Console() if sys.stdout.isatty() else Console(width=1000), result)
    if findings:
        raise typer.Exit(ExitCode.FINDINGS)


def _run(arguments: list[str]) -> None:
    try:
        app(arguments, prog_name="dbtool")
    except Exception as error:
        # psycopg is imported late, so its error cannot be named in an except clause up here.
        psycopg = sys.modules.get("psycopg")
        if psycopg is None or not isinstance(error, psycopg.Error):
            raise
        from dbtool.db.connect import translated

        raise translated(error) from error


def _global_options_first(arguments: list[str]) -> list[str]:
    """Let the options of all commands stand after the command's name too, where people type them.

    What follows ``psql`` is psql's.
    """
    with_value = ("--project", "--database-url", "--direct-url", "--scratch-url")
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if "psql" in rest or word == "--":
            rest.append(word)
        elif word == "--json" or word.startswith(tuple(f"{name}=" for name in with_value)):
            first.append(word)
        elif word in with_value:
            first += [word, *([value] if (value := next(words, None)) is not None else [])]
        else:
            rest.append(word)
    return first + rest


def _interrupt(*_: object) -> None:
    """SIGTERM cleans up as Ctrl-C does: scratch databases and servers go."""
    raise KeyboardInterrupt


def main() -> None:
    """Entry point: errors become words and exit codes here, and nowhere else."""
    # A run is short and makes few cycles: looking for them costs a tenth of its time.
    gc.disable()
    signal.signal(signal.SIGTERM, _interrupt)
    import dbtool.cli.access
    import dbtool.cli.commands
    import dbtool.cli.export
    import dbtool.cli.partitions
    import dbtool.cli.worker  # noqa: F401 (all of them register commands)

    # Nor is it worth looking for them when the interpreter ends.
    atexit.register(gc.freeze)
    arguments = _global_options_first(sys.argv[1:])
    shared.json = "--json" in arguments
    try:
        _run(arguments)
    except DbtoolError as error:
        if shared.json:
            from dbtool.render.console import print_json

            print_json(error.as_dict())
        else:
            from rich.console import Console

            from dbtool.render.console import print_error

            print_error(Console(stderr=True), error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was not committed is undone\n")
        sys.exit(ExitCode.INTERRUPTED)
    except Exception:  # noqa: BLE001 (said in full, and told apart from findings)
        import traceback

        traceback.print_exc()
        sys.stderr.write("this is a bug in dbtool; what was not committed is undone\n")
        sys.exit(ExitCode.BUG)
