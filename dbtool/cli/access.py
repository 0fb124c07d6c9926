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
        help="Only these tables, views, functions or partitions, separated by commas.",
        metavar="SCHEMA.NAME,...",
    ),
]


def _names(only: list[str] | None) -> list[str]:
    """Names, separated by commas or given by several options."""
    return [name.strip() for names in only or [] for name in names.split(",") if name.strip()]


@access.command(epilog="Example: dbtool access matrix --only learn.notes,api.my_notes")
def matrix(
    only: _Only = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Also print what is expected of every object.")
    ] = False,
) -> None:
    """Try who may do what, as everybody.

    It tries the expectations of policies/*/expectations.yml on a scratch database. A mismatch is
    printed once for all personas that share it, with the file and the line of the expectation;
    --json lists each one. Exit code 1 if there is a mismatch.
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
            help="Only objects whose files or expectations changed since this git revision.",
            metavar="REVISION",
        ),
    ] = "",
) -> None:
    """Test the matrix: it must notice mutants.

    Mutants are mistakes put into policies, grants and functions on purpose. Exit code 1 if the
    matrix overlooks one.
    """
    from dbtool.commands import access as command
    from dbtool.render import access as shown_as

    with progress() as shown:
        result = command.mutants(settings(), shown, _names(only), since)
    finish(result, shown_as.mutants, findings=not result.is_enough)


@access.command(epilog="Example: dbtool access prove")
def prove(
    everything: Annotated[bool, typer.Option("--all", help="Try proven objects too.")] = False,
) -> None:
    """Prove access where its proof is not known.

    An object is proven already if its files, tables, expectations and callers have the hash in
    policies/proven.json. For each other object it runs the matrix and all mutants, and records the
    proven ones in that file. Exit code 1 if one cannot be proven.
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
            help="Primary key of the row (for a view, of its table); several columns in the "
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
            help="Explain a call instead; add argument types if the name is not unique.",
            metavar="SCHEMA.NAME",
        ),
    ] = "",
    authenticator_url: Annotated[
        str,
        typer.Option(
            help="PostgREST's login, if the target's role cannot try it; the embedded server's "
            "is known.",
            envvar="DBTOOL_AUTHENTICATOR_URL",
            metavar="URL",
        ),
    ] = "",
) -> None:
    """Explain why a caller may do something.

    It looks at each layer between the caller and a row or function, and then really tries.

    For support and audit only: it shows other people's rows and rights, and needs a role that sees
    everything. Nothing is changed: the attempt is rolled back. Exit code 1 if the attempt
    contradicts the explanation.
    """
    from dbtool.commands import explain as command
    from dbtool.render import explain as render

    if bool(table) == bool(function):
        raise UsageError("name one thing", hint="Give --table with --id, or --function.")
    if table and not id_:
        raise UsageError("--table needs --id", hint="Give the primary key of the row.")
    if function and id_:
        raise UsageError("--id belongs to --table", hint="Leave out --id.")
    if function:
        result = command.function(settings(), as_, function, authenticator_url)
    else:
        result = command.row(settings(), as_, table, id_, verb, authenticator_url)
    finish(result, render.explained, findings=bool(result.disagreement))
