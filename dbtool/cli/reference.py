"""The page that documents every command, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from dbtool.cli.app import app


def page() -> str:
    """``docs/reference/commands.md``."""
    group = typer.main.get_group(app)
    epilog = " ".join((group.epilog or "").split())
    lines = [
        "# Commands of dbtool",
        "",
        "Written by `dbtool docs`; `dbtool COMMAND --help` says the same.",
        "",
        f"{epilog}",
        "",
        "Every command takes `--json`. Before the command's name:",
        "",
        *_options(group),
    ]
    for name, command in sorted(_commands(group)):
        arguments = " ".join(
            (p.metavar or (p.name or "")).upper()
            for p in command.params
            if p.param_type_name == "argument"
        )
        lines += [f"## dbtool {name}", "", (command.help or "").strip(), ""]
        lines += ["```", f"dbtool {name} {arguments}".strip() + " [OPTIONS]", "```", ""]
        example = (command.epilog or "").removeprefix("Example: ")
        lines += [*_options(command), f"Example: `{example}`", ""]
    return "\n".join(lines).rstrip() + "\n"


def _commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, those of groups included."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _options(command: object) -> list[str]:
    rows = []
    for parameter in getattr(command, "params", ()):
        if parameter.param_type_name != "option" or parameter.name == "help":
            continue
        names = ", ".join(f"`{o}`" for o in [*parameter.opts, *parameter.secondary_opts])
        rows.append(f"| {names} | {(parameter.help or '').strip()} |")
    if not rows:
        return []
    return ["| option | meaning |", "|---|---|", *rows, ""]
