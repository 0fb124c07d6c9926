"""A database with its world, for those who try things in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from dbtool.access.expectations import Expectations
from dbtool.access.matrix import probes
from dbtool.access.personas import Persona
from dbtool.db.connect import Connection


@dataclass
class Context:
    """What all probes share.

    Attributes:
        connection: An administrator's, in a transaction that will be rolled back.
        expectations: What to hold the database to.
        personas: Everybody.
        asked: How many questions were asked so far.
    """

    connection: Connection
    expectations: Expectations
    personas: tuple[Persona, ...]
    asked: int = 0
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _changes: dict[object, tuple[str, str | None] | None] = field(default_factory=dict)

    @cached_property
    def by_role(self) -> dict[str, Persona]:
        """For each database role somebody who runs in it: privileges belong to roles."""
        found: dict[str, Persona] = {}
        for persona in self.personas:
            if not persona.is_refused:
                found.setdefault(persona.effective_role, persona)
        return found

    def key(self, table: str) -> tuple[str, ...]:
        """The columns that identify a row."""
        if table not in self._keys:
            self._keys[table] = probes.key_of(self.connection, table)
        return self._keys[table]

    def change(self, table: str, columns: tuple[str, ...]) -> tuple[str, str | None] | None:
        """A column and a value that every row may have at once."""
        if (table, columns) not in self._changes:
            found = probes.harmless_change(self.connection, table, columns)
            self._changes[table, columns] = found
        return self._changes[table, columns]
