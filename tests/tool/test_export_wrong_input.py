"""export supabase names what is wrong and writes nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from dbtool.errors import DbtoolError, FileError, HistoryError, UsageError
from dbtool.server.cluster import Cluster
from tests.support.exporting import LIST, MIGRATIONS, Exporting, contents
from tests.support.project_folder import TABLE, Folder
from tests.support.servers import REPOSITORY

Cli = Callable[..., tuple[int, str, str]]


def _wrong(exporting: Exporting, kind: type[DbtoolError], *named: str) -> None:
    """The export is refused with the name of what is wrong, and nothing is written."""
    before = contents(exporting.out)
    with pytest.raises(kind) as caught:
        exporting.export()
    said = f"{caught.value.message} {caught.value.detail} {caught.value.path}"
    for name in named:
        assert name in said
    assert caught.value.hint
    assert contents(exporting.out) == before


def test_an_exported_file_that_was_edited_or_deleted_is_named(exporting: Exporting) -> None:
    names = exporting.export()
    exporting.folder.migration(2, "alter table app.things add column note text;")
    paths = [exporting.out / MIGRATIONS / name for name in names]
    paths[-1].write_text(paths[-1].read_text() + "\n")
    paths[1].unlink()
    _wrong(exporting, HistoryError, f"{names[-1]}: edited", f"{names[1]}: deleted")


def test_line_ends_of_a_checkout_are_no_edit(exporting: Exporting) -> None:
    name = exporting.export()[-1]
    path = exporting.out / MIGRATIONS / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert exporting.export() == []


def test_exported_files_without_their_list_are_named(exporting: Exporting) -> None:
    names = exporting.export()
    (exporting.out / LIST).unlink()
    _wrong(exporting, HistoryError, LIST, *names)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 1}', '{"format": 2, "files": {}, "sources": {}}', "{"]
)
def test_a_list_that_is_none_is_named(exporting: Exporting, text: str) -> None:
    exporting.export()
    (exporting.out / LIST).write_text(text)
    _wrong(exporting, FileError, LIST)


def test_a_migration_that_changed_or_went_after_its_export_is_named(exporting: Exporting) -> None:
    path = exporting.folder.migration(2, "alter table app.things add column note text;")
    exporting.export()
    exporting.folder.migration(1, TABLE + "-- more\n")
    exporting.folder.delete(path)
    exporting.folder.delete(path.replace(".sql", ".down.sql"))
    first = path.replace("02_step", "01_step")
    _wrong(exporting, HistoryError, f"{first}: changed", f"{path}: deleted")


def test_a_migration_older_than_an_exported_one_of_its_module_is_named(
    exporting: Exporting,
) -> None:
    exporting.folder.migration(9, "alter table app.things add column note text;")
    exporting.export()
    path = exporting.folder.migration(5, "alter table app.things add column late text;")
    _wrong(exporting, HistoryError, path, "older than exported ones")


def test_a_file_that_postgres_refuses_is_named_and_nothing_is_written(
    exporting: Exporting,
) -> None:
    exporting.export()
    path = exporting.folder.migration(2, "alter table app.nowhere add column note text;")
    _wrong(exporting, DbtoolError, "app.nowhere", path)


def test_a_project_without_migrations_has_nothing_to_export(
    folder: Folder, tmp_path: Path, scratch_server: Cluster
) -> None:
    with pytest.raises(UsageError, match="no migrations"):
        Exporting(folder, tmp_path, scratch_server).export()


def test_a_folder_that_cannot_be_used_is_named_before_any_work(
    folder: Folder, tmp_path: Path, cli: Cli
) -> None:
    folder.with_declared()
    taken = tmp_path / "taken"
    taken.write_text("a file")
    arguments = ("--project", str(folder.root), "--scratch-url", "postgresql://nowhere")
    for place in (taken, taken / "below"):
        code, _, error = cli(*arguments, "export", "supabase", str(place))
        assert code == 2
        assert f"cannot use {taken}: it is not a folder" in error


def test_a_folder_that_becomes_unusable_keeps_nothing(
    exporting: Exporting,
) -> None:
    exporting.export()
    exporting.folder.migration(2, "alter table app.things add column note text;")
    # A folder stands where the list is to be written, so that the last write fails.
    (exporting.out / LIST).with_suffix(".tmp").mkdir()
    before = contents(exporting.out)
    with pytest.raises(UsageError, match="cannot use"):
        exporting.export()
    assert contents(exporting.out) == before


def test_the_config_exposes_api_alone_and_one_that_was_there_is_left_alone(
    exporting: Exporting, cli: Cli, tmp_path: Path, scratch_server: Cluster
) -> None:
    exporting.export()
    config = tomllib.loads((exporting.out / "supabase/config.toml").read_text())
    assert config == {"project_id": "foundations", "api": {"schemas": ["api"]}}
    other = tmp_path / "other"
    (other / "supabase").mkdir(parents=True)
    own = '[api]\nschemas = ["public"]\n'
    (other / "supabase/config.toml").write_text(own)
    arguments = ("--project", str(REPOSITORY), "--scratch-url", scratch_server.url())
    code, said, _ = cli(*arguments, "--json", "export", "supabase", str(other))
    assert code == 0
    result = json.loads(said)
    assert result["config"] is False
    assert result["unset"] == [
        'api.schemas = ["api"]',
        "auth.hook.custom_access_token.enabled = true",
        "auth.hook.custom_access_token.uri = "
        '"pg-functions://postgres/rbac/custom_access_token_hook"',
    ]
    assert (other / "supabase/config.toml").read_text() == own
    (other / "supabase/config.toml").write_text("schemas =")
    code, _, error = cli(*arguments, "export", "supabase", str(other))
    assert code == 2
    assert "not TOML" in error


@pytest.mark.parametrize("version", ["99999999999999", "9", "202601010000000", "99991231235959"])
def test_a_foreign_version_after_which_nothing_can_be_dated_is_named(
    exporting: Exporting, version: str
) -> None:
    exporting.out.joinpath(MIGRATIONS).mkdir(parents=True)
    (exporting.out / MIGRATIONS / f"{version}_theirs.sql").write_text("select 1;")
    if version == "202601010000000":
        exporting.folder.migration(0, "select 1;")
    with pytest.raises(UsageError, match=version):
        exporting.export()
