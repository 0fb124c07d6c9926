"""``dbtool worker``."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from typing import Annotated

import typer

from dbtool.cli.app import app, settings, shared


@app.command(epilog="Example: dbtool worker --json")
def worker(
    queue: Annotated[str, typer.Option(help="The queue to serve.", metavar="NAME")] = "database",
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is due.")] = False,
    poll: Annotated[
        float, typer.Option(help="Look for jobs this often without being told.", metavar="SECONDS")
    ] = 1.0,
    lease: Annotated[
        float,
        typer.Option(
            help="A worker without a heartbeat for so long loses its job; it sends three in that "
            "time.",
            metavar="SECONDS",
        ),
    ] = 60.0,
) -> None:
    """Run schedules and jobs in the database.

    It is for a database without pg_cron. Several workers may run at once.

    SIGTERM and Ctrl-C let it finish the job at hand. With --json each line is one event.
    """
    from dbtool.commands import worker as command
    from dbtool.render import worker as render

    # Unlike other commands this one lives on.
    gc.enable()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    options = command.WorkerOptions(queue, once, poll, lease)
    if shared.json:
        command.work(settings(), options, render.as_json, stop)
        return
    from rich.console import Console

    console = Console() if sys.stdout.isatty() else Console(width=1000)
    command.work(settings(), options, lambda event: render.as_line(console, event), stop)
