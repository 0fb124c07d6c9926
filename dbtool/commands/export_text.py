"""The text of exported files.

`supabase db push` sends a file's statements and its own row about the file in one pipeline, which
is one transaction. It sends statements that cannot run in one by themselves: CREATE and DROP INDEX,
REINDEX and VACUUM, and with the first line below any statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from dbtool.db import ledger, ledger_rows
from dbtool.db.connect import literally
from dbtool.project.exported import MARK
from dbtool.project.files import Migration, SourceFile
from dbtool.runner.recorded import Unit
from dbtool.sql import concurrent, script
from dbtool.sql.persistent_statements import terminated

# The Supabase CLI's own word; an older one takes it for a comment.
NO_TRANSACTION = "-- pg-delta: transaction=false"

# What dbtool sets for each of its transactions. SET LOCAL does the same in a pipeline, but warns.
_SETTINGS = """\
select
    pg_catalog.set_config('search_path', '', true),
    pg_catalog.set_config('timezone', 'UTC', true),
    pg_catalog.set_config('standard_conforming_strings', 'on', true),
    pg_catalog.set_config('statement_timeout', '0', true),
    pg_catalog.set_config('lock_timeout', '2s', true);
"""

# An index takes its time. The Supabase CLI takes settings back before each file.
_PATIENCE = "set statement_timeout = 0;\nset lock_timeout = 0;\n\n"

_DROP_INVALID = """\
-- What an interrupted push may have left.
do $$
begin
    if exists (
        select from pg_catalog.pg_index where indexrelid = to_regclass({name}) and not indisvalid
    ) then
        drop index {index};
    end if;
end
$$;
"""

HOOK = "rbac.custom_access_token_hook"

_CONFIG = """\
# Written by `dbtool export supabase` because there was none; yours from now on.
project_id = "foundations"

[api]
# Clients see this schema alone.
schemas = ["api"]
"""

_CONFIG_OF_HOOK = f"""\

# Puts the role staff into the tokens of those who hold a staff role.
[auth.hook.custom_access_token]
enabled = true
uri = "pg-functions://postgres/{HOOK.replace(".", "/")}"
"""


def config(has_hook: bool) -> str:
    """What config.toml says.

    Args:
        has_hook: The project has the access token hook.
    """
    return _CONFIG + (_CONFIG_OF_HOOK if has_hook else "")


def _head(*lines: str) -> str:
    return "".join(f"-- {line}\n" for line in lines) + (
        f"{MARK}; do not edit it: changes come in newer files.\n\n"
    )


def platform(sources: Iterable[SourceFile], extensions: Iterable[str]) -> str:
    """What `dbtool platform` does on Supabase."""
    files = list(sources)
    text = _head("What is missing on Supabase.")
    for file in files:
        text += f"-- {file.path}\n{terminated(file.text)}\n"
    for extension in extensions:
        text += f"create extension if not exists {extension} with schema extensions;\n"
    return text.rstrip() + "\n"


def bootstrap(statements: Iterable[str]) -> str:
    """The ledger's tables."""
    text = _head("The ledger of dbtool, so that `dbtool migrate` finds nothing to do.")
    return text + _SETTINGS + "".join(f"\n{terminated(statement)}" for statement in statements)


def unit(part: Unit) -> str:
    """Migrations with their ledger rows, and what follows them."""
    if not part.in_transaction:
        return _alone(part.migrations[0])
    text = _head(*([m.up.path for m in part.migrations] or ["Declared files and reference rows."]))
    if not part.migrations:
        text += _SETTINGS
    for n, migration in enumerate(part.migrations):
        # As dbtool does, whatever the migration before set.
        text += f"\n-- {migration.up.path}\n{_SETTINGS}" if n else _SETTINGS
        text += f"\n{terminated(migration.up.text)}\n{_row(migration, 'applied')}"
    for about, sent in groupby(part.statements, lambda s: s.about):
        text += f"\n-- {about}\n" + "".join(terminated(s.text) for s in sent)
    if part.rows:
        text += "\n-- The ledger of these files.\n" + "".join(terminated(r) for r in part.rows)
    return text


def _row(migration: Migration, status: str) -> str:
    row = ledger_rows.migration_row(migration, status, None, ledger.EXPORTED)
    return terminated(row.as_string(None))


def _alone(migration: Migration) -> str:
    """One statement outside of transactions: a row before it lets dbtool finish what broke off."""
    text = f"{NO_TRANSACTION}\n{_head(migration.up.path)}{_PATIENCE}{_row(migration, 'started')}"
    statement = script.parse_step(migration.up.text, migration.up.path)[0]
    wanted = concurrent.read(statement.node)
    if wanted and wanted.action == "create index":
        text += "\n" + _drop_invalid(wanted.name)
    return f"{text}\n{terminated(migration.up.text)}\n" + _row(migration, "applied")


def _drop_invalid(name: str) -> str:
    quoted = literally(name)
    literal = "'" + quoted.replace("'", "''") + "'"
    return _DROP_INVALID.format(name=literal, index=quoted)
