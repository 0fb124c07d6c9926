"""Every command of dbtool. Modules behind them are imported when a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dbtool.cli.app import app, finish, progress, settings


@app.command(epilog="Example: dbtool up --pg 16")
def up(
    pg: Annotated[int | None, typer.Option(help="16 or 18 (default 18).")] = None,
    demo: Annotated[bool, typer.Option(help="Insert the demo rows.")] = True,
) -> None:
    """Start an embedded Postgres with the whole package in it; run it again at any time."""
    from dbtool.commands import up as command
    from dbtool.render import servers

    with progress() as shown:
        result = command.up(settings(), pg, demo, shown)
    finish(result, servers.running)


@app.command(epilog="Example: dbtool down --destroy")
def down(
    destroy: Annotated[bool, typer.Option("--destroy", help="Delete its data too.")] = False,
) -> None:
    """Stop the embedded Postgres."""
    from dbtool.commands import up as command
    from dbtool.render import servers

    finish(command.down(settings(), destroy), servers.stopped)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Example: dbtool psql -c 'select * from rbac.roles'",
)
def psql(
    context: typer.Context,
    as_role: Annotated[
        str, typer.Option("--as", help="owner, authenticator or admin.", metavar="LOGIN")
    ] = "owner",
) -> None:
    """Open psql in the embedded Postgres; further arguments are psql's."""
    from dbtool.commands import up as command

    command.psql(settings(), as_role, context.args)


@app.command(
    epilog="Example: dbtool platform --admin-url postgresql://postgres@db/app --owner app_owner"
)
def platform(
    admin_url: Annotated[
        str, typer.Option(help="A role that may create roles.", envvar="DBTOOL_ADMIN_URL")
    ],
    owner: Annotated[str, typer.Option(help="The role that will run migrate.")],
) -> None:
    """Prepare a server once: roles, the auth schema, the owner's rights."""
    from dbtool.commands import platform as command
    from dbtool.render import servers

    with progress() as shown:
        result = command.prepare(settings().root, admin_url, owner, shown)
    finish(result, servers.prepared)


@app.command(epilog="Example: dbtool migrate --dry-run")
def migrate(
    to: Annotated[str | None, typer.Option(help="Last version to apply.", metavar="VERSION")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would run.")] = False,
    allow_out_of_order: Annotated[
        list[Path] | None,
        typer.Option(help="Let this file run although it is older; repeatable.", metavar="FILE"),
    ] = None,
    lock_wait: Annotated[
        float, typer.Option(help="Seconds to wait for another runner.", metavar="SECONDS")
    ] = 600,
) -> None:
    """Bring the database to the state of the files."""
    from dbtool.commands import migrate as command
    from dbtool.render import results

    chosen = settings()
    allowed = tuple(_relative(path, chosen.root) for path in allow_out_of_order or ())
    with progress() as shown:
        result = command.migrate(
            chosen, command.Options(to, dry_run, allowed, lock_wait), shown
        )
    finish(result, results.migrated)


def _relative(path: Path, root: Path) -> str:
    absolute = path if path.is_absolute() else Path.cwd() / path
    if absolute.is_relative_to(root) and absolute.exists():
        return absolute.relative_to(root).as_posix()
    return path.as_posix()


@app.command(epilog="Example: dbtool seed --demo")
def seed(
    demo: Annotated[bool, typer.Option("--demo", help="The demo world.")] = False,
    reference: Annotated[
        bool, typer.Option("--reference", help="The reference rows, as migrate does.")
    ] = False,
) -> None:
    """Insert rows that are missing; what an operator changed is left alone."""
    from dbtool.commands import seed as command
    from dbtool.errors import UsageError
    from dbtool.render import results

    if not (demo or reference):
        raise UsageError("nothing to seed", hint="Give --demo, --reference or both.")
    with progress() as shown:
        merged = command.seed_reference(settings(), shown) if reference else ()
        inserted = command.seed_demo(settings(), shown) if demo else None
    finish({"reference": merged, "demo": inserted}, results.seeded)


