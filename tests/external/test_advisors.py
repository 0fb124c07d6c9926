"""Supabase's own advisors find nothing, once a workload has used every index."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from dbtool.project import files
from tests.support.database import Database
from tests.support.servers import REPOSITORY

SCHEMAS = list(files.load(REPOSITORY).schemas)


def _use_every_index(db: Database) -> None:
    """Ask for the rows of each index by its columns, with nothing better to do than to use it."""
    with psycopg.connect(db.admin_url, autocommit=True) as connection:
        connection.execute("set enable_seqscan = off; set enable_sort = off")
        # An index of an empty table is not asked.
        connection.execute("select util.enqueue_job('test', 'test')")
        indexes = connection.execute(
            """
            select
                i.indrelid::regclass::text,
                array(
                    select pg_get_indexdef(i.indexrelid, n, true)
                    from generate_series(1, i.indnkeyatts) as n
                ),
                pg_get_expr(i.indpred, i.indrelid), m.amname, c.oid::regclass::text
            from pg_index as i
            inner join pg_class as c on c.oid = i.indexrelid
            inner join pg_am as m on m.oid = c.relam
            where c.relnamespace = any (%s::regnamespace[])
            """,
            [SCHEMAS],
        ).fetchall()
        for table, columns, predicate, method, name in indexes:
            only = f"({predicate}) and" if predicate else ""
            first = columns[0].removesuffix(" inet_ops")
            by = ", ".join(columns) if method == "btree" else first
            asked = {
                "btree": f"{first} is not null order by {by}",
                "gin": f"{first} @@ 'word'::tsquery",
            }.get(method, f"{first} = (select {first} from {table} limit 1) order by {by}")
            # Where there is a choice, another might be preferred.
            with connection.transaction(force_rollback=True):
                connection.execute(
                    "update pg_index set indisvalid = false "
                    "where indrelid = %s::regclass and indexrelid <> %s::regclass",
                    [table, name],
                )
                connection.execute(f"select from {table} where {only} {asked}".encode())
        connection.execute("select pg_stat_force_next_flush()")
        deadline = time.monotonic() + 10
        while True:
            unused = connection.execute(
                """
                select indexrelid::regclass::text from pg_stat_user_indexes as s
                inner join pg_index as i using (indexrelid)
                where idx_scan = 0 and not i.indisunique and schemaname = any (%s)
                """,
                [SCHEMAS],
            ).fetchall()
            if not unused:
                return
            assert time.monotonic() < deadline, unused
            time.sleep(0.1)


@pytest.mark.parametrize("exposed", ['schemas = ["api"]', ""], ids=["api-exposed", "not-set"])
def test_the_advisors_find_nothing(
    db: Database, node_modules: Path, tmp_path: Path, exposed: str
) -> None:
    _use_every_index(db)
    found = _advisors(db, node_modules, tmp_path, exposed)
    assert found == []
    db.rows("create index idx_profiles_unused on public.profiles (locale)")
    db.rows("create table public.open (id int)")
    again = _advisors(db, node_modules, tmp_path, exposed)
    assert {name for name, _ in again} >= {"unused_index"}, again


def _advisors(
    db: Database, node_modules: Path, folder: Path, exposed: str
) -> list[tuple[str, str]]:
    """Lint and object of everything they say about the package."""
    config = folder / "supabase/config.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text(f'project_id = "test"\n[api]\n{exposed}\n')
    result = subprocess.run(
        [
            *(str(node_modules / ".bin/supabase"), "db", "advisors", "--level", "info"),
            *(f"--remote={db.url}", "--output-format", "json", "--workdir", str(folder), "--yes"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(result.stdout)["results"]
    return [
        (lint["name"], lint["detail"])
        for lint in told
        if lint["metadata"].get("schema", "public") in SCHEMAS
    ]
