"""Calls of the XP ledger, and what must hold after any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psycopg

from tests.support.database import LEARNER, Database

PROBLEMS = b"select * from gamification.check_xp_ledger()"


@dataclass(frozen=True)
class Credited:
    """An answer of the ledger."""

    event_id: UUID
    xp_delta: int
    xp_before: int
    xp_after: int
    level_before: int
    level_after: int
    replayed: bool


def credit(
    connection: psycopg.Connection,
    key: str,
    *,
    user: UUID | None = LEARNER,
    source: str = "test.done",
    reference: str = "{}",
) -> Credited:
    """One credit, as the connection's role."""
    source_type, _, action_type = source.partition(".")
    return _one(
        connection,
        "select * from gamification.credit_xp(%s, %s, %s, %s, %s)",
        [user, source_type, action_type, key, reference],
    )


def reverse(
    connection: psycopg.Connection, credited: str, key: str, reason: str = "a mistake"
) -> Credited:
    """The reversal of a credit of LEARNER's."""
    return _one(
        connection,
        "select * from gamification.reverse_xp(%s, %s, %s, %s)",
        [LEARNER, credited, reason, key],
    )


def _one(connection: psycopg.Connection, query: LiteralString, arguments: list[object]) -> Credited:
    row = connection.execute(query, arguments).fetchone()
    assert row
    return Credited(*row)


def publish(
    db: Database,
    source: str = "test.done",
    value: int = 10,
    cooldown: int = 0,
    cap: int | None = None,
) -> None:
    """A source valid from now on."""
    db.rows(
        "select gamification.publish_xp_source(%s, %s, %s, %s, %s)",
        [*source.split("."), value, cooldown, cap],
    )


def slot(db: Database, source: str = "test.done") -> int:
    """Place of a source in the arrays of accounts."""
    names = source.split(".")
    query = "select slot from gamification.xp_sources where (source_type, action_type) = (%s, %s)"
    return int(db.rows(query, names)[0][0])


def account(db: Database, user: UUID = LEARNER) -> tuple[int, int, int]:
    """Total, level and last seq; zeros without an account."""
    rows = db.rows(
        "select total_xp, current_level, last_seq from gamification.user_xp where user_id = %s",
        [user],
    )
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else (0, 1, 0)


def problems(db: Database) -> list[tuple[object, ...]]:
    """What the checker finds."""
    return db.rows("select * from gamification.check_xp_ledger()")
