"""Assessments: what they are made of, attempts, grading, and that keys stay hidden."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Connection,
    Database,
    refused,
)
from tests.support.learning import (
    EXAM,
    PYTHON,
    QUIZ,
    RIGHT,
    SQL,
    call,
    enrolled,
    given,
    item,
    passed,
    start,
    submit,
)

SEEN = "select score, max_score, is_passed from api.my_attempt_results where attempt_id = %s"


def _begun(db: Database, who: UUID = LEARNER, assessment: UUID = QUIZ) -> Any:
    with db.request(who) as connection:
        return start(connection, assessment)


def _rewound(db: Database, attempt: str, seconds: int) -> None:
    """As if it had begun so long ago."""
    db.rows(
        "update learn.user_assessment_attempts set started_at = started_at - %s, "
        "deadline_at = deadline_at - %s where id = %s",
        [timedelta(seconds=seconds), timedelta(seconds=seconds), attempt],
    )


# Attempts


def test_an_attempt_shows_the_questions_and_no_key(db: Database) -> None:
    attempt = _begun(db)
    assert len(attempt["items"]) == 6
    assert {frozenset(i) for i in attempt["items"]} == {
        frozenset(("id", "type", "prompt", "options", "points", "penalty", "has_partial_credit"))
    }
    limit = datetime.fromisoformat(attempt["deadline_at"]) - datetime.fromisoformat(
        attempt["started_at"]
    )
    assert limit == timedelta(seconds=900)


def test_called_again_it_is_the_same_attempt_in_the_same_order(db: Database) -> None:
    first = _begun(db)
    with db.request(LEARNER) as connection:
        call(
            connection,
            "select api.save_answers(%s, %s)",
            first["attempt_id"],
            Jsonb({item(1): "a"}),
        )
    again = _begun(db)
    assert again["answers"] == {item(1): "a"}
    assert {**again, "answers": {}, "server_time": ""} == {**first, "server_time": ""}
    orders = {tuple(i["id"] for i in _begun(db, who)["items"]) for who in _others(db)}
    assert len(orders) > 1  # everyone has their own


def _others(db: Database) -> list[UUID]:
    found = []
    for _ in range(5):
        who = uuid4()
        db.rows("insert into auth.users (id) values (%s)", [who])
        enrolled(db, who, PYTHON)
        found.append(who)
    return found


def test_all_right_passes_and_all_wrong_loses_no_more_than_there_is(db: Database) -> None:
    answer = passed(db, LEARNER)
    assert (answer["status"], answer["was_late"]) == ("graded", False)
    assert answer["result"] == {"score": 8.0, "max_score": 8.0, "is_passed": True}
    attempt = _begun(db)["attempt_id"]
    with db.request(LEARNER) as connection:
        answer = submit(connection, attempt, {item(1): "a", item(3): True})
    assert answer["result"] == {"score": 0, "max_score": 8.0, "is_passed": False}


def test_handed_in_again_it_stays_as_it_is(db: Database) -> None:
    attempt = _begun(db)["attempt_id"]
    with db.request(LEARNER) as connection:
        first = submit(connection, attempt, {item(1): "a"})
    with db.request(LEARNER) as connection:
        assert submit(connection, attempt, {item(1): "a"}) == first
        with refused("PT409", "attempt.closed"), connection.transaction():
            submit(connection, attempt, RIGHT)
        with refused("PT409", "attempt.closed"):
            call(connection, "select api.save_answers(%s, '{}')", attempt)


def test_there_are_as_many_attempts_as_the_assessment_allows(db: Database) -> None:
    for _ in range(3):
        attempt = _begun(db)["attempt_id"]
        with db.request(LEARNER) as connection:
            submit(connection, attempt, {})
    with db.request(LEARNER) as connection, refused("PT409", "assessment.attempts_used"):
        start(connection, QUIZ)
    # Others' attempts are not one's own.
    assert _begun(db, _others(db)[0])["attempt_no"] == 1


@pytest.mark.parametrize(
    "change",
    ["opens_at = now() + interval '1 hour'", "closes_at = now() - interval '1 hour'"],
)
def test_an_assessment_has_its_time(db: Database, change: str) -> None:
    db.rows(f"update learn.assessments set {change}")
    with db.request(LEARNER) as connection, refused("PT409", "assessment.not_open"):
        start(connection, QUIZ)


def test_an_open_attempt_ends_when_the_assessment_closes(db: Database) -> None:
    closes = datetime.now(UTC) + timedelta(seconds=60)
    db.rows("update learn.assessments set closes_at = %s where id = %s", [closes, QUIZ])
    assert datetime.fromisoformat(_begun(db)["deadline_at"]) == closes


@pytest.mark.parametrize("assessment", [EXAM, uuid4()])
def test_assessments_of_courses_one_does_not_take(db: Database, assessment: UUID) -> None:
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "assessment.not_found"):
        start(connection, assessment)


def test_attempts_of_others(db: Database) -> None:
    enrolled(db, OTHER_LEARNER, PYTHON)
    attempt = _begun(db)["attempt_id"]
    for query in (
        "select api.save_answers(%s, '{}')",
        "select api.submit_attempt(%s)",
        "select api.review_attempt(%s)",
    ):
        for who in (OTHER_LEARNER, INSTRUCTOR):
            with db.request(who) as connection, refused("PT404", "attempt.not_found"):
                connection.execute(query.encode(), [attempt])
    # Nor does an attempt of one's own hide behind that of another.
    assert _begun(db, OTHER_LEARNER)["attempt_id"] != attempt


# The deadline


def test_what_comes_after_the_deadline_is_not_taken(db: Database) -> None:
    attempt = _begun(db)["attempt_id"]
    with db.request(LEARNER) as connection:
        call(connection, "select api.save_answers(%s, %s)", attempt, Jsonb({item(1): "b"}))
    _rewound(db, attempt, 900 + 6)
    with db.request(LEARNER) as connection, refused("PT409", "attempt.closed"):
        call(connection, "select api.save_answers(%s, %s)", attempt, Jsonb(RIGHT))
    with db.request(LEARNER) as connection:
        answer = submit(connection, attempt, RIGHT)
        assert (answer["was_late"], answer["result"]["score"]) == (True, 1)
        assert submit(connection, attempt, RIGHT) == answer


def test_a_few_seconds_of_grace_are_for_the_network(db: Database) -> None:
    attempt = _begun(db)["attempt_id"]
    _rewound(db, attempt, 900 + 2)
    with db.request(LEARNER) as connection:
        assert submit(connection, attempt, RIGHT)["was_late"] is False


def test_attempts_left_open_are_ended_by_the_job_and_by_the_next_one(db: Database) -> None:
    first = _begun(db)["attempt_id"]
    _rewound(db, first, 1000)
    second = _begun(db)
    assert (second["attempt_no"], second["attempt_id"] == first) == (2, False)
    _rewound(db, second["attempt_id"], 1000)
    assert db.value("select learn.close_overdue_attempts('{}')") == {
        "closed": 1,
        "failed": [],
    }
    assert db.value("select learn.close_overdue_attempts('{}')") == {
        "closed": 0,
        "failed": [],
    }
    with db.request(LEARNER) as connection:
        assert (
            connection.execute(
                "select status, was_late from api.my_attempts order by attempt_no"
            ).fetchall()
            == [("graded", True)] * 2
        )


# Answers


@pytest.mark.parametrize(
    "answers",
    [
        {item(1): "z"},
        {item(1): ["b"]},
        {item(1): 1},
        {item(2): "a"},
        {item(2): ["a", "z"]},
        {item(2): [1]},
        {item(3): "true"},
        {item(4): True},
        {item(5): "i"},
        {item(5): [1]},
        {item(6): {}},
        {item(7): "b"},
        {"x": "b"},
        [],
        "b",
    ],
)
def test_answers_that_do_not_fit_are_refused_and_nothing_is_lost(
    db: Database, answers: Any
) -> None:
    attempt = _begun(db)["attempt_id"]
    for query in ("select api.save_answers(%s, %s)", "select api.submit_attempt(%s, %s)"):
        with db.request(LEARNER) as connection, refused("PT400", "attempt.answers_invalid"):
            connection.execute(query.encode(), [attempt, Jsonb(answers)])
    assert _begun(db)["attempt_id"] == attempt


WORDS = ("Paris", "  paris ", "PARIS", "Lyon", "pa ris", "")


def _random_item(rng: random.Random) -> tuple[dict[str, Any], Any]:
    kind = rng.choice(
        (
            "single_choice",
            "multiple_select",
            "true_false",
            "short_answer",
            "fill_blank",
            "long_answer",
            "code",
        )
    )
    options = [{"id": o, "text": o} for o in "abcde"[: rng.randint(2, 5)]]
    ids = [o["id"] for o in options]
    words = [w for w in WORDS if w.strip()]
    correct: Any = {
        "single_choice": rng.choice(ids),
        "multiple_select": rng.sample(ids, rng.randint(1, len(ids))),
        "true_false": rng.random() < 0.5,
        "short_answer": rng.sample(words, rng.randint(1, 3)),
        "code": rng.sample(["a\nb", "print(1)", "x  y"], rng.randint(1, 2)),
        "fill_blank": [rng.sample(words, 2) for _ in range(rng.randint(1, 3))],
        "long_answer": [rng.sample(["row", "lock", "Page "], 2) for _ in range(rng.randint(1, 3))],
    }[kind]
    if kind in ("short_answer", "long_answer", "code") and rng.random() < 0.2:
        correct = None
    item_ = {
        "id": "x",
        "type": kind,
        "options": options,
        "points": rng.choice([1, 2, 2.5]),
        "penalty": rng.choice([0, 0.25, 1]),
        "has_partial_credit": rng.random() < 0.5,
    }
    return item_, correct


def _random_answer(rng: random.Random, item_: dict[str, Any], correct: Any) -> Any:
    kind = item_["type"]
    if rng.random() < 0.1:
        return rng.choice([None, "", "  ", []]) if kind not in ("true_false",) else None
    if correct is not None and rng.random() < 0.3 and kind in ("single_choice", "true_false"):
        return correct
    ids = [o["id"] for o in item_["options"]]
    answers: dict[str, Callable[[], Any]] = {
        "single_choice": lambda: rng.choice(ids),
        "multiple_select": lambda: rng.choices(ids, k=rng.randint(1, 4)),
        "true_false": lambda: rng.random() < 0.5,
        "short_answer": lambda: rng.choice(WORDS),
        "code": lambda: rng.choice(["a \nb\n", "a\r\nb", "a\n b", "print(1)  ", "PRINT(1)", "x y"]),
        "fill_blank": lambda: [rng.choice((*WORDS, None)) for _ in range(rng.randint(0, 4))],
        "long_answer": lambda: rng.choice(
            ["A ROW has a lock", "the   page", "nothing", "row lock page", "Page of rows"]
        ),
    }
    return answers[kind]()


def _plain(text: str | None, is_code: bool = False) -> str | None:
    """The model's own way to compare texts."""
    if text is None:
        return None
    if is_code:
        lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
        return "\n".join(line for line in lines if line)
    return " ".join(text.split()).lower()


def _share(item_: dict[str, Any], correct: Any, answer: Any) -> Decimal:
    kind = item_["type"]
    if kind in ("single_choice", "true_false"):
        return Decimal(answer == correct)
    if kind == "multiple_select":
        chosen, wanted = set(answer), set(correct)
        right, wrong = len(chosen & wanted), len(chosen - wanted)
        return Decimal(max(0, right - wrong)) / len(wanted)
    if kind in ("short_answer", "code"):
        code = kind == "code"
        return Decimal(_plain(answer, code) in [_plain(c, code) for c in correct])
    if kind == "fill_blank":
        given = [*answer, *[None] * len(correct)]
        hits = [
            given[n] is not None and _plain(given[n]) in [_plain(w) for w in accepted]
            for n, accepted in enumerate(correct)
        ]
    else:
        said = _plain(answer) or ""
        hits = [any((_plain(w) or "") in said for w in words) for words in correct]
    return Decimal(sum(hits)) / len(hits)


def _is_empty(answer: Any) -> bool:
    if isinstance(answer, list):
        return not any((a or "").strip() for a in answer)
    return answer is None or (isinstance(answer, str) and not answer.strip())


def _expected(item_: dict[str, Any], correct: Any, answer: Any) -> Decimal | None:
    if _is_empty(answer):
        return Decimal(0)
    if correct is None:
        return None
    share = _share(item_, correct, answer)
    points = Decimal(str(item_["points"]))
    if share == 1:
        return points
    if share > 0 and item_["has_partial_credit"]:
        return (points * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return -Decimal(str(item_["penalty"]))


def test_every_type_of_item_is_graded_as_a_model_of_its_own_does(db: Database) -> None:
    rng = random.Random(6)  # noqa: S311 # repeatable, not secret
    cases = []
    for _ in range(4000):
        item_, correct = _random_item(rng)
        cases.append((item_, correct, _random_answer(rng, item_, correct)))
    with db.connect() as connection:
        found = connection.execute(
            "select learn.grade_item(c.value -> 0, c.value -> 1, c.value -> 2), "
            "learn.is_key_of(c.value -> 0 ->> 'type', c.value -> 0 -> 'options', c.value -> 1) "
            "from jsonb_array_elements(%s) with ordinality as c (value, n) order by c.n",
            [Jsonb(cases)],
        ).fetchall()
    wrong = [
        (case, points, _expected(*case))
        for case, (points, is_key) in zip(cases, found, strict=True)
        if points != _expected(*case) or (case[1] is not None and not is_key)
    ]
    assert wrong == []
    kinds = {
        (case[0]["type"], points is not None and points > 0)
        for case, (points, _) in zip(cases, found, strict=True)
    }
    assert len(kinds) == 14  # each type was earned and missed


# Grading by hand


def _handed_in(db: Database) -> str:
    """The exam of the course in SQL, with its long answer."""
    attempt: str = _begun(db, assessment=EXAM)["attempt_id"]
    with db.request(LEARNER) as connection:
        answer = submit(connection, attempt, {item(7): "b", item(8): "After the commit."})
    assert (answer["status"], answer["result"]) == ("submitted", None)
    return attempt


def _grade(
    connection: Connection, attempt: str, version: int, points: dict[str, Any], **more: Any
) -> Any:
    return call(
        connection,
        "select api.grade_attempt(%s, %s, %s, %s, %s)",
        attempt,
        version,
        Jsonb(points),
        Jsonb(more.get("items", {})),
        more.get("feedback"),
    )


def test_a_person_grades_what_no_key_can(db: Database) -> None:
    attempt = _handed_in(db)
    with db.request(LEARNER) as connection:
        assert connection.execute(SEEN.encode(), [attempt]).fetchall() == []
        with refused("PT409", "attempt.result_hidden"):
            call(connection, "select api.review_attempt(%s)", attempt)
    with db.request(INSTRUCTOR) as connection:
        assert (
            call(connection, "select count(*) from api.people_attempts where status = 'submitted'")
            == 1
        )
        answer = _grade(
            connection,
            attempt,
            1,
            {item(8): 2.5},
            feedback="Good.",
            items={item(8): "Which snapshot?"},
        )
    assert answer == {
        "attempt_id": attempt,
        "status": "graded",
        "version": 2,
        "score": 3.5,
        "max_score": 5.0,
        "is_passed": True,
    }
    with db.request(LEARNER) as connection:
        review = call(connection, "select api.review_attempt(%s)", attempt)
    assert (review["score"], review["feedback"]) == (3.5, "Good.")
    shown = {i["id"]: (i["answer"], i["earned"], i["feedback"]) for i in review["items"]}
    assert shown[item(8)] == ("After the commit.", 2.5, "Which snapshot?")


def test_a_pass_that_came_by_hand_earns_xp_and_a_regrade_takes_nothing_back(db: Database) -> None:
    xp = "select total_xp from gamification.user_xp where user_id = %s"
    before = db.value(xp, [LEARNER])
    attempt = _handed_in(db)
    with db.request(INSTRUCTOR) as connection:
        _grade(connection, attempt, 1, {item(8): 4})
    after = db.value(xp, [LEARNER])
    assert after >= before + 25
    with db.request(INSTRUCTOR) as connection:
        assert _grade(connection, attempt, 2, {item(8): 0})["is_passed"] is False
    assert db.value(xp, [LEARNER]) == after


@pytest.mark.parametrize(
    "points",
    [
        {item(8): 4.5},
        {item(8): -1},
        {item(8): "4"},
        {item(8): None},
        {item(8): 1.001},
        {item(1): 1},
        {"x": 1},
        [],
        None,
    ],
)
def test_points_that_the_item_does_not_give(db: Database, points: Any) -> None:
    attempt = _handed_in(db)
    with db.request(INSTRUCTOR) as connection, refused("PT400", "grade.points_invalid"):
        _grade(connection, attempt, 1, points)


def test_who_may_not_grade_finds_nothing_to_grade(db: Database) -> None:
    attempt = _handed_in(db)
    with db.request(MODERATOR) as connection, refused("PT404", "grade.not_found"):
        _grade(connection, attempt, 1, {})
    with db.request(MODERATOR) as connection, refused("PT404", "grade.not_found"):
        _grade(connection, str(uuid4()), 1, {})
    with db.request(LEARNER) as connection, refused("42501"):
        _grade(connection, attempt, 1, {})


def test_an_open_attempt_is_not_graded_yet(db: Database) -> None:
    attempt = _begun(db)["attempt_id"]
    with db.request(INSTRUCTOR) as connection, refused("PT409", "attempt.open"):
        _grade(connection, attempt, 1, {})


def test_nobody_grades_their_own_work(db: Database) -> None:
    enrolled(db, INSTRUCTOR, PYTHON)
    attempt = _begun(db, INSTRUCTOR)["attempt_id"]
    with db.request(INSTRUCTOR) as connection:
        submit(connection, attempt, {})
    with db.request(INSTRUCTOR) as connection, refused("PT403", "grade.own_work"):
        _grade(connection, attempt, 1, {item(1): 1})


# When results are shown


def test_results_that_are_shown_after_the_close(db: Database) -> None:
    closes = datetime.now(UTC) + timedelta(hours=1)
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "update api.assessments set results_shown = 'after_close', closes_at = %s "
            "where id = %s",
            [closes, QUIZ],
        )
    answer = passed(db, LEARNER)
    assert answer["result"] is None
    with db.request(LEARNER) as connection:
        assert connection.execute(SEEN.encode(), [answer["attempt_id"]]).fetchall() == []
    with db.request(INSTRUCTOR) as connection:
        connection.execute(
            "update api.assessments set results_shown = 'at_once' where id = %s", [QUIZ]
        )
    with db.request(LEARNER) as connection:
        assert connection.execute(SEEN.encode(), [answer["attempt_id"]]).fetchall() == [
            (8, 8, True)
        ]


def test_results_are_not_shown_while_others_may_still_answer(db: Database) -> None:
    closes = datetime.now(UTC) + timedelta(hours=1)
    change = (
        "update api.assessments set results_shown = 'after_close', closes_at = %s where id = %s"
    )
    with db.request(INSTRUCTOR) as connection:
        connection.execute(change.encode(), [closes, QUIZ])
    first = passed(db, LEARNER)["attempt_id"]
    shown = "select shown_at from learn.attempt_results where attempt_id = %s"
    assert db.value(shown, [first]) == closes + timedelta(seconds=5)  # attempt.grace_sec
    _begun(db)
    earlier = datetime.now(UTC) + timedelta(minutes=1)
    with db.request(INSTRUCTOR) as connection:
        connection.execute(change.encode(), [earlier, QUIZ])
    assert db.value(shown, [first]) == earlier + timedelta(seconds=5)
    assert (
        db.value("select deadline_at from learn.user_assessment_attempts where status = 'open'")
        == earlier
    )


def test_staff_see_of_their_own_results_what_learners_see(db: Database) -> None:
    given(db, OTHER_LEARNER, "course.create", SQL)
    enrolled(db, OTHER_LEARNER, PYTHON)
    for who in (LEARNER, OTHER_LEARNER):
        passed(db, who)
    seen = "select user_id, item_points is null from api.people_attempt_results order by 1"
    with db.request(OTHER_LEARNER) as connection:
        assert connection.execute(seen.encode()).fetchall() == [(OTHER_LEARNER, True)]
    with db.request(INSTRUCTOR) as connection:
        assert connection.execute(seen.encode()).fetchall() == [
            (LEARNER, False),
            (OTHER_LEARNER, False),
        ]


def test_an_attempt_that_cannot_be_ended_keeps_no_other_open(db: Database) -> None:
    enrolled(db, OTHER_LEARNER, PYTHON)
    for who in (LEARNER, OTHER_LEARNER):
        _rewound(db, _begun(db, who)["attempt_id"], 1000)
    db.rows(
        "create function public.spoil() returns trigger language plpgsql as $$ begin "
        "if new.user_id = '00000000-0000-4000-8000-000000000001' then raise 'spoiled'; end if; "
        "return new; end $$; create trigger spoil before insert on learn.attempt_results "
        "for each row execute function public.spoil()"
    )
    ended = db.value("select learn.close_overdue_attempts('{}')")
    assert (ended["closed"], [f.split(": ")[1] for f in ended["failed"]]) == (1, ["spoiled"])


def test_who_left_the_course_earns_nothing_by_an_attempt(db: Database) -> None:
    attempt = _begun(db)["attempt_id"]
    with db.request(LEARNER) as connection:
        call(connection, "select api.save_answers(%s, %s)", attempt, Jsonb(RIGHT))
    earned = "select count(*) from gamification.xp_events where user_id = %s"
    before = db.value(earned, [LEARNER])
    with db.request(LEARNER) as connection:
        call(connection, "select api.drop_enrollment(%s)", PYTHON)
    with db.request(LEARNER) as connection:
        handed_in = submit(connection, attempt, RIGHT)
    assert (handed_in["result"]["is_passed"], handed_in["was_late"]) == (True, False)
    assert db.value(earned, [LEARNER]) == before


def test_texts_are_compared_in_one_form_and_very_long_words_as_they_are(db: Database) -> None:
    same = "select learn.same_text(%s, false)"
    assert db.value(same, ["  e\u0301te\u0301  Chaud "]) == "\u00e9t\u00e9 chaud"
    many = "a" + "\u0301\u0327" * 20_000  # which normalize() would work on for seconds
    assert db.value(same, [many]) == many


@pytest.mark.parametrize("points", ["NaN", "0", "10000"])
def test_points_are_numbers_above_zero(db: Database, points: str) -> None:
    with db.request(INSTRUCTOR) as connection:
        _, item_ = _made(connection)
        with refused("22003" if points == "10000" else "23514"):
            connection.execute(
                "update api.assessment_items set points = %s::numeric where id = %s",
                [points, item_],
            )


def test_results_that_are_never_shown(db: Database) -> None:
    passed(db, LEARNER)
    with db.request(INSTRUCTOR) as connection:
        connection.execute("update api.assessments set results_shown = 'never'")
    answer = passed(db, LEARNER)
    assert answer["result"] is None
    with db.request(LEARNER) as connection:
        assert call(connection, "select count(*) from api.my_attempt_results") == 0


def test_a_review_of_the_score_alone(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        connection.execute("update api.assessments set review_shows = 'score'")
    answer = passed(db, LEARNER)
    with db.request(LEARNER) as connection:
        assert "items" not in call(
            connection, "select api.review_attempt(%s)", answer["attempt_id"]
        )
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute("select item_points from learn.attempt_results")


# Making assessments


def _made(connection: Connection, course: UUID = PYTHON) -> tuple[UUID, UUID]:
    """An assessment with one item that has no key."""
    assessment = call(
        connection,
        "insert into api.assessments (course_id, title) values (%s, 'T') returning id",
        course,
    )
    item_ = call(
        connection,
        "insert into api.assessment_items (assessment_id, item_order, item_type, prompt, options) "
        """values (%s, 1, 'single_choice', 'P', '[{"id": "a", "text": "A"},
        {"id": "b", "text": "B"}]') returning id""",
        assessment,
    )
    return assessment, item_


def test_an_assessment_is_published_when_each_item_can_be_graded(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        assessment, item_ = _made(connection)
        with refused("PT409", "assessment.incomplete"), connection.transaction():
            call(connection, "select api.publish_assessment(%s)", assessment)
        call(connection, "select api.set_answer_key(%s, '\"b\"')::text", item_)
        assert call(connection, "select api.publish_assessment(%s)", assessment) == 1
        connection.execute("update api.assessment_items set options = '[]' where id = %s", [item_])
        with refused("PT409", "assessment.incomplete"), connection.transaction():
            call(connection, "select api.publish_assessment(%s)", assessment)
        connection.execute("delete from api.assessment_items where id = %s", [item_])
        with refused("PT409", "assessment.incomplete"):
            call(connection, "select api.publish_assessment(%s)", assessment)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("single_choice", '"z"'),
        ("single_choice", '["a"]'),
        ("multiple_select", "[]"),
        ("multiple_select", '["a", "z"]'),
        ("true_false", '"true"'),
        ("short_answer", '"x"'),
        ("short_answer", '[" "]'),
        ("fill_blank", '["x"]'),
        ("fill_blank", "[]"),
        ("long_answer", "[[]]"),
        ("code", "[1]"),
    ],
)
def test_keys_that_do_not_fit_their_item(db: Database, kind: str, key: str) -> None:
    with db.request(INSTRUCTOR) as connection:
        _, item_ = _made(connection)
        connection.execute(
            "update api.assessment_items set item_type = %s where id = %s", [kind, item_]
        )
        with refused("PT400", "item.key_invalid"):
            call(connection, "select api.set_answer_key(%s, %s)::text", item_, key)


@pytest.mark.parametrize("removed", ["a", "b"])
def test_publishing_does_not_tell_whether_the_key_was_the_option_removed(
    db: Database, removed: str
) -> None:
    with db.request(INSTRUCTOR) as connection:
        assessment, item_ = _made(connection)
        add_option = (
            "update api.assessment_items "
            """set options = options || '[{"id": "c", "text": "C"}]' where id = %s"""
        )
        connection.execute(add_option, [item_])
        call(connection, "select api.set_answer_key(%s, '\"b\"', 'as told')::text", item_)
        connection.execute(
            "update api.assessment_items set prompt = 'Q', "
            """options = '[{"id": "a", "text": "A!"}, {"id": "b", "text": "B!"},
            {"id": "c", "text": "C!"}, {"id": "d", "text": "D!"}]' where id = %s""",
            [item_],
        )
        assert call(connection, "select api.publish_assessment(%s)", assessment) == 1
        connection.execute(
            "update api.assessment_items set options = jsonb_path_query_array(options, "
            "'$[*] ? (@.id != $id)', jsonb_build_object('id', %s::text)) where id = %s",
            [removed, item_],
        )
        no_key = pytest.raises(psycopg.Error, match="item 1 has no answer key")
        with no_key, connection.transaction():
            call(connection, "select api.publish_assessment(%s)", assessment)
    assert db.rows(
        "select correct, guidance from learn.answer_keys where item_id = %s", [item_]
    ) == [(None, "as told")]


def test_a_key_is_forgotten_with_the_type_it_was_for(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        _, item_ = _made(connection)
        call(connection, "select api.set_answer_key(%s, '\"b\"')::text", item_)
        connection.execute(
            "update api.assessment_items set item_type = 'multiple_select' where id = %s", [item_]
        )
    assert db.value("select correct from learn.answer_keys where item_id = %s", [item_]) is None


def test_a_key_that_was_loaded_and_does_not_fit(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        assessment, item_ = _made(connection)
    db.rows("insert into learn.answer_keys (item_id, correct) values (%s, '\"z\"')", [item_])
    with db.request(INSTRUCTOR) as connection, refused("PT409", "assessment.incomplete"):
        call(connection, "select api.publish_assessment(%s)", assessment)


def test_items_are_reordered_in_one_statement(db: Database) -> None:
    ids = [
        row[0]
        for row in db.rows(
            "select id from learn.assessment_items where assessment_id = %s order by item_order",
            [QUIZ],
        )
    ]
    with db.request(INSTRUCTOR) as connection:
        for wrong in (ids[:-1], [*ids, ids[0]], [*ids[:-1], uuid4()], []):
            with refused("PT400", "assessment.items_invalid"), connection.transaction():
                connection.execute(
                    "select api.reorder_assessment_items(%s, %s::uuid[])", [QUIZ, wrong]
                )
        connection.execute("select api.reorder_assessment_items(%s, %s::uuid[])", [QUIZ, ids[::-1]])
        assert [
            row[0]
            for row in connection.execute(
                "select id from api.assessment_items where assessment_id = %s order by item_order",
                [QUIZ],
            )
        ] == ids[::-1]


@pytest.mark.parametrize(
    "change",
    [
        "update api.assessment_items set options = '[]' where id = %(item)s",
        "delete from api.assessment_items where id = %(item)s",
        "select api.set_answer_key(%(item)s, null)",
        "insert into api.assessment_items (assessment_id, item_order, item_type, prompt) "
        "values (%(assessment)s, 2, 'true_false', 'P')",
    ],
)
def test_what_is_checked_is_what_is_published(db: Database, change: LiteralString) -> None:
    with db.request(INSTRUCTOR) as connection:
        assessment, item_ = _made(connection)
        call(connection, "select api.set_answer_key(%s, '\"b\"')::text", item_)
    with db.request(INSTRUCTOR) as publishing, db.request(INSTRUCTOR) as editing:
        call(publishing, "select api.publish_assessment(%s)", assessment)
        editing.execute("set local lock_timeout = '200ms'")
        with refused("55P03"), editing.transaction():
            editing.execute(change, {"assessment": assessment, "item": item_})


def _published(db: Database, kind: str, passing: int, key: str | None) -> UUID:
    """An assessment of one long answer, for 4 points, with a key or for a person to grade."""
    with db.request(INSTRUCTOR) as connection:
        assessment: UUID = call(
            connection,
            "insert into api.assessments (course_id, title, assessment_type, passing_percent) "
            "values (%s, 'T', %s, %s) returning id",
            PYTHON,
            kind,
            passing,
        )
        item_ = call(
            connection,
            "insert into api.assessment_items (assessment_id, item_order, item_type, prompt, "
            "points) values (%s, 1, 'long_answer', 'P', 4) returning id",
            assessment,
        )
        call(connection, "select api.set_answer_key(%s, %s)::text", item_, key)
        call(connection, "select api.publish_assessment(%s)", assessment)
    return assessment


def test_practice_earns_nothing_and_a_quiz_does(db: Database) -> None:
    earned = "select count(*) from gamification.xp_events where user_id = %s"
    for kind, events in (("practice", 0), ("quiz", 1)):
        assessment = _published(db, kind, 70, '[["tree"]]')
        before = db.value(earned, [LEARNER])
        begun = _begun(db, LEARNER, assessment)
        with db.request(LEARNER) as connection:
            handed = submit(connection, begun["attempt_id"], {begun["items"][0]["id"]: "A tree."})
        assert handed["result"]["is_passed"]
        assert db.value(earned, [LEARNER]) == before + events


def test_nothing_is_passed_before_it_is_graded(db: Database) -> None:
    assessment = _published(db, "quiz", 0, None)
    begun = _begun(db, LEARNER, assessment)
    one = begun["items"][0]["id"]
    passed_ = "select learn.has_passed(%s, %s)"
    with db.request(LEARNER) as connection:
        submit(connection, begun["attempt_id"], {one: "Mine."})
    assert not db.value(passed_, [LEARNER, assessment])
    with db.request(INSTRUCTOR) as connection:
        assert call(
            connection, "select api.grade_attempt(%s, 1, %s)", begun["attempt_id"], Jsonb({one: 0})
        )["is_passed"]
    assert db.value(passed_, [LEARNER, assessment])


def test_an_attempt_in_progress_keeps_its_version(db: Database) -> None:
    attempt = _begun(db)
    with db.request(INSTRUCTOR) as connection:
        call(connection, "select api.set_answer_key(%s, '\"a\"')::text", item(1))
        connection.execute(
            "update api.assessment_items set prompt = 'New?' where id = %s", [item(1)]
        )
        assert call(connection, "select api.publish_assessment(%s)", QUIZ) == 2
    assert _begun(db)["items"] == attempt["items"]
    with db.request(LEARNER) as connection:
        answer = submit(connection, attempt["attempt_id"], RIGHT)
    assert answer["result"]["score"] == 8
    after = _begun(db)
    assert "New?" in {i["prompt"] for i in after["items"]}
    with db.request(LEARNER) as connection:
        answer = submit(connection, after["attempt_id"], RIGHT)
    assert answer["result"]["score"] == 6.75  # "b" is wrong now


def test_drafts_are_not_attempted(db: Database) -> None:
    with db.request(INSTRUCTOR) as connection:
        assessment, _ = _made(connection)
    with db.request(LEARNER) as connection, refused("PT404", "assessment.not_found"):
        start(connection, assessment)
    with db.request(INSTRUCTOR) as connection:
        call(connection, "select api.publish_assessment(%s, false)", QUIZ)
    with db.request(LEARNER) as connection, refused("PT404", "assessment.not_found"):
        start(connection, QUIZ)


@pytest.mark.parametrize("column", ["is_published", "published_at", "version_id", "course_id"])
def test_teachers_publish_by_function_alone(db: Database, column: str) -> None:
    with db.request(INSTRUCTOR) as connection, refused("42501"):
        connection.execute(f"update api.assessments set {column} = default".encode())


# Keys stay hidden

SECRETS = ("keyalpha7", "keybeta7", "keygamma7")


def test_no_key_comes_out_to_a_learner_by_any_path(db: Database) -> None:
    """Every view and function of schema api, their errors, and the tables behind them."""
    with db.request(INSTRUCTOR) as connection:
        call(
            connection,
            "select api.set_answer_key(%s, %s, %s)::text",
            item(4),
            json.dumps([SECRETS[0]]),
            SECRETS[1],
        )
        call(
            connection, "select api.set_answer_key(%s, %s)::text", item(6), json.dumps([SECRETS[2]])
        )
        call(connection, "select api.publish_assessment(%s)", QUIZ)
    attempt = _begun(db)["attempt_id"]
    said: list[str] = []

    def hear(query: bytes) -> None:
        for who in (None, LEARNER, OTHER_LEARNER, MODERATOR):
            try:
                with db.request(who) as connection:
                    cursor = connection.execute(query)
                    said.append(repr(cursor.fetchall() if cursor.description else ""))
            except psycopg.Error as error:
                said.append(f"{error} {error.diag.message_detail} {error.diag.message_hint}")

    views = db.rows(
        "select oid::regclass::text from pg_class where relkind in ('v', 'r') "
        "and relnamespace in ('api'::regnamespace, 'learn'::regnamespace)"
    )
    calls = [
        f"select api.start_attempt('{QUIZ}')",
        f"select api.save_answers('{attempt}', '{{\"{item(4)}\": \"x\"}}')",
        f"select * from api.read_answer_keys('{QUIZ}')",
        f"select api.set_answer_key('{item(4)}', '[\"x\"]')",
        f"insert into api.assessment_items (id) values ('{item(4)}') returning *",
        f"update api.assessment_items set prompt = 'x' where id = '{item(4)}' returning *",
        f"insert into learn.answer_keys (item_id) values ('{item(4)}') on conflict (item_id) "
        "do update set guidance = 'x' returning *",
        f"insert into learn.answer_keys (item_id, correct) values ('{item(4)}', '1')",
        "select learn.grade_item('{}', '{}', '{}')",
        "select * from api.search_courses('keyalpha7')",
        f"select api.submit_attempt('{attempt}', '{{\"{item(4)}\": \"keyalpha\"}}')",
        f"select api.review_attempt('{attempt}')",
    ]
    for query in [*calls[:1], *(f"table {row[0]}" for row in views), *calls]:
        hear(query.encode())
    heard = "\n".join(said)
    assert not [secret for secret in SECRETS if secret in heard]
    assert re.search("attempt_id", heard)
    # Where the same is asked by those who grade, it is there.
    with db.request(INSTRUCTOR) as connection:
        assert SECRETS[0] in repr(
            connection.execute("select * from api.read_answer_keys(%s)", [QUIZ]).fetchall()
        )
    with db.request(INSTRUCTOR) as connection, refused("42501"):
        connection.execute("table learn.answer_keys")


def test_staff_who_edit_courses_do_not_read_keys_by_that(db: Database) -> None:
    with db.request(ADMINISTRATOR) as connection:
        assert connection.execute("select * from api.read_answer_keys(%s)", [QUIZ]).fetchall()
    db.rows(
        "delete from rbac.role_permissions using rbac.permissions as p "
        "where permission_id = p.id and p.name = 'gradebook.grade'"
    )
    with db.request(ADMINISTRATOR) as connection, refused("PT404", "assessment.not_found"):
        connection.execute("select * from api.read_answer_keys(%s)", [QUIZ])


# Proctoring


def test_reports_of_a_proctored_attempt_are_for_graders(db: Database) -> None:
    attempt = _begun(db, assessment=EXAM)["attempt_id"]
    report = "select api.record_proctoring_event(%s, %s, '{\"tab\": 1}', %s)"
    screenshot = uuid4()
    with db.request(LEARNER) as connection:
        connection.execute(report.encode(), [attempt, "tab_switch", screenshot])
        connection.execute(report.encode(), [attempt, "no_face", None])
        with refused("PT400", "proctoring.request_invalid"), connection.transaction():
            connection.execute(report.encode(), [attempt, "yawning", None])
    for view in ("people_proctoring_events", "people_proctoring_sessions"):
        with db.request(LEARNER) as connection, refused("42501"):
            connection.execute(f"select * from api.{view}".encode())
    with db.request(INSTRUCTOR) as connection:
        assert connection.execute(
            "select event_count, screenshot_ids from api.people_proctoring_sessions"
        ).fetchall() == [(2, [screenshot])]
        assert call(connection, "select count(*) from api.people_proctoring_events") == 2
    with db.request(role="service_role") as connection:
        connection.execute("update api.people_proctoring_sessions set analysis = '{\"risk\": 1}'")


def test_reports_where_there_is_nothing_to_watch(db: Database) -> None:
    report = b"select api.record_proctoring_event(%s, 'other')"
    quiz, exam = (_begun(db, assessment=a)["attempt_id"] for a in (QUIZ, EXAM))
    with db.request(LEARNER) as connection, refused("PT404", "proctoring.not_open"):
        connection.execute(report, [quiz])  # it is not proctored
    with db.request(OTHER_LEARNER) as connection, refused("PT404", "proctoring.not_open"):
        connection.execute(report, [exam])  # it is another's
    db.rows("update util.settings set value = 1 where key = 'proctoring.max_events'")
    with db.request(LEARNER) as connection:
        connection.execute(report, [exam])
    with db.request(LEARNER) as connection, refused("PT404", "proctoring.not_open"):
        connection.execute(report, [exam])  # too many
    db.rows("update util.settings set value = 9 where key = 'proctoring.max_events'")
    with db.request(LEARNER) as connection:
        submit(connection, exam, {})
    with db.request(LEARNER) as connection, refused("PT404", "proctoring.not_open"):
        connection.execute(report, [exam])  # it is over


# The gradebook


def test_the_gradebook_shows_what_learners_reached_in_pages(db: Database) -> None:
    passed(db, LEARNER)
    for who in _others(db):
        attempt = _begun(db, who)["attempt_id"]
        with db.request(who) as connection:
            submit(connection, attempt, {item(1): "b"})
    with db.request(INSTRUCTOR) as connection:
        first = connection.execute(
            "select enrollment_id, user_id, percent, assessments from api.gradebook(%s, 4)",
            [PYTHON],
        ).fetchall()
        rest = connection.execute(
            "select enrollment_id, user_id, percent, assessments from api.gradebook(%s, 4, %s)",
            [PYTHON, first[-1][0]],
        ).fetchall()
    assert (len(first), len(rest)) == (4, 2)
    assert len({row[1] for row in first + rest}) == 6
    assert first[0][1:] == (LEARNER, 25, {str(QUIZ): 100.0})
    assert rest[0][3] == {str(QUIZ): 12.5}


def test_staff_read_the_gradebook_of_the_course_they_were_given(db: Database) -> None:
    given(db, OTHER_LEARNER, "gradebook.read", PYTHON)
    with db.request(OTHER_LEARNER) as connection:
        assert connection.execute("select * from api.gradebook(%s)", [PYTHON]).fetchall()
        with refused("PT404", "gradebook.not_found"):
            connection.execute("select * from api.gradebook(%s)", [SQL])


def test_the_gradebook_waits_for_the_grade(db: Database) -> None:
    attempt = _begun(db, LEARNER, EXAM)["attempt_id"]
    with db.request(LEARNER) as connection:
        submit(connection, attempt, {item(7): "b", item(8): "Then."})
    reached = []
    for points in (None, 4):
        with db.request(INSTRUCTOR) as connection:
            if points:
                call(
                    connection,
                    "select api.grade_attempt(%s, 1, %s)",
                    attempt,
                    Jsonb({item(8): points}),
                )
            reached.append(
                call(
                    connection,
                    "select assessments from api.gradebook(%s) where user_id = %s",
                    SQL,
                    LEARNER,
                )
            )
    assert reached == [{}, {str(EXAM): 100.0}]


def test_the_gradebook_is_for_those_who_may_see_it(db: Database) -> None:
    for who, course in ((MODERATOR, PYTHON), (INSTRUCTOR, uuid4())):
        with db.request(who) as connection, refused("PT404", "gradebook.not_found"):
            connection.execute("select * from api.gradebook(%s)", [course])
    with db.request(LEARNER) as connection, refused("42501"):
        connection.execute("select * from api.gradebook(%s)", [PYTHON])
    with db.request(INSTRUCTOR) as connection, refused("PT400", "gradebook.page_invalid"):
        connection.execute("select * from api.gradebook(%s, 501)", [SQL])
    elsewhere = db.value(
        "select id from learn.enrollments where (user_id, course_id) = (%s, %s)", [LEARNER, PYTHON]
    )
    for after in (elsewhere, uuid4()):
        with db.request(INSTRUCTOR) as connection, refused("PT400", "gradebook.page_invalid"):
            connection.execute("select * from api.gradebook(%s, 50, %s)", [SQL, after])
