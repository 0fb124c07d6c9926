"""Conditions, views and calls are read from their text."""

from __future__ import annotations

import pytest

from dbtool.sql import calls, conditions


@pytest.mark.parametrize(
    ("condition", "word", "parts"),
    [
        ("true", "", ()),
        ("(a = 1)", "", ()),
        ("(NOT (a OR b))", "", ()),
        ("(a OR (b = 'x OR y'::text))", "or", ("a", "(b = 'x OR y'::text)")),
        ("((a OR b) AND (c OR d))", "and", ("(a OR b)", "(c OR d)")),
        ("(é OR ( SELECT (f.a OR f.b) FROM f))", "or", ("é", "( SELECT (f.a OR f.b) FROM f)")),
        (
            "(CASE WHEN a AND b THEN c::boolean ELSE d END AND e)",
            "and",
            ("CASE WHEN a AND b THEN c::boolean ELSE d END", "e"),
        ),
        ("a BETWEEN 1 AND 2 AND b", "and", ("a BETWEEN 1 AND 2", "b")),
    ],
)
def test_split__at_the_outermost_word(condition: str, word: str, parts: tuple[str, ...]) -> None:
    assert conditions.split(condition) == (word, parts)


def test_shown__the_relation_its_columns_and_its_condition() -> None:
    found = conditions.shown("SELECT p.id, p.a AS b, (p.c + 1) AS d FROM s.t p WHERE (p.a > 1);")
    assert found
    assert (found.schema, found.name, found.alias, found.condition) == ("s", "t", "p", "(p.a > 1)")
    assert found.columns == {"id": "id", "b": "a", "d": ""}


@pytest.mark.parametrize(
    "definition",
    [
        "select a.x from a, b",
        "select a.x from a join b on true",
        "select x from a union select x from b",
        "select count(*) from a group by x",
        "select distinct x from a",
        "select x from a limit 1",
        "select 1 as one",
    ],
)
def test_shown__nothing_where_rows_are_not_those_of_one_relation(definition: str) -> None:
    assert conditions.shown(definition) is None


def test_calls__with_their_literals_and_comparisons() -> None:
    body = """
    -- rbac.has_permission(v, 'not.this')
    if "U".who = Auth.uid() or rbac.has_permission(auth.uid(), 'it''s.that'::text) then
        perform rbac.assert_it(v_name, 'plain' || x); /* s.f() */
    end if;
    """
    found = calls.read(body)
    assert [call.name for call in found] == [
        "auth.uid",
        "rbac.has_permission",
        "auth.uid",
        "rbac.assert_it",
    ]
    assert (found[0].is_compared, found[0].text) == (True, '"U".who = Auth.uid()')
    assert [a.literal for a in found[1].arguments] == [None, "it's.that"]
    assert [a.literal for a in found[3].arguments] == [None, None]
