"""Rules that a file, or the project, has switched off, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dbtool.sql.rules.base import Finding
from dbtool.sql.script import line_at

RULE = "lint-off"

# A line of its own: -- dbtool: lint-off <rule>: <reason>. Rules of tools have a colon of their own.
_SWITCH = re.compile(r"^[ \t]*--[ \t]*dbtool:[ \t]*lint-off\b(?P<rest>.*)$", re.M)
_REST = re.compile(r"[ \t]+(?P<rule>[\w-]+(?::[\w-]+)?)[ \t]*(?::[ \t]*(?P<reason>.*?)[ \t]*)?")


@dataclass(frozen=True)
class Switch:
    """One rule switched off in one file.

    Attributes:
        rule: The rule; empty where the comment names none.
        reason: Why; empty where the comment does not say.
    """

    path: str
    line: int
    rule: str
    reason: str


def read(path: str, text: str) -> list[Switch]:
    """The switches of a file."""
    found = []
    for match in _SWITCH.finditer(text):
        rest = _REST.fullmatch(match["rest"].rstrip())
        rule, reason = (rest["rule"], rest["reason"] or "") if rest else ("", "")
        found.append(Switch(path, line_at(text, match.start()), rule, reason))
    return found


def apply(
    findings: Iterable[Finding],
    switches: Sequence[Switch],
    off: Mapping[str, str],
    complaint: Callable[[str], str],
    asked: Callable[[str], bool],
) -> list[Finding]:
    """The findings that stay, and those about the switches themselves.

    Args:
        findings: What was found.
        switches: Of the files that were looked at.
        off: Rules that the project has switched off.
        complaint: Why a name is no rule's; empty where it is one.
        asked: Whether a rule had its say in this run: else its switch may be of use.
    """
    valid = {(s.path, s.rule) for s in switches if s.reason and not complaint(s.rule)}
    kept, used = [], set()
    for finding in findings:
        if (finding.path, finding.rule) in valid:
            used.add((finding.path, finding.rule))
        else:
            kept.append(finding)
    for switch in switches:
        message = ""
        if wrong := complaint(switch.rule):
            message = wrong
        elif not switch.reason:
            message = f"no reason: write `-- dbtool: lint-off {switch.rule}: <why>`"
        elif (switch.path, switch.rule) not in used and asked(switch.rule):
            message = f"{switch.rule} finds nothing here: take the switch out"
        if message:
            kept.append(Finding(RULE, switch.path, switch.line, message))
    return [finding for finding in kept if finding.rule not in off]
