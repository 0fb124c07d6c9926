"""``dbtool access``: who may do what, and why."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from dbtool.cli.app import app, finish, progress, settings
from dbtool.errors import UsageError

access = typer.Typer(no_args_is_help=True, help="Who may do what, and the proof of it.")
app.add_typer(access, name="access")


_Only = Annotated[
    list[str] | None,
    typer.Option(
        help="These tables, views, functions or partitions alone, with commas between.",
        metavar="SCHEMA.NAME,...",
    ),
]


def _names(only: list[str] | None) -> list[str]:
    """Names, given with commas between or by several options."""
    return [name.strip() for names in only or [] for name in names.split(",") if name.strip()]


@access.command(epilog="Example: dbtool access matrix --only learn.notes,api.my_notes")
def matrix(
    only: _Only = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Print what is expected of every object, too.")
    ] = False,
) -> None:
    """Try who may do what, as everybody.

    It tries the expectations of policies/*/expectations.yml on a scratch database. A mismatch is
    printed once for all personas of whom it is true, with the file and the line of the expectation;
    --json keeps each one. Exit code 1 where there is one.
    """
    from dbtool.commands import access as command
    from dbtool.render import access as shown_as

    with progress() as shown:
        result = command.matrix(settings(), shown, _names(only))
    finish(result, partial(shown_as.matrix, is_all=all_), findings=bool(result.deviations))


@access.command(epilog="Example: dbtool access mutants --since main")
def mutants(
    only: _Only = None,
    since: Annotated[
        str,
        typer.Option(
            help="Objects alone whose files or expectations changed since this git revision.",
            metavar="REVISION",
        ),
    ] = "",
) -> None:
    """Test the matrix: it must notice mutants.

    Mutants are mistakes put into policies, grants and functions; exit 1 where the matrix overlooks
    one.
    """
    from dbtool.commands import access as command
    from dbtool.render import access as shown_as

    with progress() as shown:
        result = command.mutants(settings(), shown, _names(only), since)
    finish(result, shown_as.mutants, findings=not result.is_enough)


@access.command(epilog="Example: dbtool access prove")
def prove(
    everything: Annotated[bool, typer.Option("--all", help="Whatever is known already.")] = False,
) -> None:
    """Prove access where its proof is not known.

    An object whose files, tables, expectations and callers did not change since it was proven is
    known by its hash in policies/proven.json. All others are held to the matrix, and all their
    mutants are put in. What holds is written into the file. Exit code 1 where something does not.
    """
    from dbtool.commands import prove as command
    from dbtool.render import access as shown_as

    with progress() as shown:
        result = command.prove(settings(), shown, everything)
    finish(result, shown_as.proof, findings=not result.is_complete)


@access.command(
    epilog="Example: dbtool access explain --as ada@example.com --table public.profiles "
    "--id 00000000-0000-4000-8000-000000000002"
)
def explain(
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            help="A login's id, its email address, a username, anon or service_role.",
            metavar="CALLER",
        ),
    ],
    table: Annotated[
        str, typer.Option(help="The table or view, with its schema.", metavar="SCHEMA.NAME")
    ] = "",
    id_: Annotated[
        str,
        typer.Option(
            "--id",
            help="Primary key of the row (behind a view, the table's); several columns in the "
            "key's order: a,b.",
            metavar="KEY",
        ),
    ] = "",
    verb: Annotated[
        str, typer.Option(help="select, insert, update or delete.", metavar="VERB")
    ] = "select",
    function: Annotated[
        str,
        typer.Option(
            help="Explain a call instead; with argument types where the name is not enough.",
            metavar="SCHEMA.NAME",
        ),
    ] = "",
    authenticator_url: Annotated[
        str,
        typer.Option(
            help="PostgREST's login, to try what the target's role may not; the embedded server's "
            "is known.",
            envvar="DBTOOL_AUTHENTICATOR_URL",
            metavar="URL",
        ),
    ] = "",
) -> None:
    """Explain why a caller may do something.

    Why a caller sees a row or not, or may call a function: layer by layer, and really tried.

    For support and audit only: it shows rows and rights of others, and needs a role that sees
    everything. Nothing is changed: what is tried is rolled back. Exit code 1 where what was tried
    contradicts the explanation.
    """
    from dbtool.commands import explain as command
    from dbtool.render import explain as render

    if bool(table) == bool(function):
        raise UsageError("name one thing", hint="--table with --id, or --function.")
    if table and not id_:
        raise UsageError("--table needs --id", hint="The primary key of the row to explain.")
    if function and id_:
        raise UsageError("--id belongs to --table", hint="A function has no row.")
    if function:
        result = command.function(settings(), as_, function, authenticator_url)
    else:
        result = command.row(settings(), as_, table, id_, verb, authenticator_url)
    finish(result, render.explained, findings=bool(result.disagreement))
