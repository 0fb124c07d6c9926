"""A journal that tests make for themselves."""

from __future__ import annotations

from tests.support.database import Database

SQL = """
create schema if not exists app;
create table app.journal (
    user_id uuid not null,
    id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now(),
    note text,
    constraint pk_journal primary key (user_id, created_at, id)
) partition by range (created_at);
create index idx_journal_created_at on app.journal (created_at);
alter table app.journal enable row level security;
grant usage on schema app to authenticated;
grant select on app.journal to authenticated;
create policy journal_select_own on app.journal for select to authenticated
using (user_id = (select auth.uid()));
delete from util.partitioned_tables;
insert into util.partitioned_tables (parent_name) values ('app.journal');
"""


def make(db: Database) -> Database:
    """Make it, without a partition."""
    with db.connect() as connection:
        connection.execute(SQL.encode())
    return db


def names(db: Database) -> list[str]:
    """Its partitions."""
    return [
        row[0]
        for row in db.rows(
            "select inhrelid::regclass::text from pg_inherits "
            "where inhparent = 'app.journal'::regclass order by 1"
        )
    ]
