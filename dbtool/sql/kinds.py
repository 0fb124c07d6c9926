"""Kinds of declared objects; apart from the parser, because it takes long to import."""

from __future__ import annotations

from typing import Literal

Kind = Literal["function", "view", "policy"]
