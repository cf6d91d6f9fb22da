"""The audit trail on the command line: listing it, proving it, and what a change past the program does."""
import json
import sqlite3

import pytest

from support.program import OWNER


@pytest.fixture
def filled(ready):
    """Five rows: a user and her token, which the program made; and three customers of hers."""
    running = ready.serve()
    for name in ("Ann", "Bob", "Cy"):
        assert running.request("POST", "/api/v1/customers", {"name": name})[0] == 201
    assert running.stop() == 0
    return ready


def tamper(program, sql):
    db = sqlite3.connect(program.data / "kontor.db")
    for trigger in ("changes_update", "changes_delete"):
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute(sql)
    db.commit()
    db.close()


def test_a_whole_trail_is_proved(filled):
    result = filled.ok("audit", "verify", "--json").json
    assert result["passed"] and result["rows"] == 5 and result["findings"] == []
    assert result["head"]["seq"] == 5 and len(result["head"]["hash"]) == 64
    assert "5 rows" in filled.ok("audit", "verify").out


@pytest.mark.parametrize("sql, row, word", [
    ("UPDATE changes SET at = 0 WHERE seq = 4", 4, "not the row"),
    ("UPDATE changes SET diff = '{\"name\":1}' WHERE seq = 4", 4, "content"),
    ("DELETE FROM changes WHERE seq = 4", 4, "missing"),
    ("DELETE FROM changes WHERE seq = 5", 5, "missing"),
])
def test_a_change_past_the_program_is_named(filled, sql, row, word):
    tamper(filled, sql)
    result = filled.fails(14, "audit", "verify")
    assert f"row {row}:" in result.err and word in result.err
    told = filled.run("audit", "verify", "--json")
    assert told.code == 14 and told.json["findings"][0]["seq"] == row
    assert filled.run("verify").code == 14
    assert "audit_chain" in filled.run("doctor").out


def test_the_trail_cannot_be_changed_by_sql(filled):
    for sql in ("DELETE FROM changes", "UPDATE changes SET at = 0"):
        assert "append-only" in filled.fails(1, "sql", "--write", sql).err
    filled.ok("audit", "verify")


def test_a_backup_knows_where_the_trail_ended(filled):
    head = filled.ok("audit", "verify", "--json").json["head"]
    filled.ok("backup", "create")
    proof = filled.ok("audit", "verify", "--json").json
    assert proof["heads_compared"] == 1 and proof["rows"] == 6  # the backup is an event
    filled.ok("verify", "latest")
    filled.ok("audit", "verify", "--head", f"{head['seq']}:{head['hash']}")
    wrong = filled.fails(14, "audit", "verify", "--head", f"{head['seq']}:{'0' * 64}")
    assert "another hash" in wrong.err
    filled.fails(2, "audit", "verify", "--head", "nonsense")


def test_a_trail_written_anew_differs_from_a_backups_head(filled):
    """Who has the file can make a chain that fits itself; the backup remembers another one."""
    filled.ok("backup", "create")
    tamper(filled, "DELETE FROM changes")
    db = sqlite3.connect(filled.data / "kontor.db")
    db.execute("DELETE FROM sqlite_sequence WHERE name = 'changes'")
    db.commit()
    db.close()
    running = filled.serve()
    for name in ("Dan", "Eve", "Fay", "Gus", "Hal", "Ida"):
        assert running.request("POST", "/api/v1/customers", {"name": name})[0] == 201
    assert running.stop() == 0
    result = filled.run("audit", "verify", "--json")
    assert result.code == 14
    assert [finding["source"][:7] for finding in result.json["findings"]] == ["kontor-"]


def test_a_restore_is_an_event_and_ends_the_comparison_with_later_backups(filled):
    filled.ok("backup", "create")
    first = filled.ok("backup", "list", "--json").json["backups"][0]["file"]
    running = filled.serve()
    running.request("POST", "/api/v1/customers", {"name": "Dan"})
    assert running.stop() == 0
    filled.ok("backup", "create")
    filled.ok("restore", first, "--in-place")
    events = filled.ok("audit", "list", "--collection", "backups", "--json").json["data"]
    assert events[0]["action"] == "restore" and events[0]["detail"]["source"] == first
    filled.ok("audit", "verify")
    filled.ok("restore", "--undo")
    events = filled.ok("audit", "list", "--collection", "backups", "--json").json["data"]
    assert [event["action"] for event in events] == ["restore_undo", "create", "create"]
    filled.ok("audit", "verify")


def test_exports_are_events(filled, tmp_path):
    assert "audit" not in filled.ok("export", "customers", "--out", tmp_path / "c.csv").err
    running = filled.serve()
    assert running.connect() is not None
    connection = running.connect()
    connection.request("GET", "/api/v1/customers/export?format=jsonl&name[like]=secretname", headers=running.headers)
    assert connection.getresponse().read() is not None
    filled.ok("export", "all", "--format", "jsonl", "--out", tmp_path / "all")
    events = filled.ok("audit", "list", "--collection", "exports", "--json").json["data"]
    assert [event["action"] for event in events] == ["all", "customers", "customers"]
    assert events[1]["detail"] == {"format": "jsonl", "filters": ["name"]}
    assert "secretname" not in json.dumps(events)


def test_the_list_filters_and_tells_what_is_wrong(filled):
    rows = filled.ok("audit", "list", "--json", "--limit", "2").json
    assert [row["seq"] for row in rows["data"]] == [5, 4] and rows["has_more"]
    assert rows["data"][0]["actor"]["email"] == OWNER and rows["data"][0]["action"] == "create"
    text = filled.ok("audit", "list").out.splitlines()
    assert len(text) == 5 and "customers create" in text[0]
    record = rows["data"][0]["id"]
    assert len(filled.ok("audit", "list", "--id", record, "--json").json["data"]) == 1
    assert filled.ok("audit", "list", "--since", "2999-01-01", "--json").json["data"] == []
    assert len(filled.ok("audit", "list", "--user", OWNER, "--json").json["data"]) == 3
    made = filled.ok("audit", "list", "--user", "program", "--json").json["data"]
    assert [row["collection"] for row in made] == ["tokens", "users"]
    filled.fails(1, "audit", "list", "--user", "nobody@example.com")
    filled.fails(2, "audit", "list", "--since", "yesterday")
    filled.fails(2, "audit", "list", "--limit", "0")
    filled.fails(2, "audit", "bogus")


def test_the_log_tells_where_the_trail_ends(filled):
    running = filled.serve()
    running.wait_for_log("audit trail")
    line = next(line for line in running.err if "audit trail" in line)
    head = filled.ok("audit", "verify", "--json").json["head"]
    assert f"{head['seq']}:{head['hash']}" in line
