"""People: profiles, contacts, settings, links, consents, interests, and the logins behind them."""

from __future__ import annotations

import json
import threading
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support.concurrently import together
from tests.support.database import (
    ADMINISTRATOR,
    ANONYMOUS,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
    refused,
)


def _sign_up(db: Database, anonymous: bool = False, **metadata: object) -> UUID:
    user = uuid4()
    db.rows(
        "insert into auth.users (id, email, is_anonymous, raw_user_meta_data) "
        "values (%s, %s, %s, %s)",
        [
            user,
            None if anonymous else f"{user}@example.com",
            anonymous,
            json.dumps(metadata) if metadata else None,
        ],
    )
    return user


def _roles(db: Database, user: UUID) -> set[str]:
    return {
        row[0]
        for row in db.rows(
            "select r.name from rbac.user_roles as ur inner join rbac.roles as r "
            "on r.id = ur.role_id where ur.user_id = %s",
            [user],
        )
    }


# Logins


def test_a_new_login_gets_profile_settings_contacts_and_role(db: Database) -> None:
    user = _sign_up(db, display_name="Someone", locale="fr-FR")
    assert db.rows(
        "select p.display_name, p.locale, p.is_public, s.user_id is not null, c.email "
        "from public.profiles as p "
        "inner join public.user_settings as s on s.user_id = p.id "
        "inner join public.user_contacts as c on c.user_id = p.id where p.id = %s",
        [user],
    ) == [("Someone", "fr-FR", False, True, f"{user}@example.com")]
    assert _roles(db, user) == {"member"}


def test_an_anonymous_sign_in_is_a_visitor_until_it_becomes_a_login(db: Database) -> None:
    user = _sign_up(db, anonymous=True)
    assert _roles(db, user) == {"visitor"}
    db.rows(
        "update auth.users set is_anonymous = false, email = 'new@example.com' where id = %s",
        [user],
    )
    assert _roles(db, user) == {"member"}
    assert db.value("select email from public.user_contacts where user_id = %s", [user]) == (
        "new@example.com"
    )


@pytest.mark.parametrize(
    "metadata",
    [
        {"display_name": "x" * 500},
        {"display_name": "  "},
        {"display_name": "a\nb\tc\x01"},
        {"display_name": {"nested": 1}},
        {"display_name": None, "locale": None},
        {"locale": "'; drop table public.profiles; --"},
        {"locale": "fr-FR\nx", "role": "admin", "is_public": True},
        {"display_name": "\u202eevil"},
    ],
)
def test_metadata_never_keeps_anyone_from_signing_up(
    db: Database, metadata: dict[str, Any]
) -> None:
    user = _sign_up(db, **metadata)
    name, locale, public = db.rows(
        "select display_name, locale, is_public from public.profiles where id = %s", [user]
    )[0]
    assert 1 <= len(name) <= 80
    assert not any(character < " " for character in name)
    assert locale == "en"
    assert not public
    assert _roles(db, user) == {"member"}


@pytest.mark.parametrize("length", [320, 321, 100000])
def test_an_address_of_any_length_keeps_no_one_out(db: Database, length: int) -> None:
    for statement in (
        "insert into auth.users (email) values (repeat('x', %s))",
        "update auth.users set email = repeat('y', %s) where email like 'learner.one%%'",
    ):
        db.rows(statement, [length])


def test_logins_with_like_ids_do_not_collide(db: Database) -> None:
    for n in range(50):
        db.rows("insert into auth.users (id) values (%s)", [f"10000000-0000-4000-8000-{n:012}"])
    assert db.value("select count(distinct username_key) from public.profiles") == 56


def test_many_sign_up_at_once(db: Database) -> None:
    def sign_up() -> None:
        for _ in range(10):
            _sign_up(db)

    assert together(*[sign_up] * 8) == [None] * 8
    assert db.rows(
        "select count(*), (select count(*) from public.user_settings), "
        "(select count(*) from public.user_contacts), (select count(*) from auth.users) "
        "from public.profiles"
    ) == [(86, 86, 86, 86)]


def test_contacts_follow_the_logins_address(db: Database) -> None:
    db.rows("update auth.users set email = 'Changed@Example.com' where id = %s", [LEARNER])
    assert db.rows(
        "select email, email_key from public.user_contacts where user_id = %s", [LEARNER]
    ) == [("Changed@Example.com", "changed@example.com")]


def test_logins_older_than_the_package_are_adopted_once(db: Database) -> None:
    with psycopg.connect(db.admin_url, autocommit=True) as connection:
        connection.execute(
            "alter table auth.users disable trigger trg_users_create_profile_for_login"
        )
        connection.execute(
            "insert into auth.users (email, deleted_at) values "
            "('old1@example.com', null), ('old2@example.com', null), ('gone@example.com', now())"
        )
    with db.request(role="service_role") as connection:
        ask = "select public.create_missing_profiles()"
        assert connection.execute(ask).fetchone() == (2,)
        assert connection.execute(ask).fetchone() == (0,)
    assert db.value("select count(*) from public.profiles") == 8


def test_a_deleted_login_leaves_its_profile(db: Database) -> None:
    db.rows("delete from auth.users where id = %s", [LEARNER])
    assert db.value("select count(*) from public.profiles where id = %s", [LEARNER]) == 1


# Profiles


def test_everyone_sees_people_who_want_to_be_seen(db: Database) -> None:
    for user in (None, OTHER_LEARNER):
        with db.request(user) as connection:
            seen = {row[0] for row in connection.execute("select username from public.profiles")}
        own = {"learner_two"} if user else set()
        assert seen == {"learner_one", "instructor", "moderator"} | own
    with db.request(MODERATOR) as connection:
        row = connection.execute("select count(*) from public.profiles").fetchone()
    assert row == (6,)


@pytest.mark.parametrize(
    "change",
    [
        "is_public = false",
        "status = 'suspended'",
        "status = 'inactive'",
        "status = 'inactive', erased_at = now()",
    ],
)
def test_people_who_are_not_to_be_seen_are_not(db: Database, change: str) -> None:
    db.rows(f"update public.profiles set {change} where username = 'learner_one'")
    for user in (None, OTHER_LEARNER):
        with db.request(user) as connection:
            for query in (
                "select count(*) from public.profiles where username_key = 'learner_one'",
                "select count(*) from public.profile_links where url like '%learner-one'",
            ):
                assert connection.execute(query.encode()).fetchone() == (0,)
    with db.request(LEARNER) as connection:
        row = connection.execute("select count(*) from public.profile_links").fetchone()
        assert row == (2,)


def test_the_anonymous_read_columns_that_are_meant_for_them(db: Database) -> None:
    with db.request() as connection:
        connection.execute("select id, username, display_name, bio, country from public.profiles")
    for column in ("time_zone", "locale", "status", "erased_at", "is_public", "*"):
        with db.request() as connection, refused("42501"):
            connection.execute(f"select {column} from public.profiles".encode())


def test_people_edit_themselves_and_nobody_else(db: Database) -> None:
    for user in (LEARNER, ADMINISTRATOR):
        with db.request(user) as connection:
            # Without a filter: a policy can hide a row and still let it be changed.
            cursor = connection.execute("update public.profiles set bio = 'mine'")
            assert cursor.rowcount == 1
            cursor = connection.execute(
                "update public.profiles set bio = 'theirs' where username = 'instructor'"
            )
            assert cursor.rowcount == 0
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute("delete from public.profiles")
    with db.request() as connection, refused("42501"):
        connection.execute("update public.profiles set bio = 'x'")


def test_usernames_are_unique_whatever_their_case(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("23505"):
        connection.execute("update public.profiles set username = 'InStructor'")
    plan = db.rows("explain select * from public.profiles where username_key = 'instructor'")
    assert plan


@pytest.mark.parametrize(
    "change",
    [
        "username = 'ab'",
        "username = 'has space'",
        "username = '-dash'",
        "username = 'élève'",
        "display_name = ''",
        "display_name = e'two\\nlines'",
        "avatar_url = 'javascript:alert(1)'",
        "avatar_url = 'http://example.com/a.png'",
        "locale = 'french'",
        "country = 'dz'",
        "time_zone = 'EST5EDT4'",
        "time_zone = 'x'",
        "time_zone = 'PST'",
        "time_zone = 'Foo/Bar+5'",
        "display_name = '  '",
        "bio = repeat('x', 2001)",
    ],
)
def test_profiles_refuse_wrong_values(db: Database, change: str) -> None:
    with db.request(LEARNER) as connection, refused("23514"):
        connection.execute(f"update public.profiles set {change}".encode())


def test_time_zones_are_those_of_the_tz_database(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("22023"):
        connection.execute("update public.profiles set time_zone = 'Mars/Phobos'")
    with db.request(LEARNER) as connection:
        for zone in ("Africa/Algiers", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5"):
            connection.execute("update public.profiles set time_zone = %s", [zone])


def test_listing_people_uses_its_index(db: Database) -> None:
    db.rows(
        "insert into public.profiles (id, username, display_name, is_public) "
        "select gen_random_uuid(), 'person' || n, 'Person', n % 10 = 0 "
        "from generate_series(1, 20000) as n"
    )
    db.rows("analyze public.profiles")
    with db.request() as connection:
        plan = connection.execute(
            "explain select id, username from public.profiles order by created_at desc, id limit 20"
        ).fetchall()
    assert any("idx_profiles_listed_created_at" in row[0] for row in plan), plan


# Contacts, settings


def test_people_read_and_change_their_own_contacts(db: Database) -> None:
    with db.request(LEARNER) as connection:
        cursor = connection.execute(
            "update public.user_contacts set first_name = 'A', phone = '+213 21 00 00 00'"
        )
        assert cursor.rowcount == 1
        assert connection.execute("select first_name from public.user_contacts").fetchall() == [
            ("A",)
        ]
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute("update public.user_contacts set email = 'x@example.com'")
    assert db.value("select count(*) from public.user_contacts where first_name = 'A'") == 1


def test_settings_are_objects_of_a_bounded_size(db: Database) -> None:
    for value in ("[]", '"text"', "1", "null", json.dumps({"x": "y" * 20000})):
        with db.request(LEARNER) as connection, refused("23514"):
            connection.execute(
                "update public.user_settings set privacy_settings = %s::jsonb", [value]
            )
    with db.request(LEARNER) as connection:
        connection.execute("update public.user_settings set privacy_settings = '{\"a\": 1}'")


# Links


def test_links_need_no_owner_and_no_flag_from_the_client(db: Database) -> None:
    with db.request(LEARNER) as connection:
        row = connection.execute(
            "insert into public.profile_links (kind, url, link_order) "
            "values ('github', 'https://example.com/x', 2) returning user_id, is_listed"
        ).fetchone()
    assert row == (LEARNER, True)
    for column, value in (("user_id", str(OTHER_LEARNER)), ("is_listed", "true")):
        with db.request(LEARNER) as connection, refused("42501"):
            connection.execute(
                f"insert into public.profile_links (url, link_order, {column}) "
                f"values ('https://example.com', 3, '{value}')".encode()
            )


def test_links_are_reordered_in_one_statement(db: Database) -> None:
    with db.request(LEARNER) as connection:
        for order in (2, 3):
            connection.execute(
                "insert into public.profile_links (url, link_order) values (%s, %s)",
                [f"https://example.com/{order}", order],
            )
        connection.execute(
            "update public.profile_links set link_order = 4 - link_order where user_id = %s",
            [LEARNER],
        )


def test_a_person_has_twenty_links_at_most(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("23514"):
        connection.execute(
            "insert into public.profile_links (url, link_order) values ('https://a.example', 21)"
        )
    with db.request(LEARNER) as connection, refused("23505"):
        connection.execute(
            "insert into public.profile_links (url, link_order) values ('https://a.example', 1)"
        )


def test_links_follow_the_profiles_flag_while_both_change_at_once(db: Database) -> None:
    stop = threading.Event()

    def flip() -> None:
        with db.connect() as connection:
            while not stop.is_set():
                connection.execute(
                    "update public.profiles set is_public = not is_public where id = %s",
                    [LEARNER],
                )

    def add() -> None:
        with db.connect() as connection:
            for _ in range(150):
                for order in (5, 6):
                    connection.execute(
                        "insert into public.profile_links (user_id, url, link_order) "
                        "values (%s, 'https://example.com', %s) "
                        "on conflict (id) do nothing",
                        [LEARNER, order],
                    )
                connection.execute(
                    "delete from public.profile_links where user_id = %s and link_order = 5",
                    [LEARNER],
                )
                connection.execute(
                    "delete from public.profile_links where user_id = %s and link_order = 6",
                    [LEARNER],
                )
            connection.execute(
                "insert into public.profile_links (user_id, url, link_order) "
                "values (%s, 'https://example.com', 7)",
                [LEARNER],
            )

    flipper, adder = threading.Thread(target=flip), threading.Thread(target=add)
    flipper.start()
    adder.start()
    adder.join()
    stop.set()
    flipper.join()
    assert (
        db.value(
            "select count(*) from public.profile_links as l "
            "inner join public.profiles as p on p.id = l.user_id and p.is_listed <> l.is_listed"
        )
        == 0
    )
    assert db.value("select count(*) from public.profile_links where link_order = 7") == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://a b", "", "data:x"])
def test_links_lead_to_the_web(db: Database, url: str) -> None:
    with db.request(LEARNER) as connection, refused("23514"):
        connection.execute(
            "insert into public.profile_links (url, link_order) values (%s, 9)", [url]
        )


# Consents, interests


def test_consents_are_appended_and_the_latest_counts(db: Database) -> None:
    with db.request(LEARNER) as connection:
        for granted in (True, False):
            connection.execute(
                "insert into public.user_consents (document_key, document_version, is_granted) "
                "values ('marketing', '1', %s)",
                [granted],
            )
        row = connection.execute(
            "select distinct on (document_key) is_granted from public.user_consents "
            "where document_key = 'marketing' order by document_key, id desc"
        ).fetchone()
        assert row == (False,)
    for statement in (
        "update public.user_consents set is_granted = true",
        "delete from public.user_consents",
        "insert into public.user_consents (document_key, document_version, is_granted, created_at)"
        " values ('terms', '1', true, '2000-01-01')",
    ):
        with db.request(LEARNER) as connection, refused("42501"):
            connection.execute(statement.encode())


def test_interests_are_one_row_a_word_whatever_its_case(db: Database) -> None:
    with db.request(LEARNER) as connection, refused("23505"):
        connection.execute("insert into public.user_interests (interest) values ('PYTHON')")
    with db.request(LEARNER) as connection:
        assert connection.execute("delete from public.user_interests").rowcount == 2
    assert db.value("select count(*) from public.user_interests") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "insert into public.user_consents (document_key, document_version, is_granted) "
        "values ('terms', '1', true)",
        "insert into public.user_interests (interest) values ('x')",
        "insert into public.profile_links (url) values ('https://example.com')",
        "update public.user_settings set privacy_settings = '{}'",
        "delete from public.profile_links",
    ],
)
def test_the_anonymous_write_nothing(db: Database, statement: str) -> None:
    with db.request() as connection, refused("42501"):
        connection.execute(statement.encode())


def test_an_anonymous_sign_in_has_rows_of_its_own(db: Database) -> None:
    with db.request(ANONYMOUS) as connection:
        assert connection.execute("select user_id from public.user_settings").fetchall() == [
            (ANONYMOUS,)
        ]


def test_staff_see_what_their_permission_opens(db: Database) -> None:
    counts = {
        INSTRUCTOR: {"user_settings": 1, "user_contacts": 1, "user_consents": 0},
        MODERATOR: {"user_settings": 6, "user_contacts": 1, "user_consents": 0},
        ADMINISTRATOR: {"user_settings": 6, "user_contacts": 6, "user_consents": 2},
    }
    for user, expected in counts.items():
        with db.request(user) as connection:
            for table, count in expected.items():
                row = connection.execute(f"select count(*) from public.{table}".encode()).fetchone()
                assert row == (count,), (user, table)


def test_reading_is_not_writing(db: Database) -> None:
    """Staff who may read everyone's rows change their own alone."""
    for table, column in (
        ("user_settings", "privacy_settings = '{}'"),
        ("user_contacts", "first_name = 'x'"),
    ):
        with db.request(ADMINISTRATOR) as connection:
            cursor = connection.execute(f"update public.{table} set {column}".encode())
            assert cursor.rowcount == 1
    with db.request(ADMINISTRATOR) as connection:
        assert connection.execute("delete from public.profile_links").rowcount == 0
