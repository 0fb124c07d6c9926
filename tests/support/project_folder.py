"""A small project on disk that tests write to, and its runs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dbtool.commands import migrate, rollback
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.servers import REPOSITORY

TABLE = """\
create schema if not exists app;
create table app.things (
    id integer not null,
    title text,
    constraint pk_things primary key (id)
);
alter table app.things enable row level security;
"""

POLICY = """\
revoke all on app.things from public, anon, authenticated, staff;
grant select on app.things to authenticated, staff;
create policy things_select_any on app.things for select to authenticated using (true);
create policy things_select_staff on app.things for select to staff using (true);
"""

VIEW = """\
create or replace view app.titles with (security_invoker = true) as
select t.id, t.title from app.things as t;
grant select on app.titles to authenticated;
"""

FUNCTION = """\
create or replace function app.count_things() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
return (select count(*) from app.things);
revoke all on function app.count_things() from public;
"""


@dataclass(frozen=True)
class Folder:
    """A project's folder."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> Folder:
        """An empty project with the platform's files."""
        root.mkdir(parents=True)
        (root / "dbtool.toml").write_text("")
        shutil.copytree(REPOSITORY / "platform", root / "platform")
        for name in (".squawk.toml", ".sqlfluff", "policies/.sqlfluff"):
            (root / name).parent.mkdir(exist_ok=True)
            shutil.copy(REPOSITORY / name, root / name)
        return cls(root)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the project."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def delete(self, path: str) -> None:
        """Delete a file of the project."""
        (self.root / path).unlink()

    def migration(self, version: int, text: str | bytes, down: str = "", slug: str = "step") -> str:
        """Write a migration of schema app and its down migration; returns its path."""
        stem = f"migrations/app/202601010000{version:02}_{slug}"
        self.write(f"{stem}.sql", text)
        self.write(f"{stem}.down.sql", down)
        return f"{stem}.sql"

    def with_declared(self) -> Folder:
        """A table with its policies, a view and a function."""
        self.migration(1, TABLE, "drop table app.things;")
        self.write("policies/app/things.sql", POLICY)
        self.write("views/app/titles.sql", VIEW)
        self.write("functions/app/count_things.sql", FUNCTION)
        return self

    def settings(self, db: Database, scratch: Cluster | None = None) -> Settings:
        """Settings that aim at a test's database."""
        return Settings(
            self.root,
            db.url,
            scratch_url=scratch.url() if scratch else "",
            lock_timeout=0.3,
            lock_attempts=3,
        )

    def migrate(self, db: Database, to: str | None = None) -> Migrated:
        """Run migrate."""
        return migrate.migrate(self.settings(db), Options(to=to, lock_wait=20), Silent())

    def rollback(self, db: Database, to: str) -> rollback.RolledBack:
        """Run rollback, agreeing to everything."""
        return rollback.rollback(self.settings(db), to, lambda plan: True, Silent())
