"""Who may execute a function, and what each call gives to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from psycopg import sql

from dbtool.access.expectations import Function
from dbtool.access.matrix import catalog, fixtures, probes
from dbtool.access.matrix.context import Context
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.matrix.probes import Refusal
from dbtool.access.personas import Persona
from dbtool.db.connect import identifier


class FunctionCells:
    """Tries them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def tried(self, function: Function) -> Iterator[Deviation]:
        """Who may execute it, and what each call gives to whom."""
        with fixtures.blamed(function):
            yield from self._execute(function)
            yield from self._calls(function)

    def _calls(self, function: Function) -> Iterator[Deviation]:
        for persona in self._context.personas:
            may = not persona.is_refused and bool(function.execute & set(persona.callers))
            for call in function.calls if may else ():
                gives = next((call.gives[c] for c in persona.callers if c in call.gives), None)
                self._context.asked += 1
                with probes.undone(self._context.connection):
                    arguments = probes.resolved(self._context.connection, call.arguments, persona)
                    query = sql.SQL("select * from {}({})").format(
                        identifier(function.name),
                        sql.SQL(", ").join(
                            sql.SQL("{} => {}").format(sql.Identifier(name), value)
                            for name, value in arguments.items()
                        ),
                    )
                    answer = probes.attempt(self._context.connection, persona, query)
                    if isinstance(gives, Mapping):
                        expected = self._array(gives["sql"], persona)
                        found = _column(answer)
                    else:
                        expected, found = gives or "to be stated", _answer(answer)
                if expected != found and not (
                    expected == "done" and not isinstance(answer, Refusal)
                ):
                    yield Deviation(
                        persona.name, function.name, "execute", call.said, expected, found
                    )

    def _array(self, expression: str, persona: Persona) -> str:
        """An array of texts that an expression gives, outside row level security."""
        value = fixtures.value({"sql": expression}, persona)
        row = self._context.connection.execute(sql.SQL("select {}").format(value)).fetchone()
        return ", ".join(row[0] or []) if row else ""

    def _execute(self, function: Function) -> Iterator[Deviation]:
        for role in self._context.by_role:
            self._context.asked += 1
            expected = any(
                function.execute & set(persona.callers)
                for persona in self._context.personas
                if persona.effective_role == role and not persona.is_refused
            )
            found = catalog.may_execute(self._context.connection, role, function.name)
            if expected != found:
                words = {True: "may", False: "may not"}
                yield Deviation(
                    f"role {role}", function.name, "execute", "", words[expected], words[found]
                )


def _column(found: list[tuple[object, ...]] | Refusal) -> str:
    """The first column of all rows that a call gave."""
    return str(found) if isinstance(found, Refusal) else ", ".join(str(row[0]) for row in found)


def _answer(found: list[tuple[object, ...]] | Refusal) -> str:
    """The first value that a call gave, as text, or the name of its error."""
    if isinstance(found, Refusal):
        return found.name if "." in found.name else str(found)
    value = found[0][0] if found else None
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
