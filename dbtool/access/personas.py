"""The people whose access is tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

# People of the demo world.
LEARNER = UUID("00000000-0000-4000-8000-000000000001")
OTHER_LEARNER = UUID("00000000-0000-4000-8000-000000000002")
ADMINISTRATOR = UUID("00000000-0000-4000-8000-000000000005")
ANONYMOUS = UUID("00000000-0000-4000-8000-000000000006")
# In which `staff in one course` hold their role.
COURSE = UUID("00000000-0000-4000-8000-00000000c0de")
_OWN = UUID("00000000-0000-4000-8000-0000000000ff")


@dataclass(frozen=True)
class Persona:
    """Someone who sends requests.

    Attributes:
        name: For people.
        callers: Under which names expectations state what they may do; the first one named counts.
        role: The role in the token.
        effective_role: The database role their requests run in.
        user_id: Their login; None without one.
        permission: What their staff role gives; empty for nothing.
        is_staff: Whether they hold a staff role.
        state: What else is true of them: banned, deleted, suspended, expired (their staff role was
            until yesterday), scoped (it counts in one course).
        is_refused: Whether the pre-request refuses them.
        has_hook_only: PostgREST has no pre-request configured: it believes the token's role.
    """

    name: str
    callers: tuple[str, ...]
    role: str
    effective_role: str
    user_id: UUID | None = None
    permission: str = ""
    is_staff: bool = False
    state: str = ""
    is_refused: bool = False
    has_hook_only: bool = False

    @property
    def claims(self) -> dict[str, object]:
        """Those of their token."""
        return {"role": self.role, **({"sub": str(self.user_id)} if self.user_id else {})}

    @property
    def other(self) -> UUID:
        """Somebody else, who holds nothing."""
        return LEARNER if self.user_id == OTHER_LEARNER else OTHER_LEARNER


def _id(name: str) -> UUID:
    return uuid5(_OWN, name)


def personas(permissions: Iterable[str]) -> tuple[Persona, ...]:
    """Everybody: one staff persona for each permission, who holds that one alone."""
    user, staff = ("user",), ("staff", "user")
    told = "authenticated"
    return (
        Persona("anon", ("anon",), "anon", "anon"),
        Persona("anonymous sign-in", ("anonymous", *user), told, told, ANONYMOUS),
        Persona("user", user, told, told, LEARNER),
        Persona("another user", user, told, told, OTHER_LEARNER),
        Persona("banned user", (), told, told, _id("banned"), state="banned", is_refused=True),
        Persona("deleted user", (), told, told, _id("deleted"), state="deleted", is_refused=True),
        Persona(
            "banned user, hook alone",
            ("banned", *user),
            told,
            told,
            _id("banned, hook"),
            state="banned",
            has_hook_only=True,
        ),
        Persona(
            "suspended staff",
            ("suspended", *user),
            told,
            told,
            _id("suspended"),
            "role.grant",
            is_staff=True,
            state="suspended",
        ),
        Persona(
            "staff until yesterday",
            user,
            told,
            told,
            _id("expired"),
            "role.grant",
            is_staff=True,
            state="expired",
        ),
        Persona(
            "staff in one course",
            ("scoped", *staff),
            told,
            "staff",
            _id("scoped"),
            "role.grant",
            is_staff=True,
            state="scoped",
        ),
        Persona("former staff", user, "staff", told, _id("former")),
        Persona(
            "former staff, hook alone",
            ("former", *staff),
            "staff",
            "staff",
            _id("former, hook"),
            has_hook_only=True,
        ),
        Persona("staff", staff, told, "staff", _id("staff"), is_staff=True),
        *(
            Persona(
                f"staff with {name}",
                (name, *staff),
                told,
                "staff",
                _id(name),
                name,
                is_staff=True,
            )
            for name in sorted(permissions)
        ),
        Persona("service", ("service",), "service_role", "service_role"),
    )
