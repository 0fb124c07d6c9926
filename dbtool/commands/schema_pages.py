"""A schema on one page: the text of ``docs/reference/schemas/<schema>.md``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from dbtool.commands import schema_diagram
from dbtool.commands.schema_diagram import short_type
from dbtool.db.reference import Argument, Constraint, Function, Relation, Schema
from dbtool.sql import function_comments

FOLDER = "docs/reference/schemas"
DOOR = "api"
_NOTE = "<!-- Written by `dbtool docs` from the catalog; do not edit. -->"
# As people call them, who know no database roles.
_CALLERS = {"anon": "anon", "authenticated": "user", "staff": "staff", "service_role": "service"}
_CALLERS_SAID = (
    "Callers: anon (no login), user (anyone with a login), staff (a login with a role beyond "
    "member), service (back ends)."
)
# It is the database owner's, so that no migration can comment on it.
_COMMENT_OF_PUBLIC = "People: profiles, contacts, settings, links, consents and interests."
_WORD = re.compile(r"(?:PT(?P<status>\d{3}) )?(?P<word>[A-Za-z_]\w*(?:\.\w+)*(?:\(\))?)")
_LITERAL = re.compile(r"(NULL|'(?:[^']|'')*')::[\w\s.\"\[\]]+")
_TEXT = re.compile(r"('(?:[^']|'')*')::text\b(?!\[)")
# Names of errors, permissions, tables and columns, as comments write them.
_NAME = re.compile(r"\w*_\w*|\w{2,}(\.\w{2,})+|.*\(\)")
_SPECIAL = re.compile(r"([\\`*\[\]|])")


def comment_of(schema: Schema) -> str:
    """What a schema is for."""
    return _COMMENT_OF_PUBLIC if schema.name == "public" else schema.comment


def pages(schemas: Sequence[Schema], errors: Collection[str]) -> dict[str, str]:
    """All pages: path below the project to text.

    Args:
        schemas: What the catalog says.
        errors: Names that ``errors.md`` explains.
    """
    words = Words(schemas, errors)
    return {f"{FOLDER}/{s.name}.md": _Page(s, words).text() for s in schemas}


class Words:
    """Plain text of comments as Markdown; names in it lead to where they are explained."""

    def __init__(self, schemas: Iterable[Schema], errors: Collection[str]) -> None:
        self._links = {name: f"../errors.md#{name}" for name in errors}
        for schema in schemas:
            for name in [t.name for t in schema.relations] + [f.name for f in schema.functions]:
                self._links[f"{schema.name}.{name}"] = f"{schema.name}.md#{name}"

    def said(self, text: str) -> str:
        """A text as Markdown."""
        parts = []
        end = 0
        for match in _WORD.finditer(text):
            parts += [_escaped(text[end : match.start()]), self._word(match)]
            end = match.end()
        return "".join([*parts, _escaped(text[end:])])

    def _word(self, match: re.Match[str]) -> str:
        word = match["word"]
        status = f"{match['status']} " if match["status"] else ""
        if link := self.link(word):
            return f"{status}[`{word}`]({link})"
        return f"{status}`{word}`" if _NAME.fullmatch(word) else f"{status}{word}"

    def link(self, name: str) -> str:
        """Where a name is explained, or empty."""
        return self._links.get(name.removesuffix("()"), "")


class _Page:
    def __init__(self, schema: Schema, words: Words) -> None:
        self._schema = schema
        self._words = words
        self._is_door = schema.name == DOOR

    def text(self) -> str:
        schema = self._schema
        open_ones = [f for f in schema.functions if f.callers]
        steps = [f for f in schema.functions if not f.callers]
        blocks = [
            f"# Schema {schema.name}",
            _NOTE,
            self._words.said(comment_of(schema)),
            f"{_CALLERS_SAID} The [access matrix](../access.html#{schema.name}) says which rows "
            "they reach.",
        ]
        if schema.tables:
            blocks += ["## Keys", *schema_diagram.diagram(schema)]
            blocks += ["## Tables", *chain.from_iterable(map(self._table, schema.tables))]
        if schema.views:
            blocks += ["## Views", *chain.from_iterable(map(self._view, schema.views))]
        if open_ones:
            title = "## Functions" if self._is_door else "## Functions that callers may execute"
            blocks += [title, *chain.from_iterable(map(self._function, open_ones))]
        if steps:
            blocks += [
                "## Steps inside",
                "Only the owner may execute these: other functions, triggers and jobs do.",
                *chain.from_iterable(map(self._function, steps)),
            ]
        return "\n\n".join(blocks) + "\n"

    def _table(self, table: Relation) -> Iterator[str]:
        yield f"### {table.name}"
        yield self._words.said(table.comment)
        if table.partition_key:
            key = table.partition_key.partition("(")[2].rstrip(")")
            yield f"A journal: rows are only added; partitioned by month of `{key}`."
        yield self._columns(table)
        if table.constraints:
            yield "\n".join(self._constraint(c) for c in table.constraints)

    def _columns(self, table: Relation) -> str:
        leads_to: dict[str, list[str]] = defaultdict(list)
        for key in table.constraints:
            if key.kind == "f":
                leads_to[key.columns[0]].append(self._target(key))
        lines = ["| column | type | null | default | meaning |", "|---|---|---|---|---|"]
        for column in table.columns:
            targets = [f"→ {target}" for target in dict.fromkeys(leads_to[column.name])]
            meaning = " ".join(
                [*([self._words.said(column.comment)] if column.comment else []), *targets]
            )
            null = "null" if column.is_nullable else ""
            lines.append(
                f"| `{column.name}` | {_code(short_type(column.type))} | {null} "
                f"| {_code(_default(column.default))} | {meaning} |"
            )
        return "\n".join(lines)

    def _target(self, key: Constraint) -> str:
        name = f"{key.target_schema}.{key.target}"
        link = self._words.link(name)
        return f"[`{name}`]({link})" if link else f"`{name}`"

    def _constraint(self, constraint: Constraint) -> str:
        said = f" {self._words.said(constraint.comment)}" if constraint.comment else ""
        return f"- `{constraint.name}`: `{_plain(constraint.definition)}`{said}"

    def _view(self, view: Relation) -> Iterator[str]:
        yield f"### {view.name}"
        yield self._words.said(view.comment)
        yield "\n".join(_access(view)) or "No client may use it directly."
        lines = ["| column | type | meaning |", "|---|---|---|"]
        lines += [
            f"| `{c.name}` | {_code(short_type(c.type))} | {self._words.said(c.comment)} |"
            for c in view.columns
        ]
        yield "\n".join(lines)

    def _function(self, function: Function) -> Iterator[str]:
        named = [a for a in function.arguments if a.name]
        said = function_comments.read(function.comment, {a.name for a in named})
        yield f"### {function.name}()"
        yield "\n\n".join(self._words.said(p) for p in said.paragraphs)
        yield f"```sql\n{_signature(self._schema.name, function)}\n```"
        inputs = [a for a in named if a.mode in "ibv"]
        if any(a.name in said.arguments for a in inputs):
            lines = ["| argument | meaning |", "|---|---|"]
            lines += [
                f"| `{a.name}` | {self._words.said(said.arguments.get(a.name, ''))} |"
                for a in inputs
            ]
            yield "\n".join(lines)
        facts = [
            ("Returns", said.returns),
            ("Raises", said.raises),
            ("Caller", said.caller),
        ]
        lines = [f"- **{name}**: {self._words.said(text)}" for name, text in facts if text]
        if function.callers:
            lines.append(f"- **Callable by**: {_callers(function.callers)}")
        rights = "its owner's rights (definer)" if function.is_definer else "its caller's rights"
        lines.append(f"- **Runs** with {rights}; {function.volatility}")
        yield "\n".join(lines)


def _access(view: Relation) -> Iterator[str]:
    """A line for each verb and set of columns."""
    every = tuple(c.name for c in view.columns)
    for verb in ("select", "insert", "update"):
        by_columns: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for role in _CALLERS:
            if columns := tuple(c.name for c in view.columns if verb in c.grants.get(role, ())):
                by_columns[columns].append(role)
        for columns, roles in by_columns.items():
            what = "" if columns == every else " of " + ", ".join(f"`{c}`" for c in columns)
            yield f"- **{verb}**{what}: {_callers(roles)}"
    if view.deleters:
        yield f"- **delete**: {_callers(view.deleters)}"


def _callers(roles: Collection[str]) -> str:
    return ", ".join(said for role, said in _CALLERS.items() if role in roles)


def _signature(schema: str, function: Function) -> str:
    inputs = [_argument(a) for a in function.arguments if a.mode in "ibv"]
    outputs = [f"{a.name} {short_type(a.type)}" for a in function.arguments if a.mode in "ot"]
    result = short_type(function.returns)
    if outputs:
        result = f"({', '.join(outputs)})"
        if function.returns.startswith(("TABLE", "SETOF")):
            result = f"table {result}"
    head = f"{schema}.{function.name}"
    line = f"{head}({', '.join(inputs)}) returns {result}"
    if len(line) <= 80:
        return line
    inside = ",\n".join(f"    {a}" for a in inputs)
    head = f"{head}(\n{inside}\n)" if inputs else f"{head}()"
    if outputs and len(result) > 70:
        kind = "table " if result.startswith("table") else ""
        result = f"{kind}(\n" + ",\n".join(f"    {o}" for o in outputs) + "\n)"
    return f"{head} returns {result}"


def _argument(argument: Argument) -> str:
    mode = "variadic " if argument.mode == "v" else ""
    default = f" default {_default(argument.default)}" if argument.default else ""
    return f"{mode}{argument.name} {short_type(argument.type)}{default}".strip()


def _default(expression: str) -> str:
    """An expression; of a literal the type is known from what it is the default of."""
    match = _LITERAL.fullmatch(expression)
    return match[1].replace("NULL", "null") if match else expression


def _plain(definition: str) -> str:
    """A constraint without what Postgres adds: casts of literals, parentheses around a check."""
    definition = _TEXT.sub(r"\1", definition)
    match = re.fullmatch(r"CHECK \(\((.*)\)\)", definition, re.S)
    if match is None:
        return definition
    depth = 0
    for character in match[1]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return definition
    return f"CHECK ({match[1]})"


def _code(text: str) -> str:
    """Code in a table's cell, where a bar would end the cell."""
    if "|" in text:
        plain = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;")
        return f"<code>{plain}</code>"
    return f"`{text}`" if text else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))
