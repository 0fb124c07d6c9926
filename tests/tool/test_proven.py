"""Proofs of access are known by content: no more is tried than changed, and no less."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dbtool.access import expectation_files, proven
from dbtool.commands import prove
from dbtool.errors import FileError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.server.cluster import Cluster
from tests.support import doc_pages
from tests.support.servers import REPOSITORY

_HASHES = """
import sys
from pathlib import Path
from dbtool.access import expectation_files, proven
from dbtool.project import files
root = Path(sys.argv[1])
rests = proven.Rests(files.load(root), expectation_files.load(root))
print(sorted(rests.hashes().items()))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project, to change."""
    return doc_pages.checkout(tmp_path)


def _hashes(root: Path) -> dict[str, str]:
    return proven.Rests(files.load(root), expectation_files.load(root)).hashes()


def _changed(root: Path, path: str, old: str, new: str) -> set[str]:
    """Objects whose hash is another one after an edit."""
    before = _hashes(root)
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))
    after = _hashes(root)
    return {name for name in before if before[name] != after[name]}


def test_the_file_names_nothing_that_is_gone() -> None:
    assert proven.load(REPOSITORY).keys() <= _hashes(REPOSITORY).keys()


def test_every_process_finds_the_same_hashes() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _HASHES, str(REPOSITORY)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("policies/public/user_settings.sql", "(user_id = ", "(true or user_id = "),
        ("views/api/my_settings.sql", "where s.user_id", "where true or s.user_id"),
        ("policies/public/expectations.yml", "update: {columns: editable, user: own", "update: {"),
    ],
)
def test_what_an_edit_is_about_is_to_be_proven_again(
    checkout: Path, path: str, old: str, new: str
) -> None:
    if path.endswith("yml"):
        new = f"{old}, staff: all"
    changed = _changed(checkout, path, old, new)
    assert changed & {"public.user_settings", "api.my_settings"}
    assert "util.job_queue" not in changed


def test_what_a_policy_calls_is_what_its_proof_rests_on(checkout: Path) -> None:
    changed = _changed(checkout, "functions/rbac/has_permission.sql", "return", "return ")
    assert {"rbac.has_permission", "public.user_settings", "api.my_settings"} <= changed


def test_a_mutant_of_a_function_rests_on_those_that_call_it(checkout: Path) -> None:
    changed = _changed(checkout, "functions/learn/end_enrollment.sql", "begin", "begin ")
    called = {"learn.end_enrollment", "learn.fill_seats"}
    assert called <= changed


def test_a_migration_of_a_table_is_what_its_proof_rests_on(checkout: Path) -> None:
    before = _hashes(checkout)
    (checkout / "migrations/public/20991231000000_x.sql").write_text(
        "alter table public.user_interests add column x integer;"
    )
    after = _hashes(checkout)
    assert before["public.user_interests"] != after["public.user_interests"]
    assert before["util.job_queue"] == after["util.job_queue"]


def test_words_about_an_object_change_nothing(checkout: Path) -> None:
    path = "policies/public/user_settings.sql"
    assert _changed(checkout, path, "comment on policy", "-- A remark.\ncomment on policy") == set()
    assert _changed(checkout, path, "their own", "their very own") == set()
    moved = _changed(
        checkout, "policies/public/expectations.yml", "tables:\n", "# More.\n\ntables:\n"
    )
    assert moved == set()


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}'])
def test_a_file_that_is_none_is_refused(checkout: Path, text: str) -> None:
    (checkout / proven.FILE).write_text(text)
    with pytest.raises(FileError, match="not"):
        proven.load(checkout)


def test_only_what_is_not_known_is_tried_and_only_what_holds_is_written(
    checkout: Path, scratch_server: Cluster
) -> None:
    settings = Settings(checkout, scratch_url=scratch_server.url())
    hashes = _hashes(checkout)
    few = {"public.user_interests", "api.my_interests"}
    known = {name: value for name, value in hashes.items() if name not in few}
    (checkout / proven.FILE).write_text(json.dumps({**known, "app.gone": "x"}))
    proof = prove.prove(settings, Silent())
    assert set(proof.tried) == few
    assert proof.is_complete
    assert proof.mutants.noticed > 5
    assert proven.load(checkout) == hashes
    # Again there is nothing to do.
    assert prove.prove(settings, Silent()).tried == ()
    # Now everybody may delete; the view shows the caller's own rows all the same.
    path = checkout / "policies/public/user_interests.sql"
    closed = "for delete to authenticated\nusing ("
    assert closed in path.read_text()
    path.write_text(path.read_text().replace(closed, f"{closed}true or "))
    broken = prove.prove(settings, Silent())
    assert not broken.is_complete
    assert {d.object for d in broken.deviations} == {"public.user_interests"}
    hashes = _hashes(checkout)
    left = {name for name in hashes if proven.load(checkout).get(name) != hashes[name]}
    assert left == {"public.user_interests"}
