"""Random HTTP requests to PostgREST, as an attacker with a login would send them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import quote

from tests.support.statements import INJECTIONS, TEXTS, WORDS, Target

# Tokens that PostgREST must not believe.
TAMPERED = (
    "unsigned",
    "other secret",
    "service, other secret",
    "expired",
    "another's, other secret",
    "another's claims under one's own signature",
    "half",
    "words",
)
# Operators that every type has, those of some, and all.
_COMMON = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "is", "isdistinct", "eq(any)")
_OF_TYPE = {
    "text": (
        "like",
        "ilike",
        "match",
        "imatch",
        "fts",
        "plfts",
        "phfts(english)",
        "wfts",
        "like(any)",
        "ilike(all)",
    ),
    "jsonb": ("cs", "cd"),
    "text[]": ("cs", "cd", "ov"),
}
_OPERATORS = (*_COMMON, *_OF_TYPE["text"], "cs", "cd", "ov", "sl", "sr", "nxl", "nxr", "adj")
# Not among the views: tables, catalogs, and names that would end a query if they got into one.
_HIDDEN = (
    "user_contacts",
    "api_keys",
    "effective_permissions",
    "rbac.api_keys",
    "auth.users",
    "users",
    "pg_authid",
    "pg_stat_activity",
    "migrations_meta",
    'profiles"; select 1; --',
    "profiles'--",
    "rpc",
    "rpc/",
    "rpc/has_permission",
    "rpc/custom_access_token_hook",
    "rpc/ensure_profile",
    "rpc/query_to_xml",
    "rpc/pg_read_file",
    "rpc/set_config",
    "",
)
_PROFILES = ("public", "rbac", "util", "auth", "pg_catalog", "api", "api, rbac", 'api"; --')
_ACCEPTED = (
    "text/csv",
    "application/vnd.pgrst.object+json",
    "application/vnd.pgrst.array+json",
    "application/vnd.pgrst.plan+json",
    "application/vnd.pgrst.plan+text; options=analyze|verbose",
    "application/geo+json",
    "application/openapi+json",
    "application/octet-stream",
    "text/xml",
    "text/plain",
    "*/*",
    "application/vnd.pgrst.object+json;nulls=stripped",
)
_FORGED: tuple[tuple[str, str], ...] = (
    ("X-User-Id", "{id}"),
    ("X-Forwarded-User", "{id}"),
    ("X-Hasura-Role", "service_role"),
    ("X-Supabase-Role", "service_role"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Role", "service_role"),
    ("apikey", "service_role"),
    ("Cookie", "sub={id}; role=service_role; request.jwt.claims={{}}"),
    ("X-Request-Id", "'; set role service_role; --"),
    ("Forwarded", "for=127.0.0.1;by=service_role"),
)
_PREFERENCES = (
    "return=representation",
    "return=minimal",
    "return=headers-only",
    "resolution=merge-duplicates",
    "resolution=ignore-duplicates",
    "missing=default",
    "count=exact",
    "count=planned",
    "count=estimated",
    "handling=strict",
    "handling=lenient",
    "max-affected=1",
    "timezone=America/Los_Angeles",
    "timezone='; set role service_role; --",
)
_ROLLBACK = "tx=rollback"


@dataclass(frozen=True)
class Request:
    """One request, as it goes over the wire.

    Attributes:
        method: HTTP method.
        target: Path and query, percent-encoded.
        headers: By name; without the token.
        body: The payload, None for none.
        tampered: One of TAMPERED instead of the caller's own token; empty for their own.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: str | None = None
    tampered: str = ""

    @property
    def may_commit(self) -> bool:
        """Whether it asks that what it changes is kept."""
        is_reading = self.method in ("GET", "HEAD", "OPTIONS")
        return not is_reading and _ROLLBACK not in self.headers.get("Prefer", "")


def request(by: Random, target: Target) -> Request:
    """One of any kind, perhaps with odd headers or a tampered token."""
    kind = by.choice([*[_read] * 6, *[_write] * 5, *[_call] * 3, _stray])
    plain = kind(by, target)
    headers = dict(plain.headers)
    if _once_in(by, 10):
        headers[by.choice(["Accept-Profile", "Content-Profile"])] = by.choice(_PROFILES)
    if _once_in(by, 8):
        headers["Accept"] = by.choice(_ACCEPTED)
    if _once_in(by, 4):
        name, value = by.choice(_FORGED)
        headers[name] = value.format(id=by.choice(target.ids))
    tampered = by.choice(TAMPERED) if _once_in(by, 15) else ""
    return replace(plain, headers=headers, tampered=tampered)


def _once_in(by: Random, times: int) -> bool:
    return by.randrange(times) == 0


def _some(by: Random, things: Collection[str], at_least: int, at_most: int) -> list[str]:
    known = sorted(things)
    return by.sample(known, min(by.randint(at_least, at_most), len(known)))


def _query(pairs: list[tuple[str, str]]) -> str:
    said = "&".join(f"{quote(name, safe='.')}={quote(value)}" for name, value in pairs)
    return f"?{said}" if said else ""


def _view(by: Random, target: Target, open_: Collection[str] = ()) -> tuple[str, Mapping[str, str]]:
    """A view and its columns; one of the open ones mostly."""
    views = {name[4:]: cols for name, cols in target.relations.items() if name.startswith("api.")}
    known = sorted(name[4:] for name in open_ or target.reachable if name.startswith("api."))
    name = by.choice(sorted(views) if not known or _once_in(by, 5) else known)
    return name, views[name]


# Values


def _value(by: Random, target: Target, name: str, type_: str) -> Any:
    """Something for a column or an argument, as JSON has it; mostly what it takes."""
    if _once_in(by, 10):
        return by.choice([*INJECTIONS, None, 1, True, [], {}, {"a": 1}])
    if type_ == "uuid":
        return by.choice(target.ids)
    if type_.endswith("[]"):
        inner = type_.removesuffix("[]")
        return [_value(by, target, name, inner) for _ in range(by.randrange(4))]
    known: Mapping[str, tuple[Any, ...]] = {
        "integer": (0, 1, 5, 12, 60),
        "bigint": (0, 1, 7),
        "boolean": (True, False),
        "jsonb": ({}, {"is": "mine"}, {"user_id": target.ids[0]}),
        "date": ("2026-01-01",),
        "timestamp with time zone": ("2030-01-01", "infinity", None),
    }
    words = next((words for part, words in WORDS.items() if part in name), ())
    if words and type_ == "text" and by.randrange(3):
        return by.choice(words)
    return by.choice(known.get(type_, (*TEXTS, *INJECTIONS)))


def _plain(value: Any) -> str:
    """A value in a query string."""
    if isinstance(value, list):
        return "{" + ",".join(map(_plain, value)) + "}"
    return value if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    """A value among others, in parentheses or braces."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _condition(by: Random, target: Target, column: str, type_: str) -> str:
    """Operator and value, as a filter has them after its column."""
    operator = by.choice(_OPERATORS if _once_in(by, 6) else _COMMON + _OF_TYPE.get(type_, ()))
    values = [_plain(_value(by, target, column, type_)) for _ in range(by.randint(1, 3))]
    among = ",".join(map(_quoted, values))
    if operator == "is":
        said = by.choice(["null", "true", "unknown"] if type_ == "boolean" else ["null", values[0]])
    elif operator == "in":
        said = f"({among})"
    elif operator.endswith(("(any)", "(all)")):
        said = f"{{{among}}}"
    elif "like" in operator:
        said = by.choice(["*", "cnry*", f"*{values[0]}*", "%\\"])
    elif operator in ("sl", "sr", "nxl", "nxr", "adj"):
        said = by.choice(["[1,2]", "(2026-01-01,infinity)"])
    else:
        said = values[0]
    return f"{by.choice(['', '', 'not.'])}{operator}.{said}"


def _filters(by: Random, target: Target, columns: Mapping[str, str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for _ in range(by.choice([0, 0, 0, 1, 1, 2])):
        chosen = _some(by, columns, 1, 2)
        said = [(column, _condition(by, target, column, columns[column])) for column in chosen]
        if by.randrange(3):
            path = by.choice(["->>is", "->is", "::text"]) if _once_in(by, 8) else ""
            found.append((said[0][0] + path, said[0][1]))
        else:
            logic = by.choice(["or", "and", "not.or", "not.and"])
            found.append((logic, "(" + ",".join(f"{c}.{v}" for c, v in said) + ")"))
    return found


# Requests


def _selected(by: Random, target: Target, columns: Mapping[str, str], depth: int = 0) -> str:
    """A select list: columns, casts, paths, aggregates, and other views embedded."""
    forms = ["{}", "{}", "{}", "x:{}", "{}::text"]
    if _once_in(by, 6):
        forms = ["{}::jsonb", "{}->>is", "{}->0", "{}.max()", "{}::regclass"]
    said = [by.choice(forms).format(column) for column in _some(by, columns, 1, 3)]
    if _once_in(by, 15):
        said.append("count()")
    if depth < 2 and _once_in(by, 3):
        name, inner = _view(by, target)
        kind = by.choice(["", "", "", "!inner", "!left", "!id"])
        inside = by.choice(["*", _selected(by, target, inner, depth + 1)])
        said.append(f"{by.choice(['', '', '...', 'y:'])}{name}{kind}({inside})")
    return by.choice(["*", ",".join(said), ",".join(said)])


def _arranged(by: Random, columns: Mapping[str, str]) -> list[tuple[str, str]]:
    """Order and a part of the rows."""
    found: list[tuple[str, str]] = []
    if _once_in(by, 2):
        how = by.choice(["", ".asc", ".desc", ".desc.nullslast", "->>is.asc"])
        found.append(("order", by.choice(sorted(columns)) + how))
    for name in ("limit", "offset"):
        if _once_in(by, 6):
            found.append((name, by.choice(["0", "1", "5", "100000", "1;--"])))
    return found


def _preferred(by: Random, *must: str) -> dict[str, str]:
    said = ", ".join([*_some(by, _PREFERENCES, 0, 3), *filter(None, must)])
    return {"Prefer": said} if said else {}


def _read(by: Random, target: Target) -> Request:
    name, columns = _view(by, target)
    pairs = _filters(by, target, columns) + _arranged(by, columns)
    if _once_in(by, 2):
        pairs.append(("select", _selected(by, target, columns)))
    headers = _preferred(by)
    if _once_in(by, 6):
        headers["Range"] = by.choice(["0-0", "1-", "5-2", "0-100000", "x"])
    method = by.choice(["HEAD", "OPTIONS"]) if _once_in(by, 12) else "GET"
    return Request(method, f"/{name}{_query(pairs)}", headers)


def _row(by: Random, target: Target, name: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """Values for some columns that the caller may write, or for one that they may not."""
    open_ = target.writable.get(f"api.{name}", ())
    closed = columns.keys() - {*open_}
    chosen = _some(by, closed, 1, 1) if closed and _once_in(by, 3) else _some(by, open_, 1, 4)
    return {column: _value(by, target, column, columns[column]) for column in chosen}


def _write(by: Random, target: Target) -> Request:
    name, columns = _view(by, target, target.writable)
    row = _row(by, target, name, columns)
    method = by.choice([*["POST"] * 4, *["PATCH"] * 4, *["DELETE"] * 2, "PUT"])
    pairs: list[tuple[str, str]] = []
    if method == "POST" and _once_in(by, 3):
        keys = ["id", "user_id", "key", "user_id,interest_key", *row, "id); drop table x; --"]
        pairs.append(("on_conflict", by.choice(keys)))
    elif method == "PUT":
        known = (column for column in ("id", "user_id", "key") if column in columns)
        key = next(known, min(columns))
        row[key] = _value(by, target, key, columns[key])
        pairs.append((key, f"eq.{_plain(row[key])}"))
    elif method != "POST":
        pairs += _filters(by, target, columns)
    if method != "DELETE" and _once_in(by, 6):
        pairs.append(("columns", ",".join(by.choice([list(row), sorted(columns)]))))
    if _once_in(by, 3):
        pairs.append(("select", _selected(by, target, columns)))
    if method in ("PATCH", "DELETE") and _once_in(by, 6):
        pairs += _arranged(by, columns)
    headers = _preferred(by, by.choice(["", "", _ROLLBACK]))
    body, headers["Content-Type"] = _payload(by, row)
    path = f"/{name}{_query(pairs)}"
    return Request(method, path, headers, None if method == "DELETE" else body)


def _payload(by: Random, row: dict[str, Any]) -> tuple[str, str]:
    """A body and its type."""
    kind = by.choice(["many", "csv", "form", "broken"]) if _once_in(by, 5) else "one"
    if kind == "csv":
        cells = (_quoted(_plain(value)) for value in row.values())
        return f"{','.join(row)}\n{','.join(cells)}\n", "text/csv"
    if kind == "form":
        said = _query([(name, _plain(value)) for name, value in row.items()])
        return said[1:], "application/x-www-form-urlencoded"
    if kind == "broken":
        return json.dumps(row)[:-1] + "'; --", "application/json"
    return json.dumps([row, row] if kind == "many" else row), "application/json"


def _call(by: Random, target: Target) -> Request:
    functions = {n[4:]: args for n, args in target.functions.items() if n.startswith("api.")}
    name = by.choice(sorted(functions))
    arguments: dict[str, Any] = {}
    for argument, type_ in functions[name].items():
        if arguments and _once_in(by, 6):
            break  # the rest has defaults, perhaps
        arguments[argument] = _value(by, target, argument, type_)
    if _once_in(by, 12):
        arguments[by.choice(["sub", "role", "p_user_id", "x'--"])] = "service_role"
    further = by.choice([[], [], [("select", "*")], [("limit", "1")]])
    single = "params=single-object" if _once_in(by, 12) else ""
    headers = _preferred(by, single, by.choice(["", _ROLLBACK]))
    if _once_in(by, 3):
        pairs = [(name, _plain(value)) for name, value in arguments.items()]
        return Request("GET", f"/rpc/{name}{_query(pairs + further)}", headers)
    body, headers["Content-Type"] = _payload(by, arguments)
    return Request("POST", f"/rpc/{name}{_query(further)}", headers, body)


def _stray(by: Random, _: Target) -> Request:
    """To paths that are not served."""
    method = by.choice(["GET", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD"])
    body = "{}" if method in ("POST", "PATCH") else None
    headers = {"Content-Type": "application/json"}
    return Request(method, f"/{quote(by.choice(_HIDDEN))}", headers, body)
