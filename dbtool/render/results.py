"""Results of commands as tables people can scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from dbtool.commands.baseline import Baselined
    from dbtool.commands.docs import Written
    from dbtool.commands.export import Export
    from dbtool.commands.lint import Linted
    from dbtool.commands.new import Created
    from dbtool.commands.redo import Redone
    from dbtool.commands.rollback import Plan, RolledBack
    from dbtool.commands.snapshot import Snapshot
    from dbtool.commands.status import Status
    from dbtool.commands.verify import Verified
    from dbtool.db.catalog import Difference
    from dbtool.runner.result import AppliedStep, Migrated


def table(*columns: str) -> Table:
    """A table without decoration."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        result.add_column(column, overflow="fold")
    return result


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 finding, 2 findings."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def differences(console: Console, found: Iterable[Difference], verbose: bool = True) -> None:
    """Each difference by name, with both definitions where it changed."""
    colours = {"added": "green", "removed": "red", "changed": "yellow"}
    for difference in found:
        colour = colours[difference.change]
        console.print(
            f"[{colour}]{difference.change:8}[/] {difference.kind} {escape(difference.identity)}",
            highlight=False,
        )
        if verbose and difference.change == "changed":
            console.print(f"  expected: {escape(difference.expected)}", highlight=False)
            console.print(f"  found:    {escape(difference.found)}", highlight=False)


def migrated(console: Console, result: Migrated) -> None:
    """What a run of migrate did."""
    if result.drift:
        console.print(f"[yellow]{len(result.drift)} objects were not as the last run left them:[/]")
        differences(console, result.drift, verbose=False)
    verb = "would apply" if result.dry_run else "applied"
    if result.dry_run:
        _paths(console, "would run", [step.name for step in result.migrations])
    elif result.migrations:
        _steps(console, result.migrations)
    for action in ("applied", "recreated", "dropped"):
        word = f"would be {action}" if result.dry_run else action
        _paths(console, word, [c.path for c in result.declared if c.action == action])
    moved = [c for c in result.declared if c.action != "applied"]
    rows_written = sum(s.inserted + s.updated for s in result.seeds)
    if not (result.migrations or result.declared or result.seeds):
        console.print("nothing to do")
        return
    rows_said = (
        f"{len(result.seeds)} reference files"
        if result.dry_run
        else f"{rows_written} reference rows"
    )
    console.print(
        f"{verb} {len(result.migrations)} migrations, "
        f"{len(result.declared) - len(moved)} declared files, {rows_said}",
        highlight=False,
    )


def _steps(console: Console, steps: Sequence[AppliedStep], most: int = 30) -> None:
    """A line for each migration; of many, the ones that took longest."""
    shown = steps
    if len(steps) > most:
        slowest = sorted(steps, key=lambda s: s.milliseconds, reverse=True)[:most]
        shown = sorted(slowest, key=lambda s: s.name.partition("/")[2])
        console.print(f"the {most} slowest of {len(steps)} (--json names all):", highlight=False)
    rows = table("migration", "ms", "attempts")
    for step in shown:
        rows.add_row(step.name, str(step.milliseconds), str(step.attempts))
    console.print(rows)


def seeded(console: Console, result: dict[str, Any]) -> None:
    """What became of seed rows."""
    if result["reference"]:
        rows = table("table", "inserted", "updated", "left alone")
        for merged in result["reference"]:
            rows.add_row(merged.table, str(merged.inserted), str(merged.updated), str(merged.kept))
        console.print(rows)
    if result["demo"]:
        console.print(f"{result['demo'].inserted} demo rows inserted", highlight=False)
    if result["scale"]:
        made = result["scale"]
        rows = table("made", "rows")
        for name in ("people", "courses", "lessons", "enrollments", "progress_rows", "attempts"):
            rows.add_row(name.replace("_", " "), f"{getattr(made, name):,}")
        console.print(rows)
        console.print(f"in {made.seconds:.0f} s", highlight=False)


def verified(console: Console, result: Verified) -> None:
    """Every difference by name."""
    for line in (*result.history, *(f"{name}: pending" for name in result.pending)):
        console.print(f"[red]{escape(line)}[/]", highlight=False)
    differences(console, result.differences)
    if result.accepted:
        console.print(f"recorded {len(result.differences)} differences as the new state")
    elif result.clean:
        said = "the files say" if result.against == "files" else "the last run left"
        console.print(f"[green]the database is what {said}[/]")
    else:
        count = len(result.differences) + len(result.history) + len(result.pending)
        console.print(f"[red]{count} findings, compared with the {result.against}[/]")


def _paths(console: Console, verb: str, paths: Sequence[str], most: int = 12) -> None:
    """A line for each path; of many, the first ones and how many more."""
    for path in paths[:most]:
        console.print(f"{verb} {escape(path)}", highlight=False)
    if len(paths) > most:
        console.print(f"{verb} {len(paths) - most} more (--json names them)", highlight=False)


def baselined(console: Console, result: Baselined) -> None:
    """What was adopted, or why not."""
    if result.differences:
        differences(console, result.differences)
        console.print(
            f"[red]{len(result.differences)} differences; nothing was recorded[/]: put the "
            "database right, or adopt an older version with --to",
            highlight=False,
        )
        return
    console.print(
        f"[green]the catalog is what the files make[/] (sha256 {result.fingerprint[:16]}): "
        f"recorded {len(result.migrations)} migrations and {result.declared} declared files "
        "as applied",
        highlight=False,
    )
    console.print("next: dbtool migrate, for reference rows and all else that is pending")


def status(console: Console, result: Status) -> None:
    """A line for each migration, then the declared files that wait."""
    colours = {"applied": "green", "baselined": "green", "pending": "yellow"}
    rows = table("migration", "state", "applied at", "by")
    for line in result.migrations:
        when = f"{line.applied_at:%Y-%m-%d %H:%M:%S %Z}" if line.applied_at else ""
        colour = colours.get(line.state, "red")
        rows.add_row(line.name, f"[{colour}]{line.state}[/]", when, line.applied_by or "")
    console.print(f"{escape(result.database)} on Postgres {result.server}", highlight=False)
    console.print(rows)
    for verb, paths in (
        ("apply", result.declared_changed),
        ("drop", result.declared_removed),
        ("merge", result.seeds),
    ):
        _paths(console, f"[yellow]to {verb}[/]", paths)
    for module in result.left_out:
        console.print(
            f"[yellow]module {module} is left out[/]: the server does not have its extension",
            highlight=False,
        )
    if result.is_contradicted:
        console.print("[red]next: correct the files; migrate refuses to begin like this[/]")
    else:
        console.print("[green]nothing to do[/]" if result.is_current else "next: dbtool migrate")


def snapshot(console: Console, result: Snapshot) -> None:
    """Pages that were written, removed or differ."""
    for verb, paths in (
        ("wrote", result.written),
        ("removed", result.removed),
        ("differs", result.differing),
    ):
        for path in paths:
            console.print(f"{verb} {path}", highlight=False)
    if not (result.written or result.removed or result.differing):
        console.print("every page is what the catalog says")


def created(console: Console, result: Created) -> None:
    """The files written, and what to do next."""
    for path in (*result.files, *result.changed):
        console.print(path, highlight=False)
    tests = [path for path in result.files if path.startswith("tests/")]
    if not result.changed:
        console.print("next: write both files, then dbtool migrate", highlight=False)
        return
    console.print("next, after naming the columns in all of them:")
    for command in (
        "dbtool migrate",
        *(f"pytest {path}" for path in tests),
        "dbtool access matrix",
        f"dbtool lint {' '.join(path for path in result.files if path.endswith('.sql'))}",
        "dbtool snapshot && dbtool docs",
    ):
        console.print(f"  {command}", highlight=False, soft_wrap=True)
    console.print("  dbtool redo    applies the migration again after an edit", highlight=False)


def rollback_plan(console: Console, plan: Plan) -> None:
    """What a rollback would undo and destroy."""
    console.print(
        f"to undo: {', '.join(plan.versions)}; {plan.declared} declared objects are dropped and "
        "come back with the next migrate",
        highlight=False,
    )
    for loss in plan.losses:
        console.print(f"[red]destroys {loss.rows} rows[/] of {escape(loss.what)}", highlight=False)


def rolled_back(console: Console, result: RolledBack) -> None:
    """What was undone."""
    if not result.confirmed:
        console.print("nothing was undone")
    else:
        console.print(
            f"undid {len(result.plan.versions)} migrations and dropped {result.plan.declared} "
            "declared objects; `dbtool migrate` brings them back",
            highlight=False,
        )


def redone(console: Console, result: Redone) -> None:
    """What was undone, what that destroyed, and what was applied."""
    console.print(f"undid {result.name}", highlight=False)
    for loss in result.losses:
        console.print(f"[red]destroyed {loss.rows} rows[/] of {escape(loss.what)}", highlight=False)
    migrated(console, result.run)


def linted(console: Console, result: Linted) -> None:
    """A line for each finding: file, line, rule, what is wrong."""
    for finding in result.findings:
        console.print(
            f"{escape(finding.path)}:{finding.line}: [red]{finding.rule}[/] "
            f"{escape(finding.message)}",
            highlight=False,
            soft_wrap=True,
        )
    own = sorted({f.rule for f in result.findings if ":" not in f.rule})
    for rule in own:
        console.print(f"[dim]{rule}: docs/reference/lint/{rule}.md[/]", highlight=False)
    files, found = counted(result.files, "file"), counted(len(result.findings), "finding")
    console.print(f"{files}, {found}", highlight=False)


def documented(console: Console, result: Written) -> None:
    """Pages that were written or differ."""
    for verb, paths in (
        ("wrote", result.written),
        ("removed", result.removed),
        ("differs", result.differing),
    ):
        for path in paths:
            console.print(f"{verb} {path}", highlight=False)
    if not (result.written or result.removed or result.differing):
        console.print("every page is up to date")


def exported(console: Console, result: Export) -> None:
    """The files written, and what is left to do."""
    for name in result.written:
        console.print(f"wrote {escape(name)}", highlight=False)
    if result.config:
        console.print("wrote config.toml", highlight=False)
    for setting in result.unset:
        console.print(
            f"[yellow]config.toml was there before: set[/] {escape(setting)}", highlight=False
        )
    if result.written:
        console.print(f"next: supabase db push --workdir {escape(result.folder)}", highlight=False)
    else:
        console.print("nothing to export: every file is as it was exported")
