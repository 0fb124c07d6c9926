"""What an explanation of access consists of."""

from __future__ import annotations

from dataclasses import dataclass

NOTICE = "Shows rows and rights of others: for support and audit only. Nothing is changed."

# Verdicts. `allowed` is for what changes rows or runs; a row that is hidden from a change is left
# as it is without an error.
VISIBLE, ALLOWED, HIDDEN, REFUSED, ABSENT = "visible", "allowed", "hidden", "refused", "no such row"


@dataclass(frozen=True)
class RequestRole:
    """In which database role a request runs.

    Attributes:
        token_role: The role in the token.
        role: The role at work; empty where the pre-request refuses.
        why: Reasons, one a line.
        refusal: SQLSTATE and stable name, where it refuses.
        how: Whether api.pre_request() was really run.
    """

    token_role: str
    role: str
    why: tuple[str, ...]
    refusal: str
    how: str


@dataclass(frozen=True)
class HeldRole:
    """A role that a person was given.

    Attributes:
        name: The role.
        scope: ``global``, or a scope's type and id.
        until: When it ends; empty for never.
        is_staff: Whether it makes requests run as role staff.
        counts: Whether it counts at this moment.
        why_not: What keeps it from counting; empty where it counts.
    """

    name: str
    scope: str
    until: str
    is_staff: bool
    counts: bool
    why_not: str


@dataclass(frozen=True)
class HeldPermission:
    """A permission that one of the roles gives; the rest as in HeldRole."""

    name: str
    role: str
    scope: str
    until: str
    counts: bool
    why_not: str


@dataclass(frozen=True)
class UserGrants:
    """What a person is given, and what of it counts.

    Attributes:
        obstacles: Why nothing counts: a banned login, a suspended profile; usually empty.
        roles: All that were given and not revoked.
        permissions: What those roles give.
    """

    obstacles: tuple[str, ...]
    roles: tuple[HeldRole, ...]
    permissions: tuple[HeldPermission, ...]


@dataclass(frozen=True)
class Value:
    """A condition and its value for this row and this caller.

    Attributes:
        text: As Postgres prints it.
        value: true, false or null; ``error`` where it cannot be asked.
        error: Why not.
    """

    text: str
    value: str
    error: str = ""


@dataclass(frozen=True)
class Policy:
    """One policy that has a say.

    Attributes:
        name: Of the policy.
        verb: For which it was made: select, insert, update, delete or all.
        clause: ``using`` or ``with check``.
        is_permissive: Permissive ones open, restrictive ones close again.
        condition: The whole.
        word: ``and`` or ``or`` between its parts; empty where it is one.
        parts: Its outermost parts.
        comment: What it is for.
    """

    name: str
    verb: str
    clause: str
    is_permissive: bool
    condition: Value
    word: str
    parts: tuple[Value, ...]
    comment: str


@dataclass(frozen=True)
class ExplainStep:
    """One layer between the caller and the row.

    Attributes:
        layer: schema, grant, condition, policies or row.
        object: ``schema.name``.
        passes: Whether it lets the caller through; None where there was no row to ask about.
        otherwise: What comes of not passing: refused or hidden.
        said: In words.
        columns: Those that may be named, for a grant.
        lacking: Those that may not.
        policies: Those that were asked.
        conditions: A view's condition, and its parts.
    """

    layer: str
    object: str
    passes: bool | None
    otherwise: str
    said: str
    columns: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()
    conditions: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What came of really trying, in a transaction that was rolled back.

    Attributes:
        outcome: A verdict; empty where it was not tried.
        said: What was tried and what came of it, or why it was not.
    """

    outcome: str
    said: str


@dataclass(frozen=True)
class FunctionCheck:
    """Something a function asks about its caller before or while it works.

    Attributes:
        function: In whose body it stands.
        text: As it stands there.
        permission: The permission or role that it names; empty where it names none.
        held: Whether the caller has that; None where only a call can tell.
        said: Through which role, or why not.
    """

    function: str
    text: str
    permission: str
    held: bool | None
    said: str


@dataclass(frozen=True)
class FunctionFacts:
    """A function.

    Attributes:
        signature: With argument types.
        security: ``definer`` or ``invoker``.
        owner: With whose rights a definer function works.
        raises: From its comment: the errors it may answer with.
        caller: From its comment: for whom it is.
        checks: What it and those it calls ask about the caller, found in their text.
    """

    signature: str
    security: str
    owner: str
    raises: str
    caller: str
    checks: tuple[FunctionCheck, ...]


@dataclass(frozen=True)
class Explained:
    """Why one caller may or may not.

    Attributes:
        notice: For whom this is.
        caller: Who was asked about, in words.
        user_id: Their login; None without one.
        object: ``schema.name``.
        verb: select, insert, update, delete or execute.
        row: Column and value of the key; empty for a function.
        door: The request role, and why it is that one.
        steps: Every layer, in order.
        verdict: visible, allowed, hidden, refused or no such row.
        because: The layers that decided, in words.
        trial: What came of really trying.
        disagreement: Where explanation and trial differ; empty where they agree.
        standing: Roles and permissions; None for callers without a login.
        function: Facts about the function, if it is one.
        notes: What limits this explanation.
    """

    notice: str
    caller: str
    user_id: str | None
    object: str
    verb: str
    row: dict[str, str]
    door: RequestRole
    steps: tuple[ExplainStep, ...]
    verdict: str
    because: str
    trial: Trial
    disagreement: str
    standing: UserGrants | None
    function: FunctionFacts | None
    notes: tuple[str, ...]
