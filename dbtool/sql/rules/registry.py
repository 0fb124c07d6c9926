"""All rules by name."""

from __future__ import annotations

from collections.abc import Sequence

from dbtool.sql.rules import access, functions, switches, tables, views, words
from dbtool.sql.rules.base import Finding, ParsedFile, Rule

RULES: dict[str, Rule] = {
    "access-outside-policy": access.access_outside_policy,
    "bare-call-in-policy": access.bare_call_in_policy,
    "declared-function-in-table": tables.declared_function_in_table,
    "drop-without-if-exists": tables.drop_without_if_exists,
    "foreign-key-index": tables.foreign_key_index,
    "function-public-execute": functions.function_public_execute,
    "function-search-path": functions.function_search_path,
    "identical-view-comment": views.identical_view_comment,
    "missing-comment": tables.missing_comment,
    "missing-down": tables.missing_down,
    "naming": tables.naming,
    "plain-english": words.plain_english,
    "policy-without-to": access.policy_without_to,
    "staff-twin": access.staff_twin,
    "table-without-rls": tables.table_without_rls,
    "transaction-statement": tables.transaction_statement,
    "view-revokes-all": views.view_revokes_all,
}

# Besides those, what is found before a rule is asked, and about switching rules off.
NAMES = frozenset(
    {
        *RULES,
        "syntax",
        "declared-file",
        "expectations-file",
        "expectations-line-length",
        switches.RULE,
    }
)


def check(files: Sequence[ParsedFile]) -> list[Finding]:
    """Findings of all rules over all files."""
    return [finding for rule in RULES.values() for finding in rule(files)]
