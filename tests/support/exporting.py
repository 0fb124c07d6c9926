"""A project that tests export for Supabase, and what must hold each time."""

from __future__ import annotations

from pathlib import Path

from dbtool.commands import export, migrate, status, verify
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.project_folder import Folder

LIST = "supabase/dbtool-export.json"
MIGRATIONS = "supabase/migrations"


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Exporting:
    """A project, the folder it is exported to, and databases it is pushed to."""

    def __init__(self, folder: Folder, out: Path, scratch: Cluster) -> None:
        self.folder = folder
        self.out = out
        self._scratch = scratch

    def export(self) -> list[str]:
        """Export; what was exported before must be as it was. Returns the new files' names."""
        before = contents(self.out)
        settings = Settings(self.folder.root, scratch_url=self._scratch.url())
        written = export.supabase(settings, self.out, Silent()).written
        now = contents(self.out)
        assert {name: now[name] for name in before if name != LIST} == {
            name: text for name, text in before.items() if name != LIST
        }
        newest = max((Path(n).name for n in before if n.startswith(MIGRATIONS)), default="")
        assert all(name > newest for name in written)
        return list(written)

    def text(self, name: str) -> str:
        """What an exported file holds."""
        return (self.out / MIGRATIONS / name).read_text()

    def settings(self, db: Database) -> Settings:
        return self.folder.settings(db, self._scratch)

    def assert_agrees(self, db: Database) -> None:
        """All commands find what the files say, and nothing to do."""
        assert (
            db.rows(
                "select path from util.declared_files "
                "where encode(sha256(convert_to(applied_text, 'UTF8')), 'hex') <> checksum"
            )
            == []
        )
        assert verify.verify_files(self.settings(db), Silent()).clean
        assert status.status(self.settings(db)).is_current
        assert migrate.migrate(self.settings(db), Options(), Silent()) == Migrated()
        assert verify.verify_record(self.settings(db), accept=False, progress=Silent()).clean
