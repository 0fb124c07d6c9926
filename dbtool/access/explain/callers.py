"""The caller whose access is explained: login, request role, roles and permissions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg

from dbtool.access.explain.result import HeldPermission, HeldRole, RequestRole, UserGrants
from dbtool.access.explain.sessions import Stage, said
from dbtool.access.personas import Persona
from dbtool.db.connect import Connection, translated
from dbtool.errors import UsageError

_WITHOUT_LOGIN = ("anon", "service_role")


@dataclass(frozen=True)
class Caller:
    """Someone who was asked about.

    Attributes:
        persona: Who sends the request.
        said: Their login, username and address.
    """

    persona: Persona
    said: str


def find(observer: Connection, asked: str) -> Caller:
    """The caller that a person names.

    Args:
        observer: Sees everything.
        asked: ``anon``, ``service_role``, a login's id, an email address or a username.

    Raises:
        UsageError: There is nobody, or more than one.
    """
    if asked in _WITHOUT_LOGIN:
        return Caller(Persona(asked, (), asked, asked), asked)
    id_ = _uuid(asked)
    rows = observer.execute(
        """
        select coalesce(u.id, p.id), p.username, u.email
        from auth.users as u
        full join public.profiles as p on u.id = p.id
        where case
            when %(id)s::uuid is not null then coalesce(u.id, p.id) = %(id)s
            when %(asked)s like '%%@%%' then lower(u.email) = lower(%(asked)s)
            else p.username_key = lower(%(asked)s)
        end
        order by 1
        """,
        {"id": id_, "asked": asked},
    ).fetchall()
    if not rows:
        kind = "login or person" if id_ else "address" if "@" in asked else "username"
        raise UsageError(
            f"there is no {kind} {asked}",
            hint="Give --as a login's id, an email address of auth.users, a username, anon or "
            "service_role.",
        )
    if len(rows) > 1:
        raise UsageError(
            f"{len(rows)} logins have the address {asked}",
            detail="\n".join(str(row[0]) for row in rows),
            hint="Name one by its id.",
        )
    user_id, username, email = rows[0]
    known = ", ".join(str(part) for part in (username, email) if part)
    persona = Persona(asked, (), "authenticated", "", user_id)
    return Caller(persona, f"{known} ({user_id})" if known else str(user_id))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def door(stage: Stage, caller: Caller, standing: UserGrants | None) -> RequestRole:
    """Begin a request as the caller, or ask what the pre-request would ask.

    Raises:
        DatabaseError: The connection was lost.
    """
    token = caller.persona.role
    if stage.caller_session is None:
        return _asked(stage, caller, standing)
    how = "api.pre_request() was really run"
    try:
        with stage.entered(caller.persona) as connection:
            row = connection.execute(b"select current_setting('role')").fetchone()
    except psycopg.Error as error:
        if not error.sqlstate:
            raise translated(error) from error
        return RequestRole(token, "", _obstacles(standing), said(error), how)
    role = str(row[0]) if row else ""
    return RequestRole(token, role, _why(token, role, standing), "", how)


def _asked(stage: Stage, caller: Caller, standing: UserGrants | None) -> RequestRole:
    """What api.pre_request() asks; this session may not become anybody."""
    persona = caller.persona
    how = "api.pre_request() was not run; rbac.request_role() was asked"
    if persona.user_id is None:
        return RequestRole(
            persona.role, persona.role, _why(persona.role, persona.role, None), "", how
        )
    row = stage.observer.execute("select rbac.request_role(%s)", [persona.user_id]).fetchone()
    role = str(row[0]) if row and row[0] else ""
    if not role:
        return RequestRole(persona.role, "", _obstacles(standing), "PT401 login.refused", how)
    return RequestRole(persona.role, role, _why(persona.role, role, standing), "", how)


def _obstacles(standing: UserGrants | None) -> tuple[str, ...]:
    return standing.obstacles if standing else ()


def _why(token: str, role: str, standing: UserGrants | None) -> tuple[str, ...]:
    if standing is None:
        return ("a request without a login" if role == "anon" else "a back end's key",)
    hats = [held.name for held in standing.roles if held.counts and held.is_staff]
    if role == "staff":
        return (f"role staff, because of the role {', '.join(hats)}",)
    return ("the login may be used; no role that counts is a staff role",)


def standing(observer: Connection, caller: Caller) -> UserGrants | None:
    """Roles and permissions, those too that do not count; None for callers without a login."""
    user_id = caller.persona.user_id
    if user_id is None:
        return None
    person = {"user_id": user_id}
    obstacles = tuple(text for (text,) in observer.execute(_OBSTACLES, person).fetchall())
    blocked = "; ".join(obstacles)
    roles = tuple(
        HeldRole(name, scope, until, is_staff, not (why or blocked), why or blocked)
        for name, scope, until, is_staff, why in observer.execute(_ROLES, person).fetchall()
    )
    permissions = tuple(
        HeldPermission(name, role, scope, until, not (why or blocked), why or blocked)
        for name, role, scope, until, why in observer.execute(_PERMISSIONS, person).fetchall()
    )
    return UserGrants(obstacles, roles, permissions)


# The same conditions as rbac.request_role() and rbac.active_people, each by its name.
_OBSTACLES = """
select o.said
from (select %(user_id)s::uuid as id) as who
left join auth.users as u on u.id = who.id
left join public.profiles as p on p.id = who.id
cross join lateral (
    values
    (1, u.id is null, 'there is no such login'),
    (2, u.deleted_at is not null, 'the login was deleted ' || u.deleted_at),
    (3, u.banned_until > now(), 'the login is banned until ' || u.banned_until),
    (4, p.id is null, 'the login has no profile'),
    (5, p.status <> 'active', 'the profile is ' || p.status)
) as o (place, holds, said)
where o.holds
order by o.place
"""

_ROLES = """
select
    r.name,
    ur.scope_type || coalesce(' ' || ur.scope_id, ''),
    coalesce(ur.expires_at::text, ''),
    r.is_staff,
    case when ur.expires_at <= now() then 'expired' else '' end
from rbac.user_roles as ur
inner join rbac.roles as r on ur.role_id = r.id
where ur.user_id = %(user_id)s
order by 1, 2
"""

_PERMISSIONS = """
select
    p.name,
    r.name,
    ur.scope_type || coalesce(' ' || ur.scope_id, ''),
    coalesce(least(ur.expires_at, rp.valid_to)::text, ''),
    case
        when ur.expires_at <= now() then 'the role has expired'
        when rp.valid_from > now() then 'the role gives it from ' || rp.valid_from
        when rp.valid_to <= now() then 'the role gave it until ' || rp.valid_to
        else ''
    end
from rbac.user_roles as ur
inner join rbac.roles as r on ur.role_id = r.id
inner join rbac.role_permissions as rp on rp.role_id = r.id
inner join rbac.permissions as p on rp.permission_id = p.id
where ur.user_id = %(user_id)s
order by 1, 2, 3, rp.valid_from
"""
