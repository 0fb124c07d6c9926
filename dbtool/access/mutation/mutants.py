"""The faults that are put in on purpose: one change of policies, grants or functions each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql
from psycopg.rows import class_row

from dbtool.access.matrix import catalog
from dbtool.db.connect import Connection, identifier, printed

_CLIENTS = ["anon", "authenticated", "staff", "service_role"]


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes:
        name: What is done to what.
        target: ``schema.name`` of the table, view or function.
        kind: policy, grant, relation, execute or function: by which cells it can be noticed.
        statement: The DDL that does it.
        rule: Why it changes nothing, where that is known beforehand; empty as a rule.
    """

    name: str
    target: str
    kind: str
    statement: sql.Composable
    rule: str = ""


def definitions(connection: Connection, schemas: Sequence[str]) -> dict[str, str]:
    """Every function's text, followed by the tables that its triggers are on."""
    rows = connection.execute(
        """
        select
            n.nspname || '.' || p.proname,
            pg_get_functiondef(p.oid) || coalesce((
                select string_agg(
                    'create or replace trigger t on ' || tn.nspname || '.' || c.relname, e'\\n'
                )
                from pg_catalog.pg_trigger as t
                inner join pg_catalog.pg_class as c on c.oid = t.tgrelid
                inner join pg_catalog.pg_namespace as tn on tn.oid = c.relnamespace
                where t.tgfoid = p.oid and not t.tgisinternal
            ), '')
        from pg_catalog.pg_proc as p
        inner join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
        where n.nspname = any (%s) and p.prokind = 'f' and p.prolang <> 12
        """,
        [list(schemas)],
    ).fetchall()
    return dict(rows)


def every(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """All mutants of a database."""
    yield from _tables(connection, schemas)
    yield from _policies(connection, schemas)
    yield from _grants(connection, schemas)
    yield from _views(connection, schemas)
    yield from _executes(connection, schemas)
    yield from _function_checks(connection, schemas)


def _tables(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every table with row level security off."""
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname, c.oid::regclass::text
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where n.nspname = any (%s) and c.relkind in ('r', 'p') and c.relrowsecurity
        order by 1
        """,
        [list(schemas)],
    ).fetchall()
    for name, table in rows:
        off = sql.SQL("alter table {} disable row level security").format(printed(table))
        yield Mutant(f"table {name} without row level security", name, "relation", off)


@dataclass(frozen=True)
class _Policy:
    """A policy as the catalog has it.

    Attributes:
        name: Its name.
        table: ``schema.name``.
        printed: The table as Postgres prints it.
        verb: select, insert, update, delete or all.
        qual: Its USING, or None.
        check: Its WITH CHECK, or None.
        roles: Whom it is for.
        anon_may: Whether anon has the privilege that it would let through.
        anon_has_it: Whether another policy lets anon do the same to the same rows, or to all.
        can_be_left: Whether an update may change what it looks at in the row.
        is_second_lock: It denies, where no client has a grant anyway.
    """

    name: str
    table: str
    printed: str
    verb: str
    qual: str | None
    check: str | None
    roles: list[str]
    anon_may: bool
    anon_has_it: bool
    can_be_left: bool
    is_second_lock: bool


_POLICIES = """
    with policies as (
        select
            p.oid, p.polrelid, p.polname, p.polpermissive, p.polroles,
            case p.polcmd
                when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                when 'd' then 'delete' else 'all'
            end as verb,
            pg_get_expr(p.polqual, p.polrelid) as qual,
            pg_get_expr(p.polwithcheck, p.polrelid) as with_check
        from pg_catalog.pg_policy as p
    )

    select
        p.polname as name, n.nspname || '.' || c.relname as table,
        c.oid::regclass::text as printed, p.verb, p.qual, p.with_check as check,
        array(select r::regrole::text from unnest(p.polroles) as r where r <> 0) as roles,
        case p.verb
            when 'all' then false
            when 'delete' then has_table_privilege('anon', c.oid, 'delete')
            else has_any_column_privilege('anon', c.oid, p.verb)
        end as anon_may,
        exists (
            select from policies as q
            where
                q.polrelid = p.polrelid and q.verb = p.verb and q.polpermissive
                and 'anon'::regrole = any (q.polroles)
                and coalesce(q.qual, 'true') in ('true', p.qual)
                and coalesce(q.with_check, 'true') in ('true', p.with_check)
        ) as anon_has_it,
        exists (
            select from pg_catalog.pg_depend as d
            where
                d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
                and d.refclassid = 'pg_catalog.pg_class'::regclass
                and d.refobjid = p.polrelid and d.refobjsubid > 0
                and (
                    exists (
                        select from unnest(%s::text[]) as client
                        where
                            client <> 'service_role'
                            and has_column_privilege(
                                client, c.oid, d.refobjsubid::smallint, 'update'
                            )
                    )
                    or exists (
                        select from pg_catalog.pg_trigger as t
                        where
                            t.tgrelid = c.oid and t.tgtype & 19 = 19
                            and t.tgfoid <> 'util.set_updated_at'::regproc
                    )
                )
        ) as can_be_left,
        not p.polpermissive and not exists (
            select from unnest(%s::text[]) as client
            where
                client <> 'service_role'
                and has_any_column_privilege(client, c.oid, 'select, insert, update')
        ) as is_second_lock
    from policies as p
    inner join pg_catalog.pg_class as c on c.oid = p.polrelid
    inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any (%s)
    order by 2, 1
"""


def _policies(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every policy dropped, widened, negated, stripped of its check, and given to anon."""
    with connection.cursor(row_factory=class_row(_Policy)) as cursor:
        policies = cursor.execute(_POLICIES, [_CLIENTS, _CLIENTS, list(schemas)]).fetchall()
    for policy in policies:
        on = sql.SQL("{} on {}").format(sql.Identifier(policy.name), printed(policy.printed))
        changes = [("dropped", sql.SQL("drop policy {}").format(on), "")]
        for what, change, rule in _alterations(policy):
            altered = sql.SQL("alter policy {} {}").format(on, sql.SQL(change))
            changes.append((what, altered, rule))
        second = "a deny policy where clients have no grants" if policy.is_second_lock else ""
        for what, statement, rule in changes:
            name = f"policy {policy.name} {what}"
            yield Mutant(name, policy.table, "policy", statement, rule or second)


def _alterations(policy: _Policy) -> Iterator[tuple[str, str, str]]:
    """What is done, how, and the rule by which it changes nothing."""
    for clause, expression in (("using", policy.qual), ("with check", policy.check)):
        if expression is None:
            continue
        is_same = clause == "with check" and policy.verb == "update" and expression == policy.qual
        rule = "an update check equal to its using, over what no update can change"
        if expression != "true":
            what = "widened to true" if clause == "using" else "stripped of its check"
            yield what, f"{clause} (true)", rule if is_same and not policy.can_be_left else ""
        yield f"with its {clause} negated", f"{clause} (not ({expression}))", ""
    if "anon" not in policy.roles:
        rule = "" if policy.anon_may else "a policy for a role without the privilege"
        if policy.anon_has_it:
            rule = "a policy for a role that another lets reach the same rows"
        yield "given to anon", f"to {', '.join([*policy.roles, 'anon'])}", rule


def _grants(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every column grant widened to the table."""
    rows = connection.execute(
        """
        select distinct
            n.nspname || '.' || c.relname, c.oid::regclass::text, lower(x.privilege_type),
            x.grantee::regrole::text
        from pg_catalog.pg_attribute as a
        inner join pg_catalog.pg_class as c on c.oid = a.attrelid
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        cross join lateral aclexplode(a.attacl) as x
        where n.nspname = any (%s) and x.grantee::regrole::text = any (%s)
        order by 1, 3, 4
        """,
        [list(schemas), _CLIENTS],
    ).fetchall()
    for name, table, verb, role in rows:
        yield Mutant(
            f"grant of {verb} on columns of {name} to {role} widened to the table",
            name,
            "grant",
            sql.SQL("grant {} on {} to {}").format(
                sql.SQL(verb), printed(table), sql.Identifier(role)
            ),
        )


def _views(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every view that clients may read, run with its owner's rights."""
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname, c.oid::regclass::text
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where
            n.nspname = any (%s) and c.relkind = 'v'
            and exists (
                select from aclexplode(c.relacl) as x where x.grantee::regrole::text = any (%s)
            )
        order by 1
        """,
        [list(schemas), _CLIENTS],
    ).fetchall()
    for name, view in rows:
        yield Mutant(
            f"view {name} with its owner's rights",
            name,
            "relation",
            sql.SQL("alter view {} set (security_invoker = false)").format(printed(view)),
        )


def _executes(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every function given to everyone."""
    for name, definition in sorted(definitions(connection, schemas).items()):
        if "RETURNS trigger" in definition:
            continue
        everyone = sql.SQL("grant execute on function {} to public").format(identifier(name))
        all_may = all(catalog.may_execute(connection, role, name) for role in _CLIENTS)
        rule = "a function that everyone may execute anyway" if all_may else ""
        yield Mutant(f"function {name} given to everyone", name, "execute", everyone, rule)


# Expressions that ask who is calling. Each becomes true, one at a time: a condition of access is
# then always met, and the refusal `if not ...` never comes.
_ARGUMENTS = r"\((?:[^()]|\([^()]*\))*\)"
_CALLER_TESTS = re.compile(
    r"(?:[\w.]+ = (?:auth\.uid\(\)|\(select auth\.uid\(\)\))"
    r"|[\w.]+ = v_user_id\b"
    rf"|(?:coalesce\(\s*)?rbac\.has_permission(?:_in)?{_ARGUMENTS}(?:, false\s*\))?"
    r"|util\.is_service\(\))"
)
_ASSERTIONS = re.compile(rf"perform \w+\.assert_may_\w+{_ARGUMENTS};")


def _function_checks(connection: Connection, schemas: Sequence[str]) -> Iterator[Mutant]:
    """Every test of the caller in a function, taken out."""
    for name, definition in sorted(definitions(connection, schemas).items()):
        text = definition.partition("create or replace trigger")[0]
        body_at = _body(text)
        sites = [
            *((m.start(), m.end(), "true") for m in _CALLER_TESTS.finditer(text, body_at)),
            *((m.start(), m.end(), "null;") for m in _ASSERTIONS.finditer(text, body_at)),
        ]
        for start, end, instead in sorted(sites):
            said = " ".join(text[start:end].split())
            yield Mutant(
                f"function {name} without {said}",
                name,
                "function",
                sql.SQL(text[:start] + instead + text[end:]),
            )


def _body(text: str) -> int:
    """Where a function's body begins."""
    found = re.search(r"^(AS \$|BEGIN ATOMIC|RETURN | RETURN )", text, re.M | re.I)
    return found.start() if found else 0
