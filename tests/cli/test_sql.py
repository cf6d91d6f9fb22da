"""`kontor sql`: reads beside a server, writes through it or under the lock."""
import csv
import io
import json

import pytest


@pytest.fixture(params=["alone", "beside a server"])
def filled(ready, request):
    ready.ok("demo", "load", "shop", "--size", "s")
    if request.param != "alone":
        ready.serve()
    return ready


def rows(program, statement, *flags):
    return program.ok("sql", statement, "--json", *flags).json["rows"]


def test_rows_as_a_table_as_csv_and_as_json(filled):
    statement = "SELECT 1 AS one, 'a,b' AS text, NULL AS empty, 2.5 AS part, x'00ff' AS bytes"
    assert filled.ok("sql", statement).out.splitlines() == [
        "one  text  empty  part  bytes", "---  ----  -----  ----  -----",
        "1    a,b   NULL   2.5   00ff"]
    assert list(csv.reader(io.StringIO(filled.ok("sql", statement, "--csv").out))) == [
        ["one", "text", "empty", "part", "bytes"], ["1", "a,b", "", "2.5", "00ff"]]
    assert filled.ok("sql", statement, "--json").json == {
        "columns": ["one", "text", "empty", "part", "bytes"],
        "rows": [[1, "a,b", None, 2.5, "00ff"]], "changes": 0}


def test_statements_from_standard_input_one_answer_each(filled):
    out = filled.ok("sql", "--json", input="SELECT 1; -- a comment\n SELECT 2;\n").out
    assert [json.loads(line)["rows"] for line in out.splitlines()] == [[[1]], [[2]]]


def test_reading_changes_nothing(filled):
    for statement in ("DELETE FROM customers", "UPDATE customers SET name = 'x'",
                      "SELECT 1; DELETE FROM orders", "INSERT INTO customers (name) VALUES ('x')"):
        assert "--write" in filled.fails(1, "sql", statement).err, statement
    assert rows(filled, "SELECT count(*) FROM customers") == [[48]]


HARMFUL = ["ATTACH 'other.db' AS other", "VACUUM INTO 'copy.db'", "PRAGMA journal_mode = DELETE",
           "PRAGMA query_only = 0", "PRAGMA writable_schema = 1", "BEGIN", "COMMIT", "ROLLBACK",
           "SAVEPOINT mine", "RELEASE job", "CREATE TABLE notes (text TEXT)", "DROP TABLE customers",
           "ALTER TABLE customers ADD COLUMN x", "CREATE TEMP TABLE t (x)", "REINDEX", "ANALYZE"]


@pytest.mark.parametrize("write", [[], ["--write"]])
def test_what_would_break_the_store_is_refused(ready, write):
    ready.serve()
    for statement in HARMFUL:
        ready.fails(1, "sql", statement, *write)
    ready.ok("sql", "SELECT count(*) FROM customers", *write)
    assert not (ready.data / "copy.db").exists()


def test_writing_is_one_transaction_and_says_what_it_changed(filled):
    result = filled.ok("sql", "--write", "--json", "UPDATE customers SET notes = 'seen'").json
    assert result["changes"] >= 48
    assert rows(filled, "SELECT DISTINCT notes FROM customers") == [["seen"]]
    filled.fails(1, "sql", "--write", "UPDATE customers SET notes = 'half'; SELECT nothing")
    assert rows(filled, "SELECT DISTINCT notes FROM customers") == [["seen"]]


def test_returned_rows_of_a_change(filled):
    out = filled.ok("sql", "--write", "--csv",
                    "UPDATE products SET description = 'x' WHERE id = (SELECT min(id) FROM products) "
                    "RETURNING description").out
    assert out == "description\nx\n"


def test_a_broken_rule_changes_nothing_and_is_named(filled):
    filled.fails(1, "sql", "--write", "UPDATE customers SET uuid = (SELECT min(uuid) FROM customers)")
    filled.fails(1, "sql", "--write", "UPDATE orders SET total = 'many'")
    filled.ok("doctor")


@pytest.mark.parametrize("write", [[], ["--write"]])
def test_an_endless_statement_is_given_up(ready, write):
    running = ready.serve()
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    assert "too long" in ready.fails(11, "sql", endless, "--timeout", 1, *write).err
    assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201


@pytest.mark.parametrize("args, code", [
    (["SELEC 1"], 1), (["SELECT nothing"], 1), ([" ; "], 2), (["SELECT 1", "--csv", "--json"], 2),
    (["SELECT 1; garbage"], 1)])
def test_mistakes_are_named(ready, args, code):
    ready.fails(code, "sql", *args)


def test_nothing_given_is_a_usage_error(ready):
    assert "missing" in ready.fails(2, "sql", input="").err


def test_a_nul_does_not_hang(ready):
    ready.fails(1, "sql", input="SELECT 1;\0SELECT 2;")


def test_without_a_database(program):
    program.fails(10, "sql", "SELECT 1")
    program.fails(10, "sql", "--write", "SELECT 1")


def test_control_characters_do_not_reach_the_terminal(ready):
    assert "\x1b" not in ready.ok("sql", "SELECT char(27) || '[2J' AS x").out
