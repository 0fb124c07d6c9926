"""Journals and their months on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.markup import escape

from dbtool.render.results import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from dbtool.commands.partitions import Ensured, Listed, Move, Retired


def _month(text: str) -> str:
    return f"{text[:4]}-{text[4:]}" if text else "-"


def _rows(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def listed(console: Console, result: Listed) -> None:
    """A line for each journal, then what is missing and what is to be done."""
    if not result.journals:
        console.print("no journals are registered in util.partitioned_tables")
        return
    rows = table(
        "journal", "partitions", "first", "last", "ahead", "rows", "size", "keeps", "retired"
    )
    for j in result.journals:
        colour = "red" if j.missing or j.problems else "green"
        rows.add_row(
            escape(j.name),
            str(j.partitions),
            _month(j.first),
            _month(j.last),
            f"[{colour}]{max(j.months_ahead, 0)} of {j.months_wanted}[/]",
            _rows(j.rows),
            decimal(j.bytes),
            f"{j.retention_months} months" if j.retention_months else "all",
            str(len(j.retired)),
        )
    console.print(rows)
    for j in result.journals:
        _journal(console, j.problems, "red", "")
        _journal(console, [_month(m) for m in j.missing], "red", f"{j.name} lacks ")
        _journal(console, j.interrupted, "yellow", "its retirement was interrupted: ")
        _journal(console, [n for n in j.due if n not in j.interrupted], "yellow", "to be retired: ")
        if j.retired:
            console.print(
                f"[dim]{len(j.retired)} retired: {escape(j.retired[0])} to "
                f"{escape(j.retired[-1])}[/]",
                highlight=False,
            )
    if any(j.missing for j in result.journals):
        console.print(
            "next: dbtool partitions ensure (make past months by hand: util.ensure_partition)",
            highlight=False,
        )
    if any(j.due for j in result.journals):
        console.print("next: dbtool partitions retire", highlight=False)


def _journal(console: Console, lines: Sequence[str], colour: str, said: str) -> None:
    for line in lines:
        console.print(f"[{colour}]{escape(said + line)}[/]", highlight=False)


def ensured(console: Console, result: Ensured) -> None:
    """The partitions made, and what could not be."""
    for name in result.made:
        console.print(f"made {escape(name)}", highlight=False)
    for line in result.missing:
        console.print(f"[red]still missing[/] {escape(line)}", highlight=False)
    if not (result.made or result.missing):
        console.print("no month is missing")


def moves(console: Console, due: Sequence[Move]) -> None:
    """What is to be detached, and where it goes."""
    rows = table("partition", "rows", "becomes")
    for move in due:
        rows.add_row(escape(move.partition), _rows(move.rows), escape(move.put_away))
    console.print(rows)


def retired(console: Console, result: Retired) -> None:
    """What became of them."""
    if not result.moves:
        console.print("nothing is due")
        return
    moves(console, result.moves)
    count = len(result.moves)
    if result.dry_run:
        console.print(f"would retire {count} partitions", highlight=False)
    elif result.confirmed:
        console.print(
            f"retired {count} partitions; their rows are in the tables named", highlight=False
        )
    else:
        console.print("nothing was retired")
