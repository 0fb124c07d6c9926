"""What ``up``, ``down`` and ``platform`` say."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from dbtool.commands.platform import Prepared
from dbtool.commands.up import Running, Stopped
from dbtool.render import results


def running(console: Console, result: Running) -> None:
    """URLs and what to do next."""
    results.migrated(console, result.migrated)
    console.print(f"\n[bold]Postgres {result.major} is running[/]", highlight=False)
    for who, url in (
        ("owner", result.owner_url),
        ("authenticator", result.authenticator_url),
    ):
        console.print(f"  {who:14} {escape(url)}", highlight=False, soft_wrap=True)
    console.print(
        "\nNext:\n"
        "  dbtool psql                  a shell in it\n"
        "  dbtool status                what is applied\n"
        "  dbtool new <schema> <slug>   a migration\n"
        "  dbtool down                  stop it (--destroy deletes it)",
        highlight=False,
    )


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
