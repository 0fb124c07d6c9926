"""The project's own rules for SQL files. Each has a page of its name in docs/reference/lint/."""

from dbtool.sql.rules.base import Finding, ParsedFile, Rule
from dbtool.sql.rules.registry import NAMES, RULES, check

__all__ = ["NAMES", "RULES", "Finding", "ParsedFile", "Rule", "check"]
