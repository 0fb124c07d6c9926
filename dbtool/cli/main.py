"""The entry point: parse, call, and turn errors into words and exit codes."""

from __future__ import annotations

import atexit
import gc
import signal
import sys

from dbtool.cli.app import app, shared
from dbtool.errors import DbtoolError, ExitCode


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

    Options after ``psql`` are psql's.
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
    import dbtool.cli.project
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
        sys.stderr.write("interrupted; uncommitted work is undone\n")
        sys.exit(ExitCode.INTERRUPTED)
    except Exception:  # noqa: BLE001 (said in full, and told apart from findings)
        import traceback

        traceback.print_exc()
        sys.stderr.write("this is a bug in dbtool; uncommitted work is undone\n")
        sys.exit(ExitCode.BUG)
