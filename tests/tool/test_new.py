"""Files of `dbtool new` are right as they are: they pass lint, migrate, matrix and their test."""

from __future__ import annotations

import importlib.util
import inspect
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dbtool.access import expectation_files
from dbtool.access.matrix.matrix import Matrix
from dbtool.commands import lint, migrate, redo
from dbtool.commands import new as command
from dbtool.db import connect
from dbtool.errors import FileError, UsageError
from dbtool.project import expectation_entries
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server import cluster, home
from dbtool.server.cluster import Cluster
from tests.conftest import clone
from tests.support import templates
from tests.support.database import Database
from tests.support.project_folder import Folder
from tests.support.servers import REPOSITORY
from tests.support.soak import Soak

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of this project."""
    root = tmp_path / "copy"
    for name in ("migrations", "functions", "views", "policies", "seeds", "platform"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("dbtool.toml", ".sqlfluff", ".squawk.toml"):
        shutil.copy(REPOSITORY / name, root / name)
    (root / "tests" / "schema").mkdir(parents=True)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


SLICES = {
    "owned, shown as the caller's own": command.Options(
        "learn", "add_notes", "notes", owned=True, api="my_notes"
    ),
    "owned, shown": command.Options("content", "add_marks", "marks", owned=True, api="marks"),
    "owned": command.Options("gamification", "add_marks", "marks", owned=True),
    "for back ends": command.Options("util", "add_imports", "imports"),
    "for back ends, shown": command.Options("content", "add_imports", "imports", api="imports"),
    "in a new schema": command.Options("shop", "add_carts", "carts", owned=True, api="my_carts"),
}


@pytest.mark.soak("slices")
@pytest.mark.parametrize("kind", ["owned", "for back ends"])
def test_a_slice__is_right_as_it_is_written(
    server: Cluster, project: Path, tmp_path: Path, kind: str, soak: Soak
) -> None:
    names = [name for name, options in SLICES.items() if options.owned == (kind == "owned")]
    for number, name in enumerate(soak.of(names, 1)):
        copy = tmp_path / str(number)
        shutil.copytree(project, copy)
        for db in clone(server, templates.DEMO):
            _assert_right(db, copy, SLICES[name])


def _assert_right(db: Database, project: Path, options: command.Options) -> None:
    settings = Settings(project, db.url)
    created = command.new(settings, options)
    written = [project / path for path in created.files if path.endswith(".sql")]
    assert lint.lint(settings, lint.Options(tuple(written)), Silent()).findings == ()
    assert lint.lint(settings, lint.Options(style=False), Silent()).findings == ()
    migrate.migrate(settings, Options(), Silent())
    assert migrate.migrate(settings, Options(), Silent()) == Migrated()
    expected = expectation_files.load(project)
    with connect.connect(db.admin_url) as admin:
        admin.execute(b"begin")
        matrix = Matrix(admin, expected)
        assert list(matrix.names()) == []
        for relation in expected.relations.values():
            if options.table in relation.of.split("."):
                assert list(matrix.relation(relation)) == []
        admin.rollback()
    (test,) = (path for path in created.files if path.startswith("tests/"))
    for does in _tests_of(project / test):
        does(db)
        db.rows(f"delete from {options.schema}.{options.table}")


def _tests_of(path: Path) -> list[Callable[[Database], None]]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = inspect.getmembers(module, inspect.isfunction)
    tests: list[Callable[[Database], None]] = [
        does for name, does in found if name.startswith("test_")
    ]
    assert tests
    return tests


def test_a_slice__is_redone_after_an_edit(db: Database, project: Path) -> None:
    home.folder(project).mkdir()
    cluster.save(db.server, home.description(project))
    settings = Settings(project, db.url)
    migration = project / command.new(settings, SLICES["owned, shown as the caller's own"]).files[0]
    migrate.migrate(settings, Options(), Silent())
    migration.write_text(migration.read_text().replace("5000", "6000"))
    result = redo.redo(settings, Silent())
    assert {change.path for change in result.run.declared} == {
        "policies/learn/notes.sql",
        "views/api/my_notes.sql",
    }
    assert migrate.migrate(settings, Options(), Silent()) == Migrated()


def test_the_rest_of_the_expectations__stays_byte_for_byte(project: Path) -> None:
    before = contents(project)
    created = command.new(Settings(project), SLICES["owned, shown as the caller's own"])
    assert created.changed == ("policies/learn/expectations.yml", "policies/api/expectations.yml")
    after = contents(project)
    assert after.keys() - before.keys() == set(created.files)
    for path, text in before.items():
        if path not in created.changed:
            assert after[path] == text
            continue
        old, new = text.decode().splitlines(), after[path].decode().splitlines()
        at = next(n for n, line in enumerate(new) if line.startswith(("  notes:", "  my_notes:")))
        added = len(new) - len(old)
        assert [*new[: at - 1], *new[at - 1 + added :]] == old or (
            [*new[:at], *new[at + added :]] == old
        )


def test_new_without_a_table__writes_a_migration_and_its_way_back(folder: Folder, cli: Cli) -> None:
    root = ("--project", str(folder.root))
    code, out, _ = cli(*root, "new", "app", "another_step")
    assert code == 0
    migration, down, _ = out.splitlines()
    assert migration.startswith("migrations/app/")
    assert down == migration.replace(".sql", ".down.sql")
    code, out, _ = cli(*root, "new", "app", "another_step")
    assert out.split()[0] > migration


def test_it_names_the_files_and_what_to_do_next(project: Path, cli: Cli) -> None:
    code, out, _ = cli(
        *("--project", str(project), "new", "learn", "add_notes", "--table", "notes"),
        *("--owned", "--api", "my_notes"),
    )
    assert code == 0
    for said in (
        "policies/learn/notes.sql",
        "views/api/my_notes.sql",
        "policies/learn/expectations.yml",
        "policies/api/expectations.yml",
        "pytest tests/schema/test_notes.py",
        "dbtool migrate",
        "dbtool access matrix",
    ):
        assert said in out


WRONG = {
    "a schema in upper case": (["App", "x"], "snake_case"),
    "a slug of two words": (["app", "Two words"], "snake_case"),
    "a slug that ends in an underscore": (["app", "x_"], "snake_case"),
    "a table that begins with a digit": (["app", "x", "--table", "1st"], "snake_case"),
    "a view with a dot": (["app", "x", "--table", "t", "--api", "api.t"], "snake_case"),
    "a view without a table": (["app", "x", "--api", "my_x"], "--table"),
    "owned without a table": (["app", "x", "--owned"], "--table"),
    "the caller's own of nobody": (["app", "x", "--table", "t", "--api", "my_t"], "--owned"),
    "a table that exists": (["learn", "x", "--table", "cohorts"], "exists already"),
    "a view that exists": (
        ["learn", "x", "--table", "notes", "--owned", "--api", "my_progress"],
        "exists already",
    ),
    "a table that is stated": (["learn", "x", "--table", "course_progress"], "already"),
    "a name that is too long": (["learn", "x", "--table", "n" * 50], "too long"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_will_not_do__is_refused_and_nothing_is_written(
    project: Path, cli: Cli, wrong: str
) -> None:
    arguments, said = WRONG[wrong]
    before = contents(project)
    code, _, error = cli("--project", str(project), "new", *arguments)
    assert code == 2
    assert said in " ".join(error.split())
    assert contents(project) == before


def test_a_file_that_cannot_be_written__leaves_none(project: Path) -> None:
    shutil.rmtree(project / "policies" / "util")
    (project / "policies" / "util").write_text("in the way")
    before = contents(project)
    with pytest.raises(UsageError):
        command.new(Settings(project), SLICES["for back ends"])
    assert contents(project) == before


LAYOUTS = {
    "empty": ("", "tables:\n  a: {}\n"),
    "comments alone": ("# Said.\n", "# Said.\ntables:\n  a: {}\n"),
    "other sections": (
        "predicates:\n  own: x\n\nviews:\n  v: {}\n",
        "predicates:\n  own: x\n\ntables:\n  a: {}\n\nviews:\n  v: {}\n",
    ),
    "entries that touch": (
        "tables:\n  x: {}\n  y: {}\n\n# Of views.\nviews:\n  v: {}\n",
        "tables:\n  x: {}\n  y: {}\n  a: {}\n\n# Of views.\nviews:\n  v: {}\n",
    ),
    "entries apart": ("tables:\n  x: {}\n\n  y: {}\n", "tables:\n  x: {}\n\n  y: {}\n\n  a: {}\n"),
    "no line end": ("tables:\n  x: {}", "tables:\n  x: {}\n  a: {}\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_entry__is_added_at_the_end_of_its_section(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    assert expectation_entries.added(text, "x.yml", "tables", ["  a: {}"]) == expected


@pytest.mark.parametrize("text", ["tables: {x: {}}\n", "tables:\n    x: {}\n", "[", "- x\n"])
def test_a_layout_that_is_not_known__is_refused(text: str) -> None:
    with pytest.raises(FileError):
        expectation_entries.added(text, "x.yml", "tables", ["  a: {}"])
