"""Which reference seeds are to be merged, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dbtool.db.connect import Connection
from dbtool.db.ledger import AppliedFile
from dbtool.project.files import SourceFile


@dataclass(frozen=True)
class Seeded:
    """What became of one reference file's rows."""

    path: str
    table: str
    inserted: int
    updated: int
    kept: int


def due(
    connection: Connection, seeds: Iterable[SourceFile], applied: Mapping[str, AppliedFile]
) -> list[SourceFile]:
    """Files that were never applied, were edited since, or whose table was made anew."""
    rows = connection.execute(
        b"select distinct table_id::oid::regclass::text from util.seeded_rows"
    )
    seeded = {row[0] for row in rows}
    return [
        file
        for file in seeds
        if file.path not in applied
        or applied[file.path].checksum != file.checksum
        or applied[file.path].object_name not in seeded
    ]
