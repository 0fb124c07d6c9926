"""What is read of a function's errors, however their texts are put together."""

from __future__ import annotations

import pytest

from dbtool.sql import errors_raised


def _function(name: str, using: str) -> str:
    return (
        f"create or replace function app.{name}() returns void\nlanguage plpgsql as $$\nbegin\n"
        f"    raise sqlstate 'PT409' using {using};\nend;\n$$;\n"
    )


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("'it''s closed'", ["it's closed"]),
        ("'closed; ask, (later)'", ["closed; ask, (later)"]),
        ("'one '\n    'line'", ["one line"]),
        ("'from ' || v_thing.status || ' to ' || p_status", ["from {thing.status} to {status}"]),
        ("format('%s of %L, 100%%', v_done, p_all)", ["{done} of {all}, 100%"]),
        ("format('%s minutes', coalesce(v_grace, 60))", ["{grace} minutes"]),
        ("format('%s s', (p_row).seconds)", ["{seconds} s"]),
        ("left('items: ' || v_wrong, 500)", ["items: {wrong}"]),
        ("app.shape(p_kind)", ["{shape}"]),
        ("case when p_a then 'a' when p_b then 'b' || p_c else 'd' end", ["a", "b{c}", "d"]),
    ],
)
def test_a_text_is_read_however_it_is_made(expression: str, texts: list[str]) -> None:
    read = errors_raised.read(
        _function("f", f"message = {expression}, detail = 'a.b', hint = {expression}")
    )
    assert {error.name for error in read} == {"a.b"}
    assert sorted({error.message for error in read}) == texts
    assert sorted({error.hint for error in read}) == texts


def test_the_reference_has_each_message_of_a_name_and_its_functions() -> None:
    texts = [
        _function("f", "message = 'old', detail = 'a.b', hint = 'Wait.'"),
        _function("f", "message = 'one', detail = 'a.b', hint = 'Wait.'"),
        _function("g", "message = 'two', detail = 'a.b', hint = 'Wait.'"),
        _function("h", "message = 'one', detail = 'a.b', hint = 'Wait.'"),
        _function("i", "message = 'one', detail = 'a.b'"),
    ]
    found = [(error.message, error.hint, by) for error, by in errors_raised.reference(texts)]
    assert found == [
        ("one", "", ("app.i",)),
        ("one", "Wait.", ("app.f", "app.h")),
        ("two", "Wait.", ("app.g",)),
    ]
