"""The command line: parse, call, show, exit."""

from dbtool.cli.app import main

__all__ = ["main"]
