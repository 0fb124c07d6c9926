"""The order in which declared objects can be created."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Set

from dbtool.errors import FileError


def by_reference(references: Mapping[str, Set[str]], paths: Mapping[str, str]) -> list[str]:
    """Sort names so that each comes after all that it refers to.

    Ties are broken by name, so that the order is the same on every machine. Names that are not
    keys (tables, built-in functions) are taken to exist already.

    Args:
        references: Name to the names it refers to.
        paths: Name to file, for the error.

    Raises:
        FileError: Objects refer to each other in a circle.
    """
    waiting = {name: {r for r in refs if r in references} for name, refs in references.items()}
    needed_by: dict[str, list[str]] = {name: [] for name in references}
    for name, refs in waiting.items():
        for ref in refs:
            needed_by[ref].append(name)
    ready = [name for name, refs in waiting.items() if not refs]
    heapq.heapify(ready)
    ordered = []
    while ready:
        name = heapq.heappop(ready)
        ordered.append(name)
        for dependant in needed_by[name]:
            waiting[dependant].discard(name)
            if not waiting[dependant]:
                heapq.heappush(ready, dependant)
    if len(ordered) < len(references):
        circle = sorted(set(references) - set(ordered))
        raise FileError(
            f"these declared objects refer to each other in a circle: {', '.join(circle)}",
            path=paths[circle[0]],
            hint="Write one of them in plpgsql, whose body is not checked when it is created.",
        )
    return ordered
