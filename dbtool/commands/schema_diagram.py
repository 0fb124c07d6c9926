"""The tables of a schema and how they refer to each other, as a mermaid diagram."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbtool.db.reference import Constraint, Relation, Schema

_SHORT_TYPES = {
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "character varying": "varchar",
}


def diagram(schema: Schema) -> Iterator[str]:
    """Tables with the columns that are keys; a foreign key to another schema names its table.

    Other columns are left out: nobody reads a picture of everything.
    """
    lines = ["```mermaid", "erDiagram", "    direction LR"]
    for table in schema.tables:
        lines.append(f"    {table.name} {{")
        lines += [f"        {line}" for line in _keys(schema, table)]
        lines.append("    }")
    names = {table.name for table in schema.tables}
    for table in schema.tables:
        for key in table.constraints:
            if key.kind == "f" and key.target_schema == schema.name and key.target in names:
                lines.append(f"    {_relationship(table, key)}")
    yield "\n".join([*lines, "```"])
    if any(
        key.target_schema not in ("", schema.name) for t in schema.tables for key in t.constraints
    ):
        yield "A foreign key to another schema has that table's name beside it."


def _keys(schema: Schema, table: Relation) -> Iterator[str]:
    for column in table.columns:
        marks = []
        if any(k.kind == "p" and column.name in k.columns for k in table.constraints):
            marks.append("PK")
        foreign = [k for k in table.constraints if k.kind == "f" and column.name in k.columns]
        if foreign:
            marks.append("FK")
        if not marks:
            continue
        # Of a key of several columns the first one says whom it is about.
        elsewhere = [
            f"{k.target_schema}.{k.target}"
            for k in foreign
            if k.target_schema != schema.name and k.columns[0] == column.name
        ]
        note = f' "{", ".join(dict.fromkeys(elsewhere))}"' if elsewhere else ""
        kind = re.sub(r"\W+", "_", short_type(column.type)).strip("_")
        yield f"{kind} {column.name} {', '.join(marks)}{note}"


def _relationship(table: Relation, key: Constraint) -> str:
    nullable = {c.name for c in table.columns if c.is_nullable}
    parent = "|o" if nullable & set(key.columns) else "||"
    is_unique = any(
        k.kind in "pu" and set(k.columns) <= set(key.columns) for k in table.constraints
    )
    child = "o|" if is_unique else "o{"
    return f'{key.target} {parent}--{child} {table.name} : "{", ".join(key.columns)}"'


def short_type(type_: str) -> str:
    """A type by the name that people use."""
    for long, short in _SHORT_TYPES.items():
        type_ = type_.replace(long, short)
    return type_
