"""Makes the declared objects of a database equal to their files.

The whole batch runs in the caller's transaction. Objects are replaced in place where Postgres can;
where it cannot (another return type, other columns), the object is dropped together with what
stands on it, and all of that is created again from its files. CASCADE is never used: a dependant
that no file declares stops the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dbtool.db import (
    dependents,
    execute,
    grants,
    inherited_comments,
    ledger,
    ledger_rows,
    leftovers,
)
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import Change, live_objects, path_of
from dbtool.db.transaction import Attempts
from dbtool.errors import DatabaseError, FileError
from dbtool.project.files import DeclaredFile, SourceFile
from dbtool.sql import declared as reader
from dbtool.sql import locks, order
from dbtool.sql.declared import Declaration
from dbtool.sql.locks import Need
from dbtool.sql.script import Statement

# Postgres' answers to OR REPLACE where only a new object will do: another return type, parameter
# name or lost default; other columns; another kind of routine.
_NOT_REPLACEABLE = {"42P13", "42P16", "42809"}

OnFile = Callable[[str], None]
Send = Callable[[SourceFile, Iterable[Statement]], None]


class Batch:
    """One transaction's worth of declared work."""

    def __init__(
        self,
        connection: Connection,
        files: Iterable[DeclaredFile],
        who: ledger.Origin,
        on_file: OnFile = lambda path: None,
        attempts: Attempts | None = None,
        send: Send | None = None,
    ) -> None:
        """Read all files, so that the order of creation is known and every error found early.

        Args:
            connection: In the caller's transaction, when the batch works.
            files: All declared files.
            who: For the ledger.
            on_file: Told of each file before it is applied or dropped.
            attempts: What the transaction has cost so far, for the ledger.
            send: Executes statements of a file; by default on the connection.
        """
        self._connection = connection
        self._who = who
        self._on_file = on_file
        self._attempts = attempts or Attempts()
        self._send = send or self._execute
        self._files = {file.source.path: file for file in files}
        self._declarations: dict[str, Declaration] = {
            path: reader.read(file.kind, file.object_name, file.source.text, path)
            for path, file in self._files.items()
        }
        self._rank = {path: n for n, path in enumerate(self._creation_order())}
        self._applied: dict[str, ledger.AppliedFile] = {}

    def _creation_order(self) -> list[str]:
        """Functions and views by reference, then the policies."""
        names = {
            self._files[path].object_name: path
            for path, declaration in self._declarations.items()
            if declaration.kind != "policy"
        }
        references = {name: self._declarations[path].references for name, path in names.items()}
        ordered = [names[name] for name in order.by_reference(references, names)]
        return ordered + sorted(set(self._files) - set(ordered))

    def missing(self) -> set[str]:
        """Files of which something is not in the database."""
        live = live_objects(self._connection)
        return {path for path in self._files if not self._expected(path) <= live.keys()}

    def _expected(self, path: str) -> set[tuple[str, str]]:
        declaration = self._declarations[path]
        expected = {("trigger", f"{t.table}.{t.name}") for t in declaration.triggers}
        expected |= {("policy", f"{declaration.name}.{p}") for p in declaration.policies}
        if declaration.kind != "policy":
            expected.add((declaration.kind, declaration.name))
        return expected

    def locks(self, paths: Iterable[str]) -> list[Need]:
        """Locks that applying these files takes on existing tables."""
        statements: list[Statement] = []
        tables = []
        for path in paths:
            if path in self._declarations:
                statements.extend(self._declarations[path].statements)
            if path.startswith("policies/"):
                table = ".".join(path.removesuffix(".sql").split("/")[1:])
                tables.append(Need(table, "access exclusive"))
        return [*locks.needed(statements), *tables]

    def apply(self, applied: Mapping[str, ledger.AppliedFile], changed: set[str]) -> list[Change]:
        """Drop what no file declares any more, create or replace the rest.

        Args:
            applied: The ledger's declared files.
            changed: Paths of files to apply.

        Raises:
            FileError: A file or its table is not what it should be.
            DatabaseError: Postgres refused a statement, or an undeclared object is in the way.
        """
        self._applied = dict(applied)
        removed = [path for path in applied if path not in self._files]
        to_do = set(changed)
        changes = [Change(path, "dropped") for path in removed]
        for path in sorted(removed):
            self._on_file(path)
            to_do |= self._drop(applied[path]) - set(removed)
        if removed:
            ledger_rows.record_dropped(self._connection, removed, self._who)
        while to_do:
            path = min(to_do, key=self._rank.__getitem__)
            to_do.discard(path)
            self._on_file(path)
            to_do |= self._create(path) - {path}
            changes.append(Change(path, "applied" if path in changed else "recreated"))
        self._inherit_comments()
        return changes

    def _inherit_comments(self) -> None:
        """Of all views: a migration may have changed the comment that an unchanged view shows."""
        own = {
            declaration.name: declaration.commented_columns
            for declaration in self._declarations.values()
            if declaration.kind == "view"
        }
        inherited_comments.inherit(
            self._connection, own, lambda view: self._on_file(path_of("view", view))
        )

    def record_all(self) -> None:
        """Write every file into the ledger as applied, for objects that are known to be there."""
        for path, file in self._files.items():
            declaration = self._declarations[path]
            is_function = declaration.kind == "function"
            signature = self._signature(declaration) if is_function else None
            ledger_rows.record_file(
                self._connection,
                file.source,
                file.kind,
                file.object_name,
                signature,
                self._attempts.as_run(),
                self._who,
            )

    def drop_all(self, applied: Mapping[str, ledger.AppliedFile]) -> list[str]:
        """Drop every declared object, so that older tables can come back."""
        self._applied = dict(applied)
        for path in sorted(applied, key=lambda p: (not p.startswith("policies/"), p)):
            self._on_file(path)
            self._drop(applied[path])
        ledger_rows.record_dropped(self._connection, list(applied), self._who)
        return list(applied)

    def drop_dependants(
        self, applied: Mapping[str, ledger.AppliedFile], tables: Iterable[str]
    ) -> None:
        """Drop the declared objects that stand on some tables; what no file declares stays."""
        self._applied = dict(applied)
        for table in tables:
            oid = self._oid("regclass", table)
            if oid is not None:
                found = dependents.of_object(self._connection, "pg_class", oid)
                dependents.drop(self._connection, [d for d in found if self._file_of(d)])

    def _drop(self, file: ledger.AppliedFile) -> set[str]:
        if file.kind == "policy":
            found = self._oid("regclass", file.object_name)
            if found is not None:
                grants.drop_policies(self._connection, file.object_name)
                grants.revoke_all(self._connection, "table", file.object_name)
            return set()
        lookup = ("regprocedure", file.signature) if file.signature else ("regclass", None)
        name = lookup[1] or file.object_name
        oid = self._oid(lookup[0], name)
        return set() if oid is None else self._drop_object(file.kind, oid, file.path)

    def _oid(self, kind: str, name: str) -> int | None:
        query = (
            "select to_regprocedure(%s)::oid"
            if kind == "regprocedure"
            else ("select to_regclass(%s)::oid")
        )
        row = self._connection.execute(query, [name]).fetchone()
        return int(row[0]) if row and row[0] is not None else None

    def _drop_object(self, kind: str, oid: int, path: str) -> set[str]:
        """Drop an object and its dependants; returns the files that must be applied again."""
        catalog_class = "pg_proc" if kind == "function" else "pg_class"
        found = dependents.of_object(self._connection, catalog_class, oid)
        again = set()
        for dependant in found:
            if dependant.address[1] == oid:
                continue
            owner = self._file_of(dependant)
            if owner is None:
                raise DatabaseError(
                    f"{dependant.description} stands on it, and no file declares that",
                    path=path,
                    hint="Drop or move it first, or declare it in a file of its own.",
                )
            again.add(owner)
        dependents.drop(self._connection, found)
        return {p for p in again if p in self._files}

    def _file_of(self, dependant: dependents.Dependant) -> str | None:
        if dependant.kind == "function":
            path = path_of("function", dependant.name.partition("(")[0])
        elif dependant.kind == "view":
            path = path_of("view", dependant.name)
        elif dependant.kind == "policy":
            path = path_of("policy", dependant.table or "")
        elif dependant.kind == "trigger":
            path = path_of("function", dependant.function or "")
        else:
            return None
        return path if path in self._applied or path in self._files else None

    def _create(self, path: str) -> set[str]:
        file, declaration = self._files[path], self._declarations[path]
        signature = None
        again: set[str] = set()
        if declaration.kind == "policy":
            self._reset_table(declaration, path)
            self._run(path, declaration.statements)
        else:
            again |= self._replace(path, declaration)
            if declaration.kind == "function":
                signature = self._signature(declaration)
                again |= self._drop_former(path, signature)
                grants.revoke_all(self._connection, "function", signature)
                leftovers.drop_triggers(self._connection, signature, declaration)
            else:
                grants.revoke_all(self._connection, "table", declaration.name)
            leftovers.clear_comments(self._connection, declaration, signature)
            self._run(path, declaration.statements[1:])
        ledger_rows.record_file(
            self._connection,
            file.source,
            file.kind,
            file.object_name,
            signature,
            self._attempts.as_run(),
            self._who,
        )
        return again

    def _reset_table(self, declaration: Declaration, path: str) -> None:
        if self._oid("regclass", declaration.name) is None:
            raise FileError(
                f"there is no table {declaration.name}",
                path=path,
                line=1,
                hint="Name a policy file after its table: policies/<schema>/<table>.sql.",
            )
        grants.drop_policies(self._connection, declaration.name)
        grants.revoke_all(self._connection, "table", declaration.name)

    def _run(self, path: str, statements: Iterable[Statement]) -> None:
        self._send(self._files[path].source, statements)

    def _execute(self, source: SourceFile, statements: Iterable[Statement]) -> None:
        execute.run(self._connection, statements, source.text, source.path)

    def _replace(self, path: str, declaration: Declaration) -> set[str]:
        creating = declaration.statements[:1]
        self._connection.execute(b"savepoint replace_object")
        try:
            self._run(path, creating)
        except DatabaseError as error:
            if error.sqlstate not in _NOT_REPLACEABLE:
                raise
            self._connection.execute(b"rollback to savepoint replace_object")
            is_function = declaration.kind == "function"
            name = self._signature(declaration) if is_function else declaration.name
            oid = self._oid("regprocedure" if is_function else "regclass", name)
            if oid is None:
                raise
            again = self._drop_object(declaration.kind, oid, path)
            self._run(path, creating)
            return again
        self._connection.execute(b"release savepoint replace_object")
        return set()

    def _signature(self, declaration: Declaration) -> str:
        """``schema.name(types)`` as Postgres prints it, with the catalog as search_path."""
        asked = f"{declaration.name}({', '.join(declaration.argument_types)})"
        row = self._connection.execute("select to_regprocedure(%s)::text", [asked]).fetchone()
        return str(row[0]) if row and row[0] else asked

    def _drop_former(self, path: str, signature: str) -> set[str]:
        former = self._applied.get(path)
        if former is None or former.signature is None or former.signature == signature:
            return set()
        oid = self._oid("regprocedure", former.signature)
        if oid is None or oid == self._oid("regprocedure", signature):
            return set()
        return self._drop_object("function", oid, path)
