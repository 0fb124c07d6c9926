"""Commands for a database. Modules behind them are imported when a command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dbtool.cli.app import app, finish, progress, settings, shared
from dbtool.errors import UsageError


@app.command(epilog="Example: dbtool up --pg 16")
def up(
    pg: Annotated[int | None, typer.Option(help="16 or 18 (default 18).")] = None,
    demo: Annotated[bool, typer.Option(help="Insert the demo rows.")] = True,
    api: Annotated[
        bool, typer.Option("--api", help="Also serve schema api by PostgREST, with tokens to try.")
    ] = False,
) -> None:
    """Start an embedded Postgres with the package.

    Run it again at any time: it brings the package up to date.
    """
    from dbtool.commands import up as command
    from dbtool.render import servers

    with progress() as shown:
        result = command.up(settings(), pg, demo, shown, api)
    finish(result, servers.running)


@app.command(epilog="Example: dbtool down --destroy")
def down(
    destroy: Annotated[bool, typer.Option("--destroy", help="Also delete its data.")] = False,
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
    """Open psql in the embedded Postgres.

    Further arguments go to psql.
    """
    from dbtool.commands import up as command

    command.psql(settings(), as_role, context.args)


@app.command(
    epilog="Example: dbtool platform --admin-url postgresql://postgres@db/app --owner app_owner"
)
def platform(
    admin_url: Annotated[
        str, typer.Option(help="A role that may create roles.", envvar="DBTOOL_ADMIN_URL")
    ],
    owner: Annotated[str, typer.Option(help="The role that will run migrate; it must exist.")],
) -> None:
    """Prepare a server once, as an administrator.

    It makes the roles, the auth schema and the owner's rights.
    """
    from dbtool.render import servers
    from dbtool.runner import platform as command

    with progress() as shown:
        result = command.prepare(settings().root, admin_url, owner, shown)
    finish(result, servers.prepared)


@app.command(epilog="Example: dbtool migrate --dry-run")
def migrate(
    to: Annotated[
        str | None, typer.Option(help="Last version to apply.", metavar="VERSION")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would run.")] = False,
    allow_out_of_order: Annotated[
        list[Path] | None,
        typer.Option(
            help="Apply this file (a path) although it is older; repeatable.", metavar="FILE"
        ),
    ] = None,
    lock_wait: Annotated[
        float, typer.Option(help="Seconds to wait for another runner.", metavar="SECONDS", min=0)
    ] = 600,
) -> None:
    """Bring the database to the state of the files."""
    from dbtool.commands import migrate as command
    from dbtool.runner.result import Migrated, Options

    chosen = settings()
    allowed = tuple(_relative(path, chosen.root) for path in allow_out_of_order or ())
    with progress() as shown:
        result = command.migrate(chosen, Options(to, dry_run, allowed, lock_wait), shown)
    if result == Migrated() and not shared.json:
        typer.echo("nothing to do")
        return
    from dbtool.render import results

    finish(result, results.migrated)


@app.command(epilog="Example: dbtool plan --json | jq '.files[].statements[].touched'")
def plan(
    to: Annotated[
        str | None, typer.Option(help="Last version to apply.", metavar="VERSION")
    ] = None,
    allow_out_of_order: Annotated[
        list[Path] | None,
        typer.Option(help="As for migrate; repeatable.", metavar="FILE"),
    ] = None,
) -> None:
    """Rehearse migrate: locks, rewrites, scans.

    It runs the pending files on a scratch server, and shows for each statement who has to wait.
    """
    from dbtool.commands import plan as command
    from dbtool.render import plans
    from dbtool.runner.result import Options

    chosen = settings()
    allowed = tuple(_relative(path, chosen.root) for path in allow_out_of_order or ())
    with progress() as shown:
        result = command.plan(chosen, Options(to=to, allow_out_of_order=allowed), shown)
    finish(result, plans.planned)


@app.command(epilog="Example: dbtool baseline --to 20260901000000")
def baseline(
    to: Annotated[
        str | None, typer.Option(help="Last version to adopt; default: all.", metavar="VERSION")
    ] = None,
) -> None:
    """Adopt a database that the files describe.

    It proves first that the database is already what the files say.
    """
    from dbtool.commands import baseline as command
    from dbtool.render import results

    with progress() as shown:
        result = command.baseline(settings(), to, shown)
    finish(result, results.baselined, findings=bool(result.differences))


def _relative(path: Path, root: Path) -> str:
    absolute = path if path.is_absolute() else Path.cwd() / path
    if absolute.is_relative_to(root) and absolute.exists():
        return absolute.relative_to(root).as_posix()
    return path.as_posix()


def _confirm(question: str) -> None:
    if shared.json or not sys.stdin.isatty():
        raise UsageError("this needs an answer", hint="Give --yes to agree.")
    if not typer.confirm(question, err=True):
        raise typer.Abort


@app.command(epilog="Example: dbtool seed --scale --users 1000000")
def seed(
    demo: Annotated[bool, typer.Option("--demo", help="Insert the demo world.")] = False,
    reference: Annotated[
        bool, typer.Option("--reference", help="Merge the reference rows, as migrate does.")
    ] = False,
    scale: Annotated[
        bool, typer.Option("--scale", help="Make a world of many people, to measure on.")
    ] = False,
    users: Annotated[
        int, typer.Option("--users", help="How many people --scale makes, with 10 lessons each.")
    ] = 10_000,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Insert rows that are missing.

    Rows that an operator changed are left alone.
    """
    from dbtool.commands import scale as scaling
    from dbtool.commands import seed as command
    from dbtool.render import results

    if not (demo or reference or scale):
        raise UsageError("nothing to seed", hint="Give --demo, --reference or --scale.")
    if (demo or scale) and not yes and (settings().database_url or settings().direct_url):
        what = "The demo world has an administrator" if demo else "The world is for measuring"
        _confirm(f"{what}. Insert it into DATABASE_URL's database?")
    with progress() as shown:
        merged = command.seed_reference(settings(), shown) if reference else ()
        inserted = command.seed_demo(settings(), shown) if demo else None
        made = scaling.seed_scale(settings(), users, shown) if scale else None
    finish({"reference": merged, "demo": inserted, "scale": made}, results.seeded)


@app.command(epilog="Example: dbtool status --json")
def status() -> None:
    """List what is applied and what is pending.

    Migrations and declared files: applied, pending, edited, deleted.
    """
    from dbtool.commands import status as command
    from dbtool.render import results

    result = command.status(settings())
    finish(result, results.status, findings=not result.is_current)


@app.command(epilog="Example: dbtool rollback --to 20260901000000")
def rollback(
    to: Annotated[str, typer.Option(help="Version to go back to; 0 for all.", metavar="VERSION")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Go back to an older version.

    It runs the down migrations, after saying what data they destroy.
    """
    from dbtool.commands import rollback as command
    from dbtool.render import results

    def confirm(plan: command.Plan) -> bool:
        if yes:
            return True
        if shared.json or not sys.stdin.isatty():
            raise UsageError("rollback asks before it destroys", hint="Give --yes to agree.")
        from rich.console import Console

        results.rollback_plan(Console(stderr=True), plan)
        return typer.confirm("Undo these?", err=True)

    with progress() as shown:
        result = command.rollback(settings(), to, confirm, shown)
    finish(result, results.rolled_back)


@app.command(epilog="Example: dbtool verify --files")
def verify(
    against_files: Annotated[
        bool, typer.Option("--files", help="Compare with the files, built on a scratch server.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Record the live catalog as the new state.")
    ] = False,
) -> None:
    """Compare the catalog with the last run's.

    It names every difference between the live catalog and what the last run left.
    """
    from dbtool.commands import verify as command
    from dbtool.render import results

    if against_files and accept:
        raise UsageError("--accept does not go with --files")
    with progress() as shown:
        if against_files:
            result = command.verify_files(settings(), shown)
        else:
            result = command.verify_record(settings(), accept, shown)
    finish(result, results.verified, findings=not result.clean)


@app.command(epilog="Example: dbtool doctor --only D07 --only D15")
def doctor(
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="A check's number (D03) or another tool's name; repeatable.", metavar="CHECK"
        ),
    ] = None,
) -> None:
    """Find who may do more than they should.

    It reads the target's catalog, and runs other linters that are installed.
    """
    from dbtool.commands import doctor as command
    from dbtool.render import doctor as render

    with progress() as shown:
        result = command.doctor(settings(), only or (), shown)
    finish(result, render.examined, findings=bool(result.findings))
