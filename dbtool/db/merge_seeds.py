"""Reference rows: a three-way merge that never overwrites what an operator changed.

A reference seed is one INSERT ... ON CONFLICT (key) DO NOTHING. Its rows are compared with those in
the table and with those dbtool wrote last (util.seeded_rows):

- never written before: inserted, unless the key is taken;
- written before, changed in the file, and the table still holds what was written: updated;
- changed or deleted in the table since: left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

import psycopg
from pglast import ast, enums
from psycopg import sql

from dbtool.db import execute, ledger, ledger_rows
from dbtool.db.connect import Connection, identifier
from dbtool.db.due_seeds import Seeded
from dbtool.errors import FileError
from dbtool.project.files import SourceFile
from dbtool.sql import script


@dataclass(frozen=True)
class _Insert:
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    target_span: tuple[int, int]
    conflict_at: int


def seed_reference(
    connection: Connection, file: SourceFile, run: ledger.RunRecord, who: ledger.Origin
) -> Seeded:
    """Merge one reference file into its table, in the caller's transaction.

    Raises:
        FileError: The file is not one INSERT ... ON CONFLICT (...) DO NOTHING.
        DatabaseError: Postgres refused it.
    """
    statements = script.parse(file.text, file.path)
    insert = _read(statements, file)
    try:
        merged = _merge(connection, statements[0], insert, file)
    except psycopg.Error as error:
        raise execute.placed(error, statements[0], file.text, file.path) from error
    ledger_rows.record_file(connection, file, "seed", insert.table, None, run, who)
    return merged


def _merge(
    connection: Connection,
    statement: script.Statement,
    insert: _Insert,
    file: SourceFile,
) -> Seeded:
    table = identifier(insert.table)
    staging = sql.Identifier("pg_temp", "seed_staging")
    connection.execute(b"drop table if exists pg_temp.seed_staging")
    connection.execute(
        sql.SQL("create temporary table seed_staging as select {} from {} with no data").format(
            sql.SQL(", ").join(map(sql.Identifier, insert.columns)), table
        )
    )
    _fill(connection, statement, insert, file)
    unsafe = connection.execute(
        sql.SQL("select count(*), count(distinct ({key})) from {staging}").format(
            key=_key_object(insert, "seed_staging"), staging=staging
        )
    ).fetchone()
    if unsafe and unsafe[0] != unsafe[1]:
        raise FileError(
            f"{unsafe[0] - unsafe[1]} rows repeat a key ({', '.join(insert.key)})", path=file.path
        )
    parts = {
        "table": table,
        "columns": sql.SQL(", ").join(map(sql.Identifier, insert.columns)),
        "key": sql.SQL(", ").join(map(sql.Identifier, insert.key)),
        "target_key": _key_object(insert, "t"),
        "same_key": sql.SQL(" and ").join(
            sql.SQL("t.{0} = s.{0}").format(sql.Identifier(column)) for column in insert.key
        ),
        "target_row": _row_object(insert.columns, "t"),
        "seed_key": _key_object(insert, "s"),
        "seed_row": _row_object(insert.columns, "s"),
        "assignments": sql.SQL(", ").join(
            sql.SQL("{0} = s.{0}").format(sql.Identifier(column)) for column in insert.columns
        ),
        "name": sql.Literal(insert.table),
    }
    updated = _count(connection, _UPDATE, parts)
    inserted = _count(connection, _INSERT, parts)
    total = connection.execute(sql.SQL("select count(*) from {}").format(staging)).fetchone()
    connection.execute(b"drop table pg_temp.seed_staging")
    kept = (total[0] if total else 0) - updated - inserted
    return Seeded(file.path, insert.table, inserted, updated, kept)


# A row that we wrote, that still is as we wrote it, and that the file now words otherwise.
_UPDATE = """
    with changed as (
        update {table} as t
        set {assignments}
        from pg_temp.seed_staging as s
        inner join util.seeded_rows as w
            on w.table_id = {name}::regclass and w.row_key = {seed_key}
        where {same_key} and {target_row} = w.row_data and {seed_row} <> w.row_data
        returning {target_key} as row_key, {target_row} as row_data
    )
    update util.seeded_rows as w
    set row_data = changed.row_data, seeded_at = now()
    from changed
    where w.table_id = {name}::regclass and w.row_key = changed.row_key
"""

# A row that we never wrote is ours to write, once; where its key is taken it is the operator's, and
# remembering our wording keeps us from ever touching it.
_INSERT = """
    with new as (
        insert into util.seeded_rows (table_id, row_key, row_data)
        select {name}::regclass, {seed_key}, {seed_row}
        from pg_temp.seed_staging as s
        on conflict (table_id, row_key) do nothing
        returning row_key
    )
    insert into {table} ({columns})
    select {columns} from pg_temp.seed_staging as s
    where {seed_key} in (select row_key from new)
    on conflict ({key}) do nothing
"""


def _count(connection: Connection, query: LiteralString, parts: dict[str, sql.Composable]) -> int:
    return connection.execute(sql.SQL(query).format(**parts)).rowcount


def _row_object(columns: tuple[str, ...], alias: str) -> sql.Composed:
    pairs = [
        sql.SQL("{}, {}.{}").format(sql.Literal(c), sql.Identifier(alias), sql.Identifier(c))
        for c in columns
    ]
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))


def _key_object(insert: _Insert, alias: str) -> sql.Composed:
    return _row_object(insert.key, alias)


def _read(statements: tuple[script.Statement, ...], file: SourceFile) -> _Insert:
    hint = (
        "A reference seed is one INSERT INTO schema.table (columns) ... "
        "ON CONFLICT (key columns) DO NOTHING; its key columns are among the columns."
    )
    node = statements[0].node if len(statements) == 1 else None
    conflict = getattr(node, "onConflictClause", None)
    if (
        not isinstance(node, ast.InsertStmt)
        or not node.relation.schemaname
        or conflict is None
        or conflict.infer is None
        or conflict.action != enums.OnConflictAction.ONCONFLICT_NOTHING
        or getattr(node, "returningList", None)
        or getattr(node, "returningClause", None)
    ):
        line = statements[1].line if len(statements) > 1 else 1
        raise FileError("not a reference seed", path=file.path, line=line, hint=hint)
    columns = tuple(str(target.name) for target in node.cols or ())
    key = tuple(str(element.name) for element in conflict.infer.indexElems or ())
    if not key or not set(key) <= set(columns):
        raise FileError("the conflict target is not among the columns", path=file.path, hint=hint)
    span, conflict_at = script.insert_places(file.text)
    return _Insert(script.relation_name(node.relation), columns, key, span, conflict_at)


def _fill(
    connection: Connection, statement: script.Statement, insert: _Insert, file: SourceFile
) -> None:
    """Run the seed's own INSERT, aimed at the staging table, keeping its place for errors."""
    target = "pg_temp.seed_staging"
    start, end = insert.target_span
    text = file.text[statement.offset : start] + target + file.text[end : insert.conflict_at]
    # All that follows the target moved; an error's position still is the file's.
    offset = statement.offset + (end - start) - len(target)
    moved = script.Statement(text.rstrip(), offset, statement.line, statement.node)
    execute.run(connection, [moved], file.text, file.path)
