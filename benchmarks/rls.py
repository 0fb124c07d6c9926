"""What access control costs: each list query of an app, against the same query without it.

A million people with a row each in every table. Each query is measured in four shapes (all rows; a
page in order; filtered; with rows of another view embedded), written as PostgREST writes it and run
in its transaction:

- ours: as the caller, through the view of schema api;
- floor: as the owner, without row level security, with the condition written by hand;
- peer: the usual advice, `own or (select is_staff)` in one policy, on user_interests.

The interpreter, the connection and the transaction are in both times. Then the same page over HTTP
through a real PostgREST (DBTOOL_POSTGREST, or on PATH) with 8 clients: requests per second with and
without policies, and with the pre-request.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

import jwt
import psycopg

from benchmarks import servers
from benchmarks.lists import Query, compare, opening, report, report_growth
from benchmarks.servers import OWNER, REPOSITORY
from dbtool.commands import migrate
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server import postgrest
from dbtool.server.cluster import Cluster

ME = UUID(int=0x4000_8000 << 48 | 7777)
STAFF = UUID(int=0x4000_8000 << 48 | 8888)
_OPENINGS = {"user": opening("authenticated", ME), "staff": opening("staff", STAFF)}
_PAGE = 20
_MOST = 1000  # PostgREST's db-max-rows in this house


def _list(caller: str, view: str, table: str, condition: str, order: str, own: str) -> list[Query]:
    """The four shapes of a list, the embedded one excepted."""
    hand = f"where {condition}" if condition else ""
    more = f"{hand} and {own}" if condition else f"where {own}"
    return [
        Query(f"{view}", caller, f"api.{view} limit {_MOST}", f"{table} {hand} limit {_MOST}"),
        Query(
            f"{view} ordered",
            caller,
            f"api.{view} order by {order} limit {_PAGE}",
            f"{table} {hand} order by {order} limit {_PAGE}",
        ),
        Query(
            f"{view} filtered",
            caller,
            f"api.{view} where {own} limit {_MOST}",
            f"{table} {more} limit {_MOST}",
        ),
    ]


def _embedded(caller: str, views: Sequence[str], tables: Sequence[str], condition: str) -> Query:
    """A parent with its children, as PostgREST embeds them."""

    def joined(parent: str, child: str, where: str) -> str:
        return (
            f"(select p.*, c.rows from {parent} as p left join lateral ("
            "select json_agg(x) as rows "
            f"from (select * from {child} as c where c.user_id = p.id) as x"
            f") as c on true {where} limit {_PAGE}) as page"
        )

    return Query(
        f"{views[0]} with {views[1]}",
        caller,
        joined(f"api.{views[0]}", f"api.{views[1]}", ""),
        joined(tables[0], tables[1], condition),
    )


def queries() -> list[Query]:
    """What apps and consoles ask for."""
    mine = f"user_id = '{ME}'"
    theirs = f"user_id = '{STAFF}'"
    named = "username_key = 'person_7'"
    mailed = "email_key = 'person_7@example.com'"
    one = "user_id = '00000000-0000-4000-8000-000000000007'"
    of_user = (
        ("my_profile_links", "public.profile_links", mine, "link_order", "kind = 'website'"),
        ("my_consents", "public.user_consents", mine, "id desc", "document_key = 'terms'"),
        ("my_interests", "public.user_interests", mine, "interest_key", "interest_key > 'b'"),
        ("my_roles", "rbac.user_roles", mine, "created_at desc", "scope_type = 'global'"),
        ("my_api_keys", "rbac.api_keys", mine, "created_at desc", "revoked_at is null"),
        ("my_contacts", "public.user_contacts", mine, "user_id", "country = 'DZ'"),
        ("my_settings", "public.user_settings", mine, "user_id", "created_at < now()"),
        ("my_profile", "public.profiles", f"id = '{ME}'", "id", "locale = 'en'"),
        ("profiles", "public.profiles", "is_listed", "created_at desc, id", named),
        ("profile_links", "public.profile_links", "is_listed", "user_id, link_order", one),
    )
    of_staff = (
        ("people", "public.profiles", "", "id", named),
        ("people_links", "public.profile_links", "", "user_id, link_order", one),
        ("people_contacts", "public.user_contacts", "", "user_id", mailed),
        ("people_consents", "public.user_consents", "", "id desc", one),
        ("people_interests", "public.user_interests", "", "user_id, interest_key", one),
        ("people_settings", "public.user_settings", "", "user_id", one),
        ("people_roles", "rbac.user_roles", "", "id", one),
        ("people_api_keys", "rbac.api_keys", "", "id", one),
        ("role_grants_log", "rbac.role_grants_log", "", "id desc", one),
        ("my_interests", "public.user_interests", theirs, "interest_key", "interest_key > 'b'"),
    )
    links = ("public.profiles", "public.profile_links")
    return [
        *(query for asked in of_user for query in _list("user", *asked)),
        _embedded("user", ("my_profile", "my_profile_links"), links, f"where p.id = '{ME}'"),
        _embedded("user", ("profiles", "profile_links"), links, "where p.is_listed"),
        *(query for asked in of_staff for query in _list("staff", *asked)),
        _embedded("staff", ("people", "people_links"), links, ""),
    ]


# The people


def _populate(server: Cluster, database: str, count: int) -> None:
    """A row in every table for everyone; of 3 people 2 want to be seen."""
    with psycopg.connect(server.url(database=database), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        people = f"generate_series(1, {count}) as n, lateral (select {_id('n')} as id) as i"
        for statement in (
            "insert into auth.users (id, email) "
            "select id, 'person_' || n || '@example.com' from {p}",
            "insert into public.profiles (id, username, display_name, is_public, created_at) "
            "select id, 'person_' || n, 'Person ' || n, n % 3 > 0, now() - n * interval '1 s' "
            "from {p}",
            "insert into public.user_settings (user_id) select id from {p}",
            "insert into public.user_contacts (user_id, email, country) "
            "select id, 'person_' || n || '@example.com', 'DZ' from {p}",
            "insert into public.profile_links (user_id, is_listed, url, link_order) "
            "select id, n % 3 > 0, 'https://example.com/' || n, 1 from {p}",
            "insert into public.user_consents "
            "(user_id, document_key, document_version, is_granted) "
            "select id, 'terms', '1', true from {p}",
            "insert into public.user_interests (user_id, interest) select id, 'python' from {p}",
            "insert into rbac.user_roles (user_id, role_id, reason) "
            "select i.id, r.id, 'login' from {p}, rbac.roles as r where r.name = 'member'",
            "insert into rbac.role_grants_log "
            "(action, user_id, role_id, scope_type, actor_role, reason) "
            "select 'granted', i.id, r.id, 'global', 'x', 'login' from {p}, rbac.roles as r "
            "where r.name = 'member'",
            "insert into rbac.api_keys (user_id, name, prefix, secret_hash) "
            "select id, 'key', 'k' || n, repeat('0', 64) from {p}",
        ):
            connection.execute(statement.replace("{p}", people).encode())
        for kind in range(2, 11):  # ten rows of the caller's own
            for who in (ME, STAFF):
                connection.execute(
                    "insert into public.profile_links (user_id, is_listed, url, link_order) "
                    "values (%s, true, 'https://example.com', %s)",
                    [who, kind],
                )
                connection.execute(
                    "insert into public.user_interests (user_id, interest) values (%s, %s)",
                    [who, f"interest {kind}"],
                )
        connection.execute(
            "insert into rbac.user_roles (user_id, role_id, reason) "
            "select %s, id, 'bench' from rbac.roles where name = 'admin'",
            [STAFF],
        )
        connection.execute("reset session_replication_role")
        connection.execute("vacuum (analyze)")


def _id(number: str) -> str:
    return f"('00000000-0000-4000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _peer(server: Cluster, database: str, rounds: int) -> None:
    """The usual advice, on one table."""
    chosen = [q for q in queries() if q.caller == "user" and q.name.startswith("my_interests")]
    with psycopg.connect(server.url(database=database), autocommit=True) as connection:
        connection.execute(
            "alter policy user_interests_select_own on public.user_interests using ("
            "user_id = (select auth.uid()) or (select rbac.is_staff((select auth.uid()))))"
        )
        # With the view's own condition the planner would be saved; most apps have no such view.
        connection.execute(
            "create view api.interests with (security_invoker = true) as "
            "select * from public.user_interests; grant select on api.interests to authenticated"
        )
    changed = [
        Query(q.name, q.caller, q.ours.replace("api.my_interests", "api.interests"), q.floor)
        for q in chosen
    ]
    for t in compare(server, database, max(rounds // 10, 3), changed, _OPENINGS):
        print(
            f"     peer  user   {t.query.name:36} {t.ours:8.3f} ms, {t.ratio:.1f} times the floor"
        )
    with psycopg.connect(server.url(database=database), autocommit=True) as connection:
        connection.execute("drop view api.interests")
        connection.execute(
            "alter policy user_interests_select_own on public.user_interests "
            "using (user_id = (select auth.uid()))"
        )


# Over HTTP


def _over_http(server: Cluster, database: str, seconds: float) -> None:
    """Requests per second of one page, of 8 clients."""
    with psycopg.connect(server.url(OWNER, database), autocommit=True) as connection:
        # The limit: the same rows through a view that asks nobody.
        connection.execute(
            f"create view api.bare as select * from public.user_interests where user_id = '{ME}'"
        )
        connection.execute("grant select on api.bare to authenticated")
    rates: dict[str, list[float]] = {"bare": [], "policy": [], "pre-request": []}
    with tempfile.TemporaryDirectory() as folder:
        doors = {}
        try:
            for name, function in (("plain", ""), ("asking", "api.pre_request")):
                url = server.url("authenticator", database)
                state = Path(folder) / f"{name}.json"
                doors[name] = postgrest.ensure(state, url, PGRST_DB_PRE_REQUEST=function)
            for _ in range(3):
                for name, door, path in (
                    ("bare", "plain", "/bare?order=interest_key&limit=20"),
                    ("policy", "plain", "/my_interests?order=interest_key&limit=20"),
                    ("pre-request", "asking", "/my_interests?order=interest_key&limit=20"),
                ):
                    rates[name].append(_rate(doors[door], path, seconds))
        finally:
            for name in doors:
                postgrest.stop(Path(folder) / f"{name}.json")
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, rate in medians.items():
        print(f"     HTTP  user   {name:12} {rate:8.0f} requests/s = {rate / medians['bare']:.2f}")
    with psycopg.connect(server.url(OWNER, database), autocommit=True) as connection:
        connection.execute("drop view api.bare")


def _rate(door: postgrest.PostgrestProcess, path: str, seconds: float) -> float:
    token = jwt.encode(
        {"sub": str(ME), "role": "authenticated"}, door.jwt_secret, algorithm="HS256"
    )
    done = []

    def ask(deadline: float) -> None:
        connection = HTTPConnection("127.0.0.1", door.port)
        count = 0
        while time.monotonic() < deadline:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            assert len(json.loads(body)) >= 10
            count += 1
        done.append(count)

    ask(time.monotonic() + 0.5)  # warm
    done.clear()
    threads = [threading.Thread(target=ask, args=[time.monotonic() + seconds]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def main() -> None:
    """Make a server and the people, measure, throw both away."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks rls", description=__doc__)
    parser.add_argument("--rows", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    with servers.prepared("shared_buffers=1GB", "max_wal_size=8GB") as server:
        before: dict[tuple[str, str], float] = {}
        for count in map(int, arguments.rows.split(",")):
            database = f"people_{count}"
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute(f"create database {database} template prepared".encode())
                connection.execute(f"grant create on database {database} to {OWNER}".encode())
            settings = Settings(REPOSITORY, server.url(OWNER, database))
            migrate.migrate(settings, Options(), Silent())
            _populate(server, database, count)
            timings = compare(server, database, arguments.rounds, queries(), _OPENINGS)
            report(count, timings)
            before = report_growth(count, timings, before)
        _peer(server, database, arguments.rounds)
        if os.environ.get(postgrest.VARIABLE) or shutil.which("postgrest"):
            _over_http(server, database, arguments.seconds)


if __name__ == "__main__":
    main()
