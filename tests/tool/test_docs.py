"""docs/reference: what `dbtool docs` reads from files and catalog."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dbtool.commands import docs
from dbtool.commands.docs import Written
from dbtool.errors import HistoryError
from dbtool.sql import function_comments
from tests.support.database import Database
from tests.support.project_folder import FUNCTION, Folder
from tests.support.servers import REPOSITORY

REFERENCE = REPOSITORY / "docs" / "reference"
SCHEMAS = REFERENCE / "schemas"
APP = "docs/reference/schemas/app.md"
COMMENT = """
comment on function app.count_things() is
'Counts rows of app.things, whatever <they> are.

Returns: how many; PT409 thing.gone where user_id is none.
Caller: app.mend().';
"""


def _section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level or higher."""
    level = heading.partition(" ")[0]
    below = page.partition(f"\n{heading}\n")[2]
    return re.split(rf"^#{{1,{len(level)}}} ", below, maxsplit=1, flags=re.M)[0]


def _written(folder: Folder, db: Database) -> str:
    docs.docs(folder.settings(db), {}, check=False)
    return (folder.root / APP).read_text()


def test_the_pages_are_what_files_and_catalog_say(
    db: Database, cli: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, _ = cli("--project", str(REPOSITORY), "--database-url", db.url, "docs", "--check")
    assert code == 0, out


def test_every_schema_has_a_page_with_all_that_is_in_it(db: Database) -> None:
    schemas = [path.name for path in (REPOSITORY / "functions").iterdir()]
    assert "api" in schemas
    for schema in schemas:
        page = (SCHEMAS / f"{schema}.md").read_text()
        for (name,) in db.rows(
            "select proname || '()' from pg_proc where pronamespace = %s::regnamespace "
            "union all select relname from pg_class where relnamespace = %s::regnamespace "
            "and relkind in ('r', 'p', 'v') and not relispartition",
            [schema, schema],
        ):
            assert f"\n### {name}\n" in page, f"{schema}.{name}"
        assert schema == "api" or "```mermaid\nerDiagram\n" in page
        assert f"(schemas/{schema}.md)" in (REFERENCE / "README.md").read_text()


def test_arguments_of_the_door_are_explained(db: Database) -> None:
    page = (SCHEMAS / "api.md").read_text()
    for name, argument in db.rows(
        "select proname, unnest(proargnames[1:pronargs]) from pg_proc "
        "where pronamespace = 'api'::regnamespace"
    ):
        row = re.search(rf"^\| `{argument}` \| (.*) \|$", _section(page, f"### {name}()"), re.M)
        assert row is not None, (name, argument)
        assert row[1], (name, argument)


def test_months_of_journals_stand_on_no_page(db: Database) -> None:
    months = [name for (name,) in db.rows("select relname from pg_class where relispartition")]
    assert months
    text = "".join(path.read_text() for path in SCHEMAS.glob("*.md"))
    assert [name for name in months if name in text] == []
    assert "A journal" in _section((SCHEMAS / "gamification.md").read_text(), "### xp_events")


def test_what_a_link_leads_to_is_there() -> None:
    anchors = {
        path.name: {
            *re.findall(r'<a id="([^"]+)">', path.read_text()),
            *re.findall(r"^#+ (\w+)(?:\(\))?$", path.read_text(), re.M),
        }
        for path in (*SCHEMAS.glob("*.md"), REFERENCE / "errors.md")
    }
    links = [
        (path.name, page, anchor)
        for path in SCHEMAS.glob("*.md")
        for page, anchor in re.findall(r"\]\((?:\.\./)?(\w+\.md)#([^)]+)\)", path.read_text())
    ]
    assert any(page == "errors.md" for _, page, _ in links)
    assert [link for link in links if link[2] not in anchors[link[1]]] == []


def test_functions_stand_by_who_may_execute_them(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().write("functions/app/count_things.sql", FUNCTION + COMMENT)
    folder.migrate(empty_db)
    inside = _section(_written(folder, empty_db), "## Steps inside")
    assert "### count_things()" in inside
    assert "Callable by" not in inside
    grant = "grant execute on function app.count_things() to authenticated, service_role;\n"
    folder.write("functions/app/count_things.sql", FUNCTION + grant + COMMENT)
    folder.migrate(empty_db)
    page = _written(folder, empty_db)
    assert "## Steps inside" not in page
    text = _section(page, "## Functions that callers may execute")
    assert "- **Callable by**: user, service\n" in text
    assert "Counts rows of [`app.things`](app.md#things), whatever &lt;they> are." in text
    assert "- **Returns**: how many; 409 `thing.gone` where `user_id` is none.\n" in text


def test_a_view_tells_verbs_and_columns_of_each_caller(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    view = (folder.root / "views/app/titles.sql").read_text()
    grant = "grant insert (title), update (title) on app.titles to staff;\n"
    folder.write("views/app/titles.sql", f"{view}{grant}grant delete on app.titles to staff;\n")
    folder.migrate(empty_db)
    text = _section(_written(folder, empty_db), "### titles")
    for line in (
        "select**: user",
        "insert** of `title`: staff",
        "update** of `title`: staff",
        "delete**: staff",
    ):
        assert f"- **{line}\n" in text


def test_a_diagram_names_keys_and_the_tables_of_other_schemas(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.migration(
        2,
        "create schema other; create table other.owners (id uuid primary key, name text);"
        "alter table app.things add column parent_id integer, add column owner_id uuid;"
        "alter table app.things add constraint fk_things_parent foreign key (parent_id) "
        "references app.things (id),"
        "add constraint fk_things_owner foreign key (owner_id) references other.owners (id);",
    )
    folder.migrate(empty_db)
    diagram = _section(_written(folder, empty_db), "## Keys")
    for line in (
        "integer id PK",
        "integer parent_id FK",
        'uuid owner_id FK "other.owners"',
        'things |o--o{ things : "parent_id"',
    ):
        assert f"    {line}\n" in diagram
    assert "title" not in diagram


def test_pages_follow_the_catalog_and_go_with_their_schema(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    settings = folder.settings(empty_db)
    assert APP in docs.docs(settings, {}, check=False).written
    assert docs.docs(settings, {}, check=True) == Written()
    empty_db.rows("comment on table app.things is 'Things.'")
    assert docs.docs(settings, {}, check=True).differing == (APP,)
    folder.write("docs/reference/schemas/gone.md", "# Schema gone\n")
    assert docs.docs(settings, {}, check=False).removed == ("docs/reference/schemas/gone.md",)
    assert docs.docs(settings, {}, check=True) == Written()


def test_a_database_behind_the_files_is_not_taken_for_them(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.write("functions/app/count_things.sql", FUNCTION + COMMENT)
    with pytest.raises(HistoryError):
        docs.docs(folder.settings(empty_db), {}, check=False)


def test_a_comment_is_taken_apart_by_its_sections_and_the_names_of_arguments() -> None:
    said = function_comments.read(
        "Does a\nthing.\n\nDefiner, because.\n\n"
        "Args: p_a: which; null: none. Or some. p_b or p_c: both\nof them.\n"
        "Returns: an id: new.\nRaises: PT404 a.b.\nCaller: service.",
        {"p_a", "p_b", "p_c"},
    )
    assert said.paragraphs == ("Does a thing.", "Definer, because.")
    both = "both of them"
    assert said.arguments == {"p_a": "which; null: none. Or some", "p_b": both, "p_c": both}
    assert (said.returns, said.raises, said.caller) == ("an id: new.", "PT404 a.b.", "service.")


def test_a_generated_page_says_so() -> None:
    pages = [*SCHEMAS.glob("*.md"), REFERENCE / "README.md"]
    assert [page.name for page in pages if "ritten by `dbtool docs`" not in page.read_text()] == []
