"""Faults put in on purpose: a matrix that does not notice them proves nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dbtool.access.matrix import catalog
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.matrix.probes import undone
from dbtool.access.mutation import mutants
from dbtool.access.mutation.mutants import Mutant


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant.

    Attributes:
        mutant: The fault.
        noticed: The first deviation it made; None where nobody noticed.
        reason: Why that is right, as expectations.yml says it; empty where it does not.
    """

    mutant: Mutant
    noticed: Deviation | None
    reason: str = ""


def run(
    matrix: Matrix,
    chosen: Iterable[Mutant],
    on_mutant: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Put in each mutant that is none by rule, one at a time, and ask what can reach it.

    Args:
        matrix: What must notice.
        chosen: The mutants.
        on_mutant: Told the name of each before it is put in.
    """
    reach = _Reach(matrix)
    for mutant in chosen:
        if mutant.rule:
            yield Outcome(mutant, None)
            continue
        on_mutant(mutant.name)
        with undone(matrix.connection):
            # The cells undo savepoints of the same name inside this one.
            matrix.connection.execute(mutant.statement.as_bytes(matrix.connection))
            noticed = next(reach.deviations(mutant), None)
            yield Outcome(mutant, noticed, matrix.expectations.survivors.get(mutant.name, ""))


class _Reach:
    """Which cells can notice which kind of change."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._relations = matrix.expectations.relations
        self._functions = matrix.expectations.functions
        self._definitions = mutants.definitions(matrix.connection, matrix.schemas)
        self._parents = dict(catalog.partitions(matrix.connection, matrix.schemas))

    def deviations(self, mutant: Mutant) -> Iterator[Deviation]:
        """Those of the cells that can reach it, the nearest first."""
        if mutant.kind == "execute":
            yield from self._matrix.function(self._functions[mutant.target])
            return
        if mutant.kind == "function":
            for name in self._callers(mutant.target):
                if name in self._functions:
                    yield from self._matrix.function(self._functions[name])
            return
        if mutant.target in self._parents:
            yield from self._matrix.partition(mutant.target, self._parents[mutant.target])
            return
        near = [r for r in self._relations.values() if mutant.target in (r.name, r.of)]
        for relation in sorted(near, key=lambda r: r.name != mutant.target):
            if mutant.kind in ("grant", "relation"):
                yield from self._matrix.privileges(relation)
            if mutant.kind in ("policy", "relation"):
                yield from self._matrix.rows(relation)

    def _callers(self, name: str) -> list[str]:
        """A function and all whose definition, however far, speaks of it."""
        found = [name]
        for known in found:
            words = self._spoken_as(known)
            found += [
                caller
                for caller, text in self._definitions.items()
                if caller not in found and any(word in text for word in words)
            ]
        return found

    def _spoken_as(self, name: str) -> Sequence[str]:
        """A function is called by its name; a trigger's function by writing its table."""
        tables = re.findall(r"create or replace trigger .*? on (\S+)", self._definitions[name])
        return [f"{name}(", *(f" {table}" for table in tables)]
