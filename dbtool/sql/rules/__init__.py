"""The project's own rules for SQL files. Each has a page in docs/lint/ of the same name."""

from dbtool.sql.rules.base import Finding, ParsedFile, Rule
from dbtool.sql.rules.registry import NAMES, RULES, check

__all__ = ["NAMES", "RULES", "Finding", "ParsedFile", "Rule", "check"]
