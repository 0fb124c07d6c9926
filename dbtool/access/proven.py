"""What is proven of access, by content: for each object a hash of all that its proof rests on.

The proof of an object rests on its own files, the migrations and seeds that speak of its tables,
all objects that these speak of, what is expected of it, the objects by which its mutants are
noticed (views of a table, callers of a function), and the code that tries. An object whose hash is
known need not be tried again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dbtool.access.expectations import Expectations, Function, Relation
from dbtool.errors import FileError
from dbtool.project.files import Project

FILE = "policies/proven.json"
_CODE = Path(__file__).parent
_NAME = re.compile(r"\b([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)\b")
_REMARK = re.compile(r"^\s*--.*$", re.M)
# Words about an object change nothing of what it lets through.
_COMMENT = re.compile(r"^comment on .*?'\s*;\s*$", re.M | re.S)
_TRIGGER = re.compile(r"\bcreate or replace trigger\b.*?\bon ([a-z_]+\.[a-z_0-9]+)", re.S)


def load(root: Path) -> dict[str, str]:
    """Hashes by object; none where there is no file yet.

    Raises:
        FileError: It is not what `save` writes.
    """
    path = root / FILE
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise FileError(
            f"not JSON: {error}", path=FILE, hint="Delete it; `dbtool access prove` makes it anew."
        ) from None
    if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
        raise FileError("not names and hashes", path=FILE, hint="Delete it and prove again.")
    return known


def save(root: Path, known: Mapping[str, str]) -> None:
    """Write the hashes, a line each."""
    text = json.dumps(dict(sorted(known.items())), indent=0)
    (root / FILE).write_text(text + "\n", "utf-8")


@dataclass(frozen=True)
class Rests:
    """What the proof of each object rests on."""

    project: Project
    expectations: Expectations
    _parts: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything of which something is expected."""
        return (*self.expectations.relations, *self.expectations.functions)

    def hashes(self) -> dict[str, str]:
        """A hash for each object."""
        return {name: self._hash(name) for name in self.names}

    def _hash(self, name: str) -> str:
        digest = hashlib.sha256(self._code.encode())
        for other in sorted(self._closure([name, *self._noticing(name)])):
            digest.update(self._part(other))
        return digest.hexdigest()[:32]

    def _noticing(self, name: str) -> set[str]:
        """By which objects its mutants are noticed: views of it, or functions that call it."""
        if name in self.expectations.relations:
            return {r.name for r in self.expectations.relations.values() if r.of == name}
        found = {name}
        todo = [name]
        while todo:
            for other in self._speaking.get(todo.pop(), ()):
                if other in self.expectations.functions and other not in found:
                    found.add(other)
                    todo.append(other)
        return found

    @cached_property
    def _code(self) -> str:
        """The tools that try."""
        digest = hashlib.sha256()
        for path in sorted(_CODE.rglob("*.py")):
            if path.parent.name != "explain":
                digest.update(path.read_bytes())
        return digest.hexdigest()

    @cached_property
    def _texts(self) -> dict[str, str]:
        """By object, all text that makes it: its files, and the migrations and seeds about it."""
        found: dict[str, list[str]] = {}
        for file in self.project.declared:
            text = _bare(file.source.text)
            found.setdefault(file.object_name, []).append(text)
            for table in _TRIGGER.findall(text):
                found.setdefault(table, []).append(text)
        sources = [migration.up.text for migration in self.project.migrations]
        sources += [s.text for kind in ("reference", "demo") for s in self.project.seeds(kind)]
        for text in map(_bare, sources):
            for name in set(_spoken(text)) & set(self.names):
                found.setdefault(name, []).append(text)
        return {name: "\0".join(texts) for name, texts in found.items()}

    @cached_property
    def _declared(self) -> dict[str, frozenset[str]]:
        """By object, those that its own files speak of.

        Migrations and seeds speak of many tables that have nothing to do with each other.
        """
        found: dict[str, set[str]] = {}
        for file in self.project.declared:
            spoken = set(_spoken(_bare(file.source.text)))
            found.setdefault(file.object_name, set()).update(spoken)
            for table in _TRIGGER.findall(file.source.text):
                found.setdefault(table, set()).add(file.object_name)
        for name, relation in self.expectations.relations.items():
            found.setdefault(name, set()).add(relation.of)
        return {name: frozenset(spoken - {name}) for name, spoken in found.items()}

    @cached_property
    def _speaking(self) -> dict[str, frozenset[str]]:
        """By object, those whose own files speak of it."""
        found: dict[str, set[str]] = {}
        for name, spoken in self._declared.items():
            for other in spoken:
                found.setdefault(other, set()).add(name)
        return {name: frozenset(others) for name, others in found.items()}

    def _closure(self, names: Iterable[str]) -> set[str]:
        found = set(names)
        todo = list(found)
        while todo:
            for other in self._declared.get(todo.pop(), ()):
                if other not in found:
                    found.add(other)
                    todo.append(other)
        return found

    def _part(self, name: str) -> bytes:
        """What one object adds to a hash."""
        if name not in self._parts:
            text = f"{name}\0{self._texts.get(name, '')}\0{self._stated(name)}"
            self._parts[name] = hashlib.sha256(text.encode()).digest()
        return self._parts[name]

    def _stated(self, name: str) -> str:
        stated: Relation | Function | None = self.expectations.relations.get(name)
        stated = stated or self.expectations.functions.get(name)
        survivors = {k: v for k, v in self.expectations.survivors.items() if name in k}
        return json.dumps([_plain(stated), survivors], sort_keys=True)


def _plain(value: Any) -> Any:
    """An expectation as JSON, without the place where it stands: a line that moved is no other."""
    if is_dataclass(value):
        named = {f.name: getattr(value, f.name) for f in fields(value)}
        return {k: _plain(v) for k, v in named.items() if k not in ("path", "line")}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _bare(text: str) -> str:
    return _REMARK.sub("", _COMMENT.sub("", text))


def _spoken(text: str) -> Iterator[str]:
    return (f"{schema}.{name}" for schema, name in _NAME.findall(text))
