"""Each sentence that the design says of declared files."""

from __future__ import annotations

import psycopg
import pytest

from dbtool.errors import DatabaseError, FileError
from dbtool.runner.result import Migrated
from tests.support.database import Database
from tests.support.project_folder import FUNCTION, POLICY, TABLE, VIEW, Folder

pytestmark = pytest.mark.every_server("what can be replaced in place is the server's to say")


def _oid(db: Database, name: str) -> int:
    return int(db.value("select %s::regclass::oid::int", [name]))


def _changes(result: Migrated) -> dict[str, str]:
    return {c.path: c.action for c in result.declared}


def test_editing_a_file_and_migrating_replaces_the_object(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.write("functions/app/count_things.sql", FUNCTION.replace("count(*)", "count(*) + 100"))
    result = folder.migrate(empty_db)
    assert _changes(result) == {"functions/app/count_things.sql": "applied"}
    assert empty_db.value("select app.count_things()") == 100


def test_deleting_a_file_drops_the_object(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    folder.delete("views/app/titles.sql")
    folder.delete("functions/app/count_things.sql")
    folder.delete("policies/app/things.sql")
    assert set(_changes(folder.migrate(empty_db)).values()) == {"dropped"}
    assert empty_db.value("select to_regclass('app.titles')") is None
    assert empty_db.value("select to_regprocedure('app.count_things()')") is None
    assert empty_db.value("select count(*) from pg_policy") == 0
    assert not empty_db.value("select has_table_privilege('authenticated', 'app.things', 'select')")
    assert not folder.migrate(empty_db).declared


def test_unchanged_files_are_not_touched(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    before = empty_db.rows("select oid, xmin from pg_policy order by oid")
    folder.write("functions/app/count_things.sql", FUNCTION + "-- edited\n")
    folder.migrate(empty_db)
    assert empty_db.rows("select oid, xmin from pg_policy order by oid") == before


def test_objects_are_created_in_the_order_of_what_they_refer_to(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    folder.write(
        "views/app/a_last.sql", "create or replace view app.a_last as select * from app.b_middle;"
    )
    folder.write(
        "views/app/b_middle.sql",
        "create or replace view app.b_middle as select app.c_first() as n;",
    )
    folder.write(
        "functions/app/c_first.sql",
        "create or replace function app.c_first() returns int language sql "
        "as $$ select app.d_zeroth() $$;",
    )
    folder.write(
        "functions/app/d_zeroth.sql",
        "create or replace function app.d_zeroth() returns int language sql return 1;",
    )
    paths = [c.path.split("/")[-1] for c in folder.migrate(empty_db).declared]
    assert paths == ["d_zeroth.sql", "c_first.sql", "b_middle.sql", "a_last.sql"]


def test_a_circle_of_references_is_an_error_that_names_it(
    empty_db: Database, folder: Folder
) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        folder.write(
            f"functions/app/{name}.sql",
            f"create or replace function app.{name}() returns int language sql "
            f"as $$ select app.{other}() $$;",
        )
    with pytest.raises(FileError, match=r"circle: app\.a, app\.b"):
        folder.migrate(empty_db)


def test_what_must_be_dropped_first_is_dropped_and_made_again(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.write(
        "views/app/counted.sql",
        "create or replace view app.counted as select app.count_things() as n;",
    )
    folder.write(
        "policies/app/things.sql",
        POLICY.replace("using (true)", "using ((select app.count_things()) >= 0)", 1),
    )
    folder.migrate(empty_db)
    # Another return type cannot replace the old one.
    folder.write("functions/app/count_things.sql", FUNCTION.replace("bigint", "integer"))
    assert _changes(folder.migrate(empty_db)) == {
        "functions/app/count_things.sql": "applied",
        "views/app/counted.sql": "recreated",
        "policies/app/things.sql": "recreated",
    }
    assert empty_db.value("select pg_typeof(n)::text from app.counted") == "integer"
    assert empty_db.value("select count(*) from pg_policy") == 2


def test_other_columns_of_a_view_drop_it_and_what_stands_on_it(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.write(
        "functions/app/all_titles.sql",
        "create or replace function app.all_titles() returns setof app.titles "
        "language sql begin atomic select t.* from app.titles as t; end;",
    )
    folder.migrate(empty_db)
    folder.write("views/app/titles.sql", VIEW.replace("t.id, t.title", "t.title"))
    assert _changes(folder.migrate(empty_db)) == {
        "views/app/titles.sql": "applied",
        "functions/app/all_titles.sql": "recreated",
    }


def test_an_undeclared_dependant_is_refused_by_name_and_nothing_happens(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("create view app.by_hand as select id from app.titles")
    folder.write("views/app/titles.sql", VIEW.replace("t.id, t.title", "t.title"))
    folder.write("functions/app/count_things.sql", FUNCTION.replace("count(*)", "count(*) + 1"))
    with pytest.raises(DatabaseError, match=r"view app\.by_hand stands on it") as caught:
        folder.migrate(empty_db)
    assert caught.value.path == "views/app/titles.sql"
    assert empty_db.value("select app.count_things()") == 0
    assert len(empty_db.rows("select * from app.titles")) == 0


def test_another_signature_replaces_the_old_function(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    folder.write("functions/app/count_things.sql", FUNCTION.replace("things()", "things(p_n int)"))
    folder.migrate(empty_db)
    names = empty_db.rows(
        "select oid::regprocedure::text from pg_proc where pronamespace = 'app'::regnamespace"
    )
    assert names == [("app.count_things(integer)",)]


def test_a_policy_file_replaces_all_access_to_its_table(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("grant update (title) on app.things to anon")
    empty_db.rows("create policy by_hand on app.things for all to anon using (true)")
    result = folder.migrate(empty_db)
    assert _changes(result) == {"policies/app/things.sql": "applied"}
    assert not empty_db.value(
        "select has_column_privilege('anon', 'app.things', 'title', 'update')"
    )
    assert empty_db.value("select count(*) from pg_policy") == 2


def test_a_trigger_gone_from_the_file_is_dropped(empty_db: Database, folder: Folder) -> None:
    function = """\
create or replace function app.touch() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp
as $$ begin return new; end $$;
revoke all on function app.touch() from public;
"""
    trigger = (
        "create or replace trigger trg_things_touch before insert on app.things "
        "for each row execute function app.touch();\n"
    )
    folder.migration(1, TABLE)
    folder.write("functions/app/touch.sql", function + trigger)
    folder.migrate(empty_db)
    assert empty_db.value("select count(*) from pg_trigger where not tgisinternal") == 1
    folder.write("functions/app/touch.sql", function)
    folder.migrate(empty_db)
    assert empty_db.value("select count(*) from pg_trigger where not tgisinternal") == 0


def test_an_object_that_a_migration_dropped_is_declared_again_in_the_same_transaction(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(
        2, "drop view app.titles; alter table app.things alter column title type varchar(10);"
    )
    folder.migration(3, "create table app.others (id int); drop table app.others;")
    folder.migrate(empty_db)
    transactions = empty_db.rows(
        """
        select distinct m.xmin::text from util.migrations_meta as m
        where m.version in ('20260101000002', '20260101000003')
        union
        select d.xmin::text from util.declared_files as d
        where d.id = (select max(id) from util.declared_files where path = 'views/app/titles.sql')
        """
    )
    assert len(transactions) == 1
    assert len(empty_db.rows("select * from app.titles")) == 0


def test_a_table_made_anew_gets_its_access_again(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(
        2,
        "drop view app.titles; drop function app.count_things(); drop table app.things; " + TABLE,
    )
    folder.migrate(empty_db)
    assert empty_db.value("select count(*) from pg_policy") == 2
    assert empty_db.value("select has_table_privilege('authenticated', 'app.things', 'select')")


def test_a_table_made_anew_is_closed_again_before_anyone_sees_it(
    empty_db: Database, folder: Folder
) -> None:
    """Its file has no policy that could be missed, and default privileges open new tables."""
    empty_db.rows("alter default privileges grant all on tables to anon, authenticated")
    folder.migration(1, TABLE)
    folder.write("policies/app/things.sql", "revoke all on app.things from public, anon;")
    folder.migrate(empty_db)
    folder.migration(2, "drop table app.things; " + TABLE)
    result = folder.migrate(empty_db)
    assert _changes(result) == {"policies/app/things.sql": "applied"}
    assert not empty_db.value("select has_table_privilege('anon', 'app.things', 'select')")
    assert (
        empty_db.value(
            """
        select count(distinct x.xmin::text) from (
            select xmin from util.migrations_meta where version = '20260101000002'
            union all
            (select xmin from util.declared_files order by id desc limit 1)
        ) as x
        """
        )
        == 1
    )


def test_a_view_that_a_migration_reworded_is_put_back_to_its_file(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "alter view app.titles set (security_invoker = false);")
    assert _changes(folder.migrate(empty_db)) == {"views/app/titles.sql": "applied"}


def test_a_no_transaction_file_between_drop_and_redeclaration_is_refused(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "drop view app.titles;")
    folder.migration(
        3,
        "-- dbtool: no-transaction\n"
        "create index concurrently idx_things_title on app.things (title);",
    )
    with pytest.raises(FileError, match="no-transaction file stands between"):
        folder.migrate(empty_db)
    assert empty_db.value("select to_regclass('app.titles')") is not None


def test_an_object_dropped_by_hand_is_made_again(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("drop view app.titles")
    result = folder.migrate(empty_db)
    assert _changes(result) == {"views/app/titles.sql": "applied"}
    assert [(d.change, d.kind, d.identity) for d in result.drift if d.kind == "view"] == [
        ("removed", "view", "app.titles")
    ]


def test_an_error_in_one_file_leaves_everything_as_it_was(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.write("functions/app/count_things.sql", FUNCTION.replace("count(*)", "count(*) + 1"))
    folder.write("policies/app/things.sql", POLICY.replace("using (true)", "using (nonsense)", 1))
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert (caught.value.path, caught.value.line) == ("policies/app/things.sql", 3)
    assert caught.value.sqlstate == "42703"
    assert empty_db.value("select app.count_things()") == 0
    assert empty_db.value("select count(*) from pg_policy") == 2


def test_grants_given_by_default_privileges_do_not_survive(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    empty_db.rows("alter default privileges grant all on tables to anon, authenticated")
    empty_db.rows("alter default privileges grant all on functions to anon, authenticated")
    folder.migrate(empty_db)
    for query in (
        "select has_table_privilege('anon', 'app.things', 'select')",
        "select has_table_privilege('anon', 'app.titles', 'select')",
        "select has_function_privilege('anon', 'app.count_things()', 'execute')",
        "select has_table_privilege('authenticated', 'app.things', 'truncate')",
    ):
        assert empty_db.value(query) is False


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("functions/app/one.sql", FUNCTION, 1),
        ("functions/app/count_things.sql", FUNCTION + FUNCTION.replace("_things", "_two"), 6),
        ("views/app/titles.sql", "create or replace view app.others as select 1 as n;", 1),
        ("views/app/titles.sql", VIEW + "drop table app.things;", 4),
        ("policies/app/things.sql", POLICY + "grant select on app.others to anon;", 5),
        ("policies/app/things.sql", "create policy p on app.others to anon using (true);", 1),
        ("functions/app/count_things.sql", FUNCTION.replace(" or replace", ""), 1),
    ],
)
def test_a_file_that_holds_another_object_than_its_name_says_is_an_error(
    empty_db: Database, folder: Folder, path: str, text: str, line: int
) -> None:
    folder.migration(1, TABLE)
    folder.write(path, text)
    with pytest.raises(FileError) as caught:
        folder.migrate(empty_db)
    assert (caught.value.path, caught.value.line) == (path, line)


def test_quoted_names_are_recognised(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    folder.write("policies/app/things.sql", POLICY.replace("things_select_any", '"Own rows"'))
    folder.migrate(empty_db)
    folder.write("functions/app/count_things.sql", FUNCTION + "-- edited\n")
    assert list(_changes(folder.migrate(empty_db))) == ["functions/app/count_things.sql"]


def test_procedures_are_declared_like_functions(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    path = "functions/app/add_thing.sql"
    text = (
        "create or replace procedure app.add_thing(p_id integer) language sql "
        "set search_path = pg_catalog, pg_temp "
        "begin atomic insert into app.things (id) values (p_id); end;\n"
        "comment on procedure app.add_thing(integer) is 'Adds.';\n"
        "revoke all on procedure app.add_thing(integer) from public;\n"
    )
    folder.write(path, text)
    folder.migrate(empty_db)
    empty_db.rows("call app.add_thing(1)")
    folder.write(path, text.replace("integer", "bigint").replace("(p_id);", "(p_id::integer);"))
    folder.migrate(empty_db)
    assert empty_db.rows(
        "select oid::regprocedure::text from pg_proc where proname = 'add_thing'"
    ) == [("app.add_thing(bigint)",)]
    folder.delete(path)
    folder.migrate(empty_db)
    assert empty_db.value("select count(*) from pg_proc where proname = 'add_thing'") == 0


def test_a_grant_passed_on_by_hand_does_not_block_the_file(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("grant select on app.things to service_role with grant option")
    with psycopg.connect(empty_db.admin_url, autocommit=True) as connection:
        connection.execute("grant usage on schema app to service_role")
        connection.execute("set role service_role")
        connection.execute("grant select on app.things to anon")
    folder.migrate(empty_db)
    assert not empty_db.value("select has_table_privilege('anon', 'app.things', 'select')")


def test_a_view_dropped_by_a_migration_with_if_exists_works_from_nothing_too(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "drop view if exists app.titles;", "select 1;")
    folder.migrate(empty_db)
    folder.rollback(empty_db, "0")
    folder.migrate(empty_db)
    assert empty_db.rows("select * from app.titles") == []
