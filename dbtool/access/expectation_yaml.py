"""Files of expectations as YAML, whose mappings know in which line each of their keys stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from dbtool.errors import FileError


class Map(dict[str, Any]):
    """A mapping, and the line of each of its keys."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.lines: dict[str, int] = {}

    @property
    def line(self) -> int:
        """Where it begins; 0 where nothing stands in it."""
        return min(self.lines.values(), default=0)


GUIDE = "docs/how-to/access-expectations.md"
# That of libyaml is ten times as fast; not every build of PyYAML has it.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """Keeps the line of every mapping and refuses a key that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                problem = f"a name is expected, not {key.value!r}; a name like that is quoted"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        keys = [key.value for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                mark = node.value[number][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", mark)
        content: Any = super().construct_mapping(node, deep=True)
        made = Map(content)
        made.lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
        return made


_Loader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG,
    _Loader.construct_mapping,
)


def read(text: str, path: str) -> Any:
    """A document.

    Args:
        text: Its text.
        path: The file, for errors.

    Raises:
        FileError: Not YAML, a key that is no text, or one that stands twice.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise FileError(
            f"not YAML: {problem}", path=path, line=mark.line + 1 if mark else None
        ) from None


@dataclass(frozen=True)
class Source:
    """One file of expectations, and how to say what is wrong in it.

    Attributes:
        schema: The schema it speaks of; empty for the file of all.
        path: The file, relative to the project.
        said: What it says.
    """

    schema: str
    path: str
    said: Map

    @classmethod
    def of(cls, file: Path, root: Path, sections: set[str]) -> Source:
        """Read a file.

        Raises:
            FileError: It cannot be read, or has a section that means nothing.
        """
        path = file.relative_to(root).as_posix()
        schema = "" if file.parent.name == "policies" else file.parent.name
        try:
            text = file.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise FileError(f"cannot read the file: {error}", path=path) from None
        source = cls(schema, path, Map())
        said = read(text, path)
        source.known(said, sections, 1)
        return replace(source, said=said)

    def mapping(self, said: Map, key: str, line: int = 1) -> Map:
        """What stands under a key: names and values, or nothing."""
        line = said.lines.get(key, line)
        found: Map = Map() if said.get(key) is None else said[key]
        self.known(found, None, line)
        return found

    def names(self, said: Map, key: str, line: int) -> tuple[str, ...]:
        """What stands under a key: a list of names, or nothing."""
        found = said.get(key) or []
        line = said.lines.get(key, line)
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise self.wrong(f"{key} is a list of names, not {found!r}", line)
        return tuple(found)

    def known(self, value: Any, keys: set[str] | None, line: int) -> None:
        """Names and values, and no other names than those.

        Raises:
            FileError: It is something else.
        """
        if not isinstance(value, Map):
            raise self.wrong(f"names and values are expected here, not {value!r}", line)
        for key in value:
            if keys is not None and key not in keys:
                raise FileError(
                    f"unknown: {key}",
                    path=self.path,
                    line=value.lines.get(key, line),
                    hint=f"Known here: {', '.join(sorted(keys))}.",
                )

    def wrong(self, message: str, line: int) -> FileError:
        """An error in a line of this file."""
        return FileError(
            message, path=self.path, line=line, hint="See docs/how-to/access-expectations.md."
        )
