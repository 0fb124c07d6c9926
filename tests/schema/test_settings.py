"""Numbers that an operator may change, and that they survived their move into one table."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import LiteralString
from uuid import UUID

import pytest

from dbtool.commands import migrate, rollback
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from tests.support.database import ADMINISTRATOR, LEARNER, MODERATOR, Database, refused
from tests.support.project_folder import Folder
from tests.support.servers import REPOSITORY

# The newest version that has the three tables of old.
BEFORE = "20261121030300"

OLD_SEEDS = {
    "gamification/10_settings.sql": """
        insert into gamification.settings (key, value, description)
        values
        ('friends.max', 500, 'Friends a person can have.'),
        ('friends.max_requests', 50, 'Requests of a person that wait for an answer at one time.'),
        ('streaks.late_days', 7, 'Days after which activity can no longer be recorded.')
        on conflict (key) do nothing;
        """,
    "learn/10_settings.sql": """
        insert into learn.settings (key, value, description)
        values
        ('attempt.grace_sec', 5, 'Seconds after its deadline in which an attempt is still taken.'),
        ('progress.max_speed', 3, 'Seconds of a lesson that count as watched in a second, at most.')
        on conflict (key) do nothing;
        """,
    "util/10_job_settings.sql": "insert into util.job_settings (id) values (1) "
    "on conflict (id) do nothing;",
    "rbac/20_permissions.sql": """
        insert into rbac.permissions (name, description)
        values
        ('gamification.manage',
            'Change levels, sources of XP, achievements, quests and seasons.'),
        ('learn.manage', 'Change the limits of learning.')
        on conflict (name) do nothing;
        """,
}


def _value(db: Database, schema: str, key: str) -> int:
    value: int = db.value("select util.setting(%s, %s)", [schema, key])
    return value


# Reading and changing


def test_a_setting_that_is_missing_is_named(db: Database) -> None:
    assert _value(db, "learn", "progress.max_speed") == 3
    for arguments in (["learn", "friends.max"], ["learn", None], [None, "friends.max"]):
        with refused("PT500", "util.setting_missing"):
            db.rows("select util.setting(%s, %s)", arguments)


def _change(db: Database, user: UUID, key: str, value: int) -> int:
    with db.request(user) as connection:
        return connection.execute(
            "update api.settings set value = %s where key = %s", [value, key]
        ).rowcount


def test_staff_change_what_their_permission_says(db: Database) -> None:
    db.rows("insert into rbac.permissions (name, description) values ('night.watch', 'Tests.')")
    db.rows("update util.settings set managed_by = 'night.watch' where key = 'jobs.keep_runs_days'")
    assert _change(db, ADMINISTRATOR, "friends.max", 7) == 1
    assert _value(db, "gamification", "friends.max") == 7
    assert _change(db, ADMINISTRATOR, "jobs.retry_cap_seconds", 7) == 1
    assert _change(db, ADMINISTRATOR, "jobs.keep_runs_days", 7) == 0
    assert _change(db, MODERATOR, "friends.max", 8) == 0
    with db.request(ADMINISTRATOR) as connection:
        seen = connection.execute("select distinct managed_by from api.settings").fetchall()
    assert sorted(seen) == [("gamification.manage",), ("job.manage",), ("learn.manage",)]
    with refused("42501"):
        _change(db, LEARNER, "friends.max", 8)


@pytest.mark.parametrize("value", [-1, 101])
def test_a_value_keeps_to_its_range(db: Database, value: int) -> None:
    with refused("23514"):
        _change(db, ADMINISTRATOR, "lesson.min_watched_percent", value)


def test_the_rows_range_and_permission_are_the_packages(db: Database) -> None:
    for role in ("staff", "service_role"):
        for change in ("max_value = 1000", "managed_by = 'role.grant'", "unit = 'days'"):
            statement = f"update api.settings set {change}"
            with db.request(ADMINISTRATOR, role=role) as connection, refused("42501"):
                connection.execute(statement.encode())


# The move


@pytest.fixture
def old(tmp_path: Path) -> Folder:
    """The project as it was before the tables were one, as far as they are concerned."""
    folder = Folder.create(tmp_path / "old")
    for migration in files.load(REPOSITORY).migrations:
        if migration.version <= BEFORE:
            for file in (migration.up, migration.down):
                assert file
                target = folder.root / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(REPOSITORY / file.path, target)
    for name, text in OLD_SEEDS.items():
        folder.write(f"seeds/reference/{name}", text)
    for name in ("rbac/10_roles.sql", "rbac/30_role_permissions.sql"):
        text = (REPOSITORY / "seeds/reference" / name).read_text()
        # Only an edited file is merged again: the text of old knew no such permission.
        folder.write(f"seeds/reference/{name}", text.replace("job.manage", "learn.manage"))
    return folder


OPERATORS: LiteralString = """
    update gamification.settings set value = 900000 where key = 'friends.max';
    update gamification.settings set description = 'Mine.' where key = 'friends.max_requests';
    insert into gamification.settings (key, value, description) values ('house.cats', 3, 'Cats.');
    update learn.settings set value = 99 where key = 'attempt.grace_sec';
    delete from learn.settings where key = 'progress.max_speed';
    update util.job_settings set keep_runs_days = 365, retry_base_seconds = 20;
    """


def test_operators_values_survive_the_move_and_the_way_back(
    empty_db: Database, old: Folder
) -> None:
    old.migrate(empty_db)
    empty_db.rows(OPERATORS)
    kept = {
        name: empty_db.rows(query)
        for name, query in (
            ("gamification", "select * from gamification.settings order by key"),
            ("learn", "select * from learn.settings order by key"),
            ("jobs", "select retry_cap_seconds, retry_jitter_percent from util.job_settings"),
        )
    }

    settings = Settings(REPOSITORY, empty_db.url)
    migrate.migrate(settings, Options(), Silent())
    assert empty_db.rows(
        """
        select schema, key, value, unit, max_value, description, managed_by
        from util.settings
        where key in ('attempt.grace_sec', 'friends.max', 'friends.max_requests', 'house.cats')
        order by schema, key
        """
    ) == [
        (
            "gamification",
            "friends.max",
            900000,
            "count",
            900000,
            "Friends a person can have.",
            "gamification.manage",
        ),
        (
            "gamification",
            "friends.max_requests",
            50,
            "count",
            10000,
            "Mine.",
            "gamification.manage",
        ),
        ("gamification", "house.cats", 3, "count", 2147483647, "Cats.", "gamification.manage"),
        (
            "learn",
            "attempt.grace_sec",
            99,
            "seconds",
            86400,
            "Seconds after its deadline in which an attempt is still taken.",
            "learn.manage",
        ),
    ]
    assert _value(empty_db, "util", "jobs.keep_runs_days") == 365
    assert _value(empty_db, "util", "jobs.retry_base_seconds") == 20
    # Functions cannot do without it.
    assert _value(empty_db, "learn", "progress.max_speed") == 3
    # Rows as the package wrote them stay the package's to word.
    assert empty_db.rows(
        """
        select s.key
        from util.settings as s
        inner join util.seeded_rows as w
            on w.table_id = 'util.settings'::regclass
            and w.row_key = jsonb_build_object('schema', s.schema, 'key', s.key)
            and w.row_data <> to_jsonb(s) - 'created_at' - 'updated_at'
        order by s.key
        """
    ) == [
        ("attempt.grace_sec",),
        ("friends.max",),
        ("friends.max_requests",),
        ("jobs.keep_runs_days",),
        ("jobs.retry_base_seconds",),
    ]
    assert empty_db.rows(
        """
        select r.name
        from rbac.role_permissions as rp
        inner join rbac.roles as r on rp.role_id = r.id
        inner join rbac.permissions as p on rp.permission_id = p.id
        where p.name = 'job.manage'
        """
    ) == [("admin",)]

    empty_db.rows("update util.settings set value = 9000 where key = 'jobs.retry_base_seconds'")
    empty_db.rows("update util.settings set value = 98 where key = 'attempt.grace_sec'")
    rollback.rollback(settings, BEFORE, lambda plan: True, Silent())
    back = empty_db.rows(
        "select key, value, description, created_at from learn.settings order by key"
    )
    assert back[0] == ("attempt.grace_sec", 98, *kept["learn"][0][2:4])
    assert (
        empty_db.rows(
            """
            select g.* from gamification.settings as g
            where g.key in ('house.cats', 'streaks.late_days') or g.key like 'friends.%'
            order by g.key
            """
        )
        == kept["gamification"]
    )
    assert empty_db.rows("select * from util.job_settings")[0][:5] == (
        1,
        365,
        3600,
        *kept["jobs"][0],
    )
    old.migrate(empty_db)
    assert empty_db.value("select value from learn.settings where key = 'attempt.grace_sec'") == 98


def test_a_new_database_comes_to_the_same_and_goes_back(migrated_db: Database) -> None:
    settings = Settings(REPOSITORY, migrated_db.url)
    assert migrated_db.value("select count(*) from util.settings") == 16
    rollback.rollback(settings, BEFORE, lambda plan: True, Silent())
    assert migrated_db.rows(
        "select keep_runs_days, retry_base_seconds, retry_cap_seconds from util.job_settings"
    ) == [(30, 10, 3600)]
    assert migrated_db.value("select count(*) from learn.settings") == 6
