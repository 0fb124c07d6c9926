"""Random statements, as an attacker with a login would send them: well formed, up to no good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

INJECTIONS = (
    "'; select * from rbac.api_keys; --",
    "' or '1'='1",
    "x'); delete from public.profiles; --",
    "$$; set role service_role; $$",
    "\\'; drop table public.profiles; --",
    "%' union select email from auth.users --",
    '"; truncate rbac.roles; --',
    "{{7*7}}",
    "a\u0301\u202e\u0000".replace("\u0000", ""),
    "cnry%",
)
TEXTS = (
    "x",
    "member",
    "admin",
    "service_role",
    "global",
    "course",
    "terms",
    "settings",
    "import",
    "fr",
    "https://example.com",
    "role.grant",
    "profile.read_any",
    "learner_two",
    "1",
    "",
    "cnry%",
    "0",
    "{}",
    "[]",
    "2026-01-01",
    "infinity",
    "t",
)
# Values for arguments and columns whose name has this part; other values are refused as nonsense.
WORDS = {
    "role": ("member", "admin", "moderator", "visitor"),
    "scope_type": ("global", "course", "planet"),
    "permission": ("role.grant", "profile.read_any", "api_key.create"),
    "reason": ("because", ""),
    "status": ("active", "inactive", "suspended", "under_review", "draft", "archived"),
    "kind": ("website", "github"),
    "url": ("https://example.com/x",),
    "source": ("settings", "import"),
    "locale": ("fr",),
    "country": ("DZ",),
}
PREDICATES = (
    "{c} is not null",
    "{c}::text like 'cnry%'",
    "{c}::text ~ 'cnry'",
    "{c}::text = {v}",
    "{c}::text <> {v}",
    "{c}::text::int = 1",
    "1 / length({c}::text) >= 0",
    "true",
    "not false",
    "exists (select from {r} as e where e::text like '%cnry%')",
    "pg_catalog.has_table_privilege('service_role', 'auth.users', 'select')",
    "{c}::text in (select x::text from {r} as x)",
    "xmlparse(document {c}::text) is document",
    "{c}::text::date > now()",
    "{c}::text::jsonb is not null",
    "ctid is not null",
    "tableoid is not null",
    "{c}::text > any (select f::text from {r} as f)",
)
AGGREGATES = (
    "count(*)",
    "max({c}::text)",
    "min({c}::text)",
    "string_agg({c}::text, ',')",
    "array_agg({c}::text)",
    "json_agg({a})",
    "jsonb_object_agg(coalesce({c}::text, ''), {a}::text)",
    "percentile_disc(0.5) within group (order by {c}::text)",
    "mode() within group (order by {a}::text)",
)
COLUMNS = (
    "*",
    "{a}",
    "{a}::text",
    "to_jsonb({a})",
    "{c}",
    "{c}::text",
    "row_to_json({a})",
    "{a}.ctid",
    "{a}.xmin",
    "(select string_agg(z::text, '') from {r} as z)",
    "lag({c}::text) over ()",
    "length({c}::text)",
    "md5({c}::text)",
    "hashtext({c}::text)",
    "pg_column_size({a}.*)",
)
# Functions of Postgres itself that run queries or look behind the scenes, and statements that are
# nobody's business.
SNEAKY = (
    "select query_to_xml('select * from {r}', true, false, '')",
    "select table_to_xml('{r}'::regclass, true, false, '')",
    "select schema_to_xml('rbac', true, false, '')",
    "select cursor_to_xml('c', 1, true, false, '')",
    "select ts_stat('select to_tsvector(x::text) from {r} as x')",
    "select * from ts_stat('select to_tsvector(x::text) from {r} as x')",
    "select * from pg_catalog.pg_stats where schemaname in ('public', 'rbac', 'util')",
    "select * from pg_catalog.pg_statistic",
    "select * from pg_catalog.pg_stats_ext_exprs",
    "select query from pg_catalog.pg_stat_activity",
    "select * from pg_catalog.pg_prepared_statements",
    "select * from pg_catalog.pg_authid",
    "select pg_catalog.pg_read_file('postgresql.conf')",
    "select pg_catalog.pg_ls_dir('.')",
    "select pg_catalog.lo_import('/etc/passwd')",
    "select * from information_schema.role_table_grants",
    "truncate {r}",
    "lock table {r} in access exclusive mode",
    "create table api.trap (id int)",
    "create table public.trap (id int)",
    "create temporary table profiles as select * from {r}",
    "create temporary view mine as select * from {r}",
    "create function pg_temp.f() returns text language sql security definer as 'select 1'",
    "create or replace function api.is_enabled(flag text) returns boolean return true",
    "alter table {r} disable row level security",
    "alter table {r} owner to authenticated",
    "drop table {r}",
    "drop policy profiles_select_own on public.profiles",
    "create policy mine on {r} for select using (true)",
    "grant select on {r} to authenticated",
    "grant service_role to authenticated",
    "alter role authenticated bypassrls",
    "create rule r as on select to {r} do instead select 1",
    "create trigger t before update on {r} for each row execute function util.set_updated_at()",
    "do $do$ begin perform * from {r}; end $do$",
    "do $do$ declare r record; begin for r in select * from {r} loop raise notice '%', r; "
    "end loop; end $do$",
    "copy {r} to program 'cat'",
    "analyze {r}",
    "vacuum {r}",
    "reindex table {r}",
    "comment on table {r} is 'mine'",
    "security label on table {r} is 'x'",
    "select nextval(pg_get_serial_sequence('public.user_consents', 'id'))",
    "select setval(pg_get_serial_sequence('rbac.role_grants_log', 'id'), 1)",
    "select pg_catalog.pg_terminate_backend(pg_backend_pid() + 1)",
    "set session_replication_role = replica",
    "set row_security = off",
    "select set_config('row_security', 'off', true); select * from {r}",
    "set local search_path = pg_temp; select * from {r}",
    "prepare p as select * from {r}; execute p",
    "declare c cursor for select * from {r}; fetch all from c",
    "with recursive w as (select 1 as n union select n + 1 from w where n < 5) table {r}",
    "select * from {r} tablesample system (100)",
    "select * from only {r}",
    "select * from {r} for update",
    "select * from {r} for key share skip locked",
    "merge into {r} as m using (select 1) as one on true when matched then delete",
    "merge into {r} as m using {r} as o on m.ctid = o.ctid when matched then do nothing",
    "table {r}",
    "values ((select string_agg(v::text, '') from {r} as v))",
    "notify pgrst, 'reload schema'",
)


@dataclass(frozen=True)
class Target:
    """What statements are about.

    Attributes:
        relations: Name to columns, and the type of each.
        reachable: Relations of which clients may read something.
        writable: Relation to columns that some client may insert or update.
        functions: Name to types of its arguments, by name.
        ids: Ids of people and rows, their own and those of others.
    """

    relations: Mapping[str, Mapping[str, str]]
    reachable: Sequence[str]
    writable: Mapping[str, Sequence[str]]
    functions: Mapping[str, Mapping[str, str]]
    ids: Sequence[str]


def statements(target: Target) -> SearchStrategy[str]:
    """All kinds, with and without EXPLAIN."""
    kinds = [_select, _join, _insert, _update, _delete, _call]
    plain = st.one_of(*(kind(target) for kind in kinds), _sneaky(target))
    return st.one_of(plain, plain, plain, plain.map("explain (analyze, verbose) {}".format))


def quoted(text: str) -> str:
    """A literal."""
    return "'" + text.replace("'", "''") + "'"


def _names(target: Target) -> SearchStrategy[str]:
    """Relations, those that clients have a way into more often."""
    every = st.sampled_from(sorted(target.relations))
    open_ = st.sampled_from(sorted(target.reachable))
    return st.one_of(open_, open_, every)


@st.composite
def _relation(draw: DrawFn, target: Target) -> tuple[str, str]:
    """A relation and one of its columns."""
    name = draw(_names(target))
    return name, draw(st.sampled_from(sorted(target.relations[name])))


@st.composite
def _filled(draw: DrawFn, target: Target, template: str, alias: str, column: str) -> str:
    other = draw(_names(target)) if "{r}" in template else ""
    value = draw(_argument(target, "text")) if "{v}" in template else ""
    return template.format(c=f"{alias}.{column}", a=alias, r=other, v=value)


@st.composite
def _where(draw: DrawFn, target: Target, alias: str, column: str) -> str:
    chosen = draw(st.one_of(st.just([]), st.lists(st.sampled_from(PREDICATES), max_size=2)))
    said = [draw(_filled(target, template, alias, column)) for template in chosen]
    return f" where {draw(st.sampled_from([' and ', ' or '])).join(said)}" if said else ""


@st.composite
def _select(draw: DrawFn, target: Target) -> str:
    name, column = draw(_relation(target))
    what = draw(_filled(target, draw(st.sampled_from(COLUMNS + AGGREGATES)), "t", column))
    where = draw(_where(target, "t", column))
    tail = draw(st.sampled_from(["", "", " limit 3", f" order by t.{column} limit 5", " offset 1"]))
    if any(what.startswith(a.partition("(")[0] + "(") for a in AGGREGATES):
        tail = draw(st.sampled_from(["", f" group by t.{column}"]))
    return f"select {what} from {name} as t{where}{tail}"


@st.composite
def _join(draw: DrawFn, target: Target) -> str:
    left, one = draw(_relation(target))
    right, two = draw(_relation(target))
    kind = draw(st.sampled_from(["join", "left join", "right join", "full join"]))
    on = draw(st.sampled_from([f"a.{one}::text = b.{two}::text", "true", f"a.{one} = b.{two}"]))
    if kind == "full join":
        on = f"a.{one}::text = b.{two}::text"
    where = draw(_where(target, "b", two))
    return f"select a.*, b.{two} from {left} as a {kind} {right} as b on {on}{where} limit 20"


@st.composite
def _row(draw: DrawFn, target: Target) -> tuple[str, dict[str, str]]:
    """A relation and values for some of its columns, mostly those that somebody may write."""
    if draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(target.writable)))
        columns = target.writable[name]
    else:
        name = draw(_names(target))
        columns = sorted(target.relations[name])
    chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=4, unique=True))
    types = target.relations[name]
    return name, {column: draw(_argument(target, types[column])) for column in chosen}


_RETURNING = st.sampled_from(["", "", " returning *", " returning to_jsonb(t)"])


@st.composite
def _insert(draw: DrawFn, target: Target) -> str:
    name, row = draw(_row(target))
    column = next(iter(row))
    into = f"insert into {name} as t ({', '.join(row)})"
    if draw(st.booleans()):
        source, other = draw(_relation(target))
        body = f" select {', '.join([f's.{other}'] * len(row))} from {source} as s limit 3"
    else:
        body = f" values ({', '.join(row.values())})"
    set_ = ", ".join(f"{c} = excluded.{c}" for c in row)
    conflict = draw(
        st.sampled_from(
            [
                "",
                " on conflict do nothing",
                f" on conflict ({column}) do nothing",
                f" on conflict ({column}) do update set {set_}",
                f" on conflict (id) do update set {set_}",
                f" on conflict (user_id) do update set {set_}",
            ]
        )
    )
    return into + body + conflict + draw(_RETURNING)


@st.composite
def _update(draw: DrawFn, target: Target) -> str:
    name, row = draw(_row(target))
    column = next(iter(row))
    set_ = ", ".join(f"{c} = {v}" for c, v in row.items())
    from_ = draw(st.sampled_from(["", "", f" from {draw(_relation(target))[0]} as f"]))
    where = draw(_where(target, "t", column))
    return f"update {name} as t set {set_}{from_}{where}{draw(_RETURNING)}"


@st.composite
def _delete(draw: DrawFn, target: Target) -> str:
    name, column = draw(_relation(target))
    using = draw(st.sampled_from(["", "", f" using {draw(_relation(target))[0]} as u"]))
    return f"delete from {name} as t{using}{draw(_where(target, 't', column))}{draw(_RETURNING)}"


@st.composite
def _call(draw: DrawFn, target: Target) -> str:
    name = draw(st.sampled_from(sorted(target.functions)))
    arguments: list[str] = []
    for argument, type_ in target.functions[name].items():
        if arguments and draw(st.integers(0, 3)) == 0:
            break  # the rest has defaults, perhaps
        words = next((w for part, w in WORDS.items() if part in argument), None)
        value = draw(st.sampled_from(words).map(quoted) if words else _argument(target, type_))
        arguments.append(f"{argument} => {value}" if argument else value)
    call = f"{name}({', '.join(arguments)})"
    return draw(st.sampled_from([f"select * from {call}", f"select {call}"]))


@st.composite
def _argument(draw: DrawFn, target: Target, type_: str) -> str:
    texts = st.sampled_from([*TEXTS, *INJECTIONS])
    ids = st.sampled_from(target.ids)
    if type_ == "uuid":
        return draw(st.one_of(ids.map(quoted), ids.map(quoted), st.just("null"))) + "::uuid"
    if type_ == "uuid[]":
        chosen = draw(st.lists(ids, max_size=3))
        return f"array[{', '.join(map(quoted, chosen))}]::uuid[]"
    if type_ == "text[]":
        chosen = draw(st.lists(texts, max_size=3))
        return f"array[{', '.join(map(quoted, chosen))}]::text[]"
    if type_ == "text":
        return draw(st.one_of(texts, ids).map(quoted))
    if type_ == "jsonb" and draw(st.booleans()):
        return "'{}'::jsonb"
    if type_ == "jsonb":
        key, value = draw(st.sampled_from(["user_id", "claims", "sub"])), draw(ids)
        return quoted(f'{{"{key}": "{value}"}}') + "::jsonb"
    known = {
        "integer": ["0", "1", "5", "12", "-1", "2147483647"],
        "bigint": ["0", "1", "-1"],
        "boolean": ["true", "false"],
        "date": ["'2026-01-01'", "'infinity'"],
        "timestamp with time zone": ["'2030-01-01'", "now()", "'-infinity'", "null"],
    }
    return draw(st.sampled_from([*known.get(type_, []), "null"])) + f"::{type_}"


@st.composite
def _sneaky(draw: DrawFn, target: Target) -> str:
    name = draw(_names(target))
    return draw(st.sampled_from(SNEAKY)).replace("{r}", name)
