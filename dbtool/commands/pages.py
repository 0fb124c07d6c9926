"""A table on one page: the text of ``schemas/<schema>/<table>.sql``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dbtool.db.catalog import CatalogObject

_HEADER = "-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.\n"
# The order on a page; each group is set off by an empty line.
_AFTER_TABLE = ("index", "trigger", "rule", "row_security", "grant", "policy", "owner", "partition")


def create_table(objects: Iterable[CatalogObject]) -> str:
    """CREATE TABLE with its columns and constraints, without a semicolon.

    Args:
        objects: The objects of one page; others than table, column and constraint are ignored.
    """
    parts = list(objects)
    table = next(o for o in parts if o.kind == "table")
    lines = [o.definition for o in _sorted(parts, "column")]
    for constraint in _sorted(parts, "constraint"):
        if constraint.kind == "constraint":
            lines.append(constraint.definition.partition(" add ")[2])
    head, name, tail = table.definition.partition(table.identity)
    body = ",\n".join(f"    {line}" for line in lines)
    return f"{head}{name} (\n{body}\n){tail}"


def _sorted(objects: Iterable[CatalogObject], kind: str) -> list[CatalogObject]:
    return sorted((o for o in objects if o.kind == kind), key=lambda o: (o.position, o.identity))


def page(objects: Iterable[CatalogObject]) -> str:
    """The page of one table."""
    parts = list(objects)
    blocks = [create_table(parts) + ";"]
    comments = sorted(
        (o for o in parts if o.kind == "comment"), key=lambda o: (o.position, o.identity)
    )
    own = [o for o in comments if o.identity.startswith(("table ", "column "))]
    elsewhere = defaultdict(list)
    for comment in comments:
        if comment not in own:
            elsewhere[comment.identity.partition(" ")[0]].append(comment)
    if own:
        blocks.append("\n".join(f"{o.definition};" for o in own))
    for kind in _AFTER_TABLE:
        found = _sorted(parts, kind)
        if not found:
            continue
        separator = "\n\n" if kind in ("policy", "trigger") else "\n"
        blocks.append(separator.join(f"{o.definition};" for o in found))
        if elsewhere[kind]:
            blocks.append("\n".join(f"{o.definition};" for o in elsewhere[kind]))
    if elsewhere["constraint"]:
        blocks.append("\n".join(f"{o.definition};" for o in elsewhere["constraint"]))
    return _HEADER + "\n" + "\n\n".join(blocks) + "\n"


def pages(objects: Iterable[CatalogObject], schemas: Iterable[str]) -> dict[str, str]:
    """All pages: path below the project to text."""
    managed = set(schemas)
    by_page: dict[str, list[CatalogObject]] = defaultdict(list)
    for item in objects:
        if item.page is not None:
            by_page[item.page].append(item)
    return {
        f"schemas/{name.replace('.', '/')}.sql": page(parts)
        for name, parts in sorted(by_page.items())
        if name.partition(".")[0] in managed
    }
