"""What ``up``, ``down`` and ``platform`` say."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from dbtool.commands.up import Api, Running, Stopped
from dbtool.render import results
from dbtool.runner.platform import Prepared


def running(console: Console, result: Running) -> None:
    """URLs and what to do next."""
    results.migrated(console, result.migrated)
    console.print(f"\n[bold]Postgres {result.major} is running[/]", highlight=False)
    for who, url in (
        ("owner", result.owner_url),
        ("authenticator", result.authenticator_url),
    ):
        console.print(f"  {who:14} {escape(url)}", highlight=False, soft_wrap=True)
    if result.api:
        _api(console, result.api)
    name = _as_typed()
    console.print("\nNext:", highlight=False)
    for arguments, what in (
        ("psql", "a shell in it"),
        ("status", "what is applied"),
        ("new <schema> <slug>", "a migration"),
        ("down", "stop it (--destroy deletes it)"),
    ):
        console.print(f"  {name} {arguments:22} {what}", highlight=False)


def _api(console: Console, api: Api) -> None:
    """Where PostgREST listens, and tokens for it: one a line, to be copied whole."""
    console.print(f"\n[bold]PostgREST is running[/] at {api.url}", highlight=False)
    for name, token in api.tokens.items():
        console.print(f"  {escape(name)}\n    {token}", highlight=False, soft_wrap=True)
    console.print(f"\n{escape(api.example)}", highlight=False, soft_wrap=True)


def _as_typed() -> str:
    """The way to type dbtool in this shell: its name, or its path where it is not on PATH."""
    program = Path(sys.argv[0]).resolve()
    found = shutil.which("dbtool")
    if program.name != "dbtool" or (found and Path(found).resolve() == program):
        return "dbtool"
    return os.path.relpath(program)


def stopped(console: Console, result: Stopped) -> None:
    """Whether there was anything to stop."""
    console.print("stopped" if result.was_running else "was not running")
    if result.destroyed:
        console.print("its data is deleted")


def prepared(console: Console, result: Prepared) -> None:
    """What was made, and what comes next."""
    where = "Supabase: only the role staff was missing" if result.supabase else "plain Postgres"
    console.print(f"prepared ({where}): {', '.join(result.files)}", highlight=False)
    console.print(f"next: dbtool migrate, as {escape(result.owner)}", highlight=False)
