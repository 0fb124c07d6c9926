"""What apps ask of courses and learning, against the same query without access control.

Worlds of ``dbtool seed --scale``: by default 100,000 people and then 1,000,000, with ten lessons
each. Every query is written as PostgREST writes it and run in its transaction:

- ours: as the caller, through views and functions of schema api;
- floor: as the owner, without row level security, with the condition written by hand.

Then what a player reports every few seconds, against the bare UPDATE.
"""

from __future__ import annotations

import argparse
import statistics
import time

import psycopg

from benchmarks import servers
from benchmarks.lists import Query, compare, opening, report, report_growth
from benchmarks.servers import OWNER, REPOSITORY
from dbtool.commands import migrate, scale
from dbtool.commands.scale_ids import FIRST_COURSE_LEARNERS, course_id, lesson_id, person_id
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster

# Somebody who takes the first course, and who teaches it.
ME, TEACHER = person_id(777), person_id(0)
COURSE = course_id(0)


def _course_page(schema: str, shown: str) -> str:
    return (
        "(select c.*, (select json_agg(m) from (select m.*, (select json_agg(l) from ("
        f"select * from {schema}.lessons as l where l.module_id = m.id {shown} "
        "order by l.lesson_order) as l) as lessons "
        f"from {schema}.modules as m where m.course_id = c.id {shown} order by m.module_order) as m"
        f") as modules from {schema}.courses as c where c.slug = 'scale-0' {shown}) as page"
    )


_PROGRESS = """(
    select e.*, done.*
    from learn.enrollments as e
    cross join lateral (
        select count(*) as total, count(up.completed_at) as completed,
            max(up.last_activity_at) as last_activity_at
        from content.content_version_lessons as vl
        left join learn.user_progress as up
            on up.user_id = e.user_id and up.lesson_id = vl.lesson_id
        where vl.version_id = e.version_id
    ) as done
    where e.user_id = '{me}'
    order by done.last_activity_at desc limit 20) as page"""
_GRADEBOOK = """(
    select e.*, p.display_name, done.*,
        (select jsonb_object_agg(b.assessment_id, b.best) from (
            select r.assessment_id, max(r.score * 100 / r.max_score) as best
            from learn.attempt_results as r
            where r.course_id = e.course_id and r.user_id = e.user_id group by 1) as b),
        (select jsonb_object_agg(b.assignment_id, b.best) from (
            select s.assignment_id, max(s.points) as best from learn.submissions as s
            where s.course_id = e.course_id and s.user_id = e.user_id group by 1) as b)
    from (
        select * from learn.enrollments as x
        where x.course_id = '{course}' {after} order by x.enrolled_at, x.id limit 50
    ) as e
    inner join public.profiles as p on e.user_id = p.id
    cross join lateral (
        select count(*) as total, count(up.completed_at) as completed,
            max(up.last_activity_at) as last_activity_at
        from content.content_version_lessons as vl
        left join learn.user_progress as up
            on up.user_id = e.user_id and up.lesson_id = vl.lesson_id
        where vl.version_id = e.version_id
    ) as done) as page"""
_SEARCH = """(
    select c.*, ts_rank_cd(c.search_vector, content.search_query('{words}', '{language}')) as rank
    from content.courses as c
    where c.is_published and c.language = '{language}'
        and c.search_vector @@ content.search_query('{words}', '{language}')
    order by rank desc, c.published_at desc, c.id desc limit 20) as page"""


def queries(last_of_page: str, enrolled_at: str) -> list[Query]:
    """What apps ask for; given is an enrolment far down the first course's gradebook."""
    after = f"and (x.enrolled_at, x.id) > ('{enrolled_at}', '{last_of_page}')"
    newest = "order by published_at desc, id desc limit 20"
    mine = f"user_id = '{ME}'"
    return [
        Query(
            "course page",
            "anon",
            _course_page("api", ""),
            _course_page("content", "and is_visible"),
        ),
        Query(
            "catalogue",
            "anon",
            f"api.courses where is_published {newest}",
            f"content.courses where is_published {newest}",
        ),
        Query(
            "catalogue search, rare",
            "anon",
            "api.search_courses('testing queries 7', in_language => 'en')",
            _SEARCH.format(words="testing queries 7", language="en"),
        ),
        Query(
            "catalogue search, common",
            "anon",
            "api.search_courses('testing', in_language => 'en')",
            _SEARCH.format(words="testing", language="en"),
        ),
        Query(
            "my courses with progress",
            "user",
            "api.my_course_progress order by last_activity_at desc limit 20",
            _PROGRESS.format(me=ME),
        ),
        Query(
            "my lessons",
            "user",
            f"api.my_progress where course_id = '{COURSE}'",
            f"learn.user_progress where course_id = '{COURSE}' and {mine}",
        ),
        Query(
            "my enrolments, newest first",
            "user",
            "api.my_enrollments order by enrolled_at desc limit 20",
            f"learn.enrollments where {mine} order by enrolled_at desc limit 20",
        ),
        Query(
            "my results",
            "user",
            "api.my_attempt_results order by graded_at desc limit 20",
            f"learn.attempt_results where {mine} and shown_at <= now() "
            "order by graded_at desc limit 20",
        ),
        Query(
            "outline of my version",
            "user",
            f"api.course_version_lessons where course_id = '{COURSE}'",
            "content.content_version_lessons where version_id in (select version_id "
            f"from learn.enrollments where {mine}) and course_id = '{COURSE}'",
        ),
        Query(
            "a lesson to read",
            "user",
            f"api.read_lesson('{lesson_id(0, 1)}')",
            "content.content_version_lessons as vl inner join content.lesson_body_versions as b "
            "on vl.body_version_id = b.id where vl.version_id = (select e.version_id from "
            f"learn.enrollments as e where e.{mine} and e.course_id = '{COURSE}') "
            f"and vl.lesson_id = '{lesson_id(0, 1)}'",
        ),
        Query(
            "gradebook",
            "staff",
            f"api.gradebook('{COURSE}', 50)",
            _GRADEBOOK.format(course=COURSE, after=""),
        ),
        Query(
            "gradebook, far down",
            "staff",
            f"api.gradebook('{COURSE}', 50, '{last_of_page}')",
            _GRADEBOOK.format(course=COURSE, after=after),
        ),
        Query(
            "learners of a course",
            "staff",
            f"api.people_enrollments where course_id = '{COURSE}' "
            "order by enrolled_at, id limit 20",
            f"learn.enrollments where course_id = '{COURSE}' order by enrolled_at, id limit 20",
        ),
        Query(
            "progress of a learner",
            "staff",
            f"api.people_progress where course_id = '{COURSE}' and {mine}",
            f"learn.user_progress where course_id = '{COURSE}' and {mine}",
        ),
        Query(
            "attempts to grade",
            "staff",
            f"api.people_attempts where course_id = '{COURSE}' and status = 'submitted' "
            "order by submitted_at limit 20",
            f"learn.user_assessment_attempts where course_id = '{COURSE}' "
            "and status = 'submitted' order by submitted_at limit 20",
        ),
    ]


def _heartbeats(server: Cluster, database: str, rounds: int) -> None:
    """Reports of one player, each committed."""
    ours = f"select * from api.record_progress('{lesson_id(0, 1)}', 10, 5)"
    floor = (
        "update learn.user_progress set last_position_sec = 10, "
        "watch_time_sec = watch_time_sec + 5, last_activity_at = now() "
        f"where user_id = '{ME}' and lesson_id = '{lesson_id(0, 1)}' returning status"
    )
    times: dict[str, list[float]] = {"authenticated": [], "none": []}
    with (
        psycopg.connect(server.url("authenticator", database), autocommit=True) as door,
        psycopg.connect(server.url(OWNER, database), autocommit=True) as owner,
    ):
        for _ in range(rounds + 10):
            for connection, role, query in (
                (door, "authenticated", ours),
                (owner, "none", floor),
            ):
                began = time.perf_counter()
                with connection.pipeline():
                    connection.execute(b"begin")
                    connection.execute(opening(role, ME))
                    connection.execute(query.encode(), prepare=True)
                    connection.execute(b"commit")
                times[role].append(time.perf_counter() - began)
    mine, bare = (statistics.median(found[10:]) * 1000 for found in times.values())
    print(f"           user   a player's report {mine:.3f} ms / {bare:.3f} ms = {mine / bare:.2f}")


def main() -> None:
    """Make a server and the worlds, measure, throw all away."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks learn", description=__doc__)
    parser.add_argument("--people", default="100000,1000000")
    parser.add_argument("--rounds", type=int, default=100)
    arguments = parser.parse_args()
    sizes = [int(people) for people in arguments.people.split(",")]
    if min(sizes) < FIRST_COURSE_LEARNERS:
        parser.error(f"--people: each {FIRST_COURSE_LEARNERS:,} or more, for a long gradebook")
    openings = {
        "anon": opening("anon"),
        "user": opening("authenticated", ME),
        "staff": opening("staff", TEACHER),
    }
    with servers.prepared("shared_buffers=1GB", "max_wal_size=8GB") as server:
        before: dict[tuple[str, str], float] = {}
        for people in sizes:
            database = f"learners_{people}"
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute(f"create database {database} template prepared".encode())
                connection.execute(f"grant create on database {database} to {OWNER}".encode())
            settings = Settings(REPOSITORY, server.url(OWNER, database))
            migrate.migrate(settings, Options(), Silent())
            made = scale.seed_scale(settings, people, Silent())
            print(f"{people:9,}  people, made in {made.seconds:.0f} s")
            with psycopg.connect(server.url(OWNER, database)) as connection:
                row = connection.execute(
                    "select id::text, enrolled_at::text from learn.enrollments "
                    "where course_id = %s order by enrolled_at, id offset 9000 limit 1",
                    [COURSE],
                ).fetchone()
            assert row
            timings = compare(server, database, arguments.rounds, queries(*row), openings)
            report(people, timings)
            _heartbeats(server, database, arguments.rounds * 5)
            before = report_growth(people, timings, before)


if __name__ == "__main__":
    main()
