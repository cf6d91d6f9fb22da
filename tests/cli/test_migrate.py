"""The schema's version, up, down, and newer than the program."""
import contextlib
import hashlib
import sqlite3


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def set_version(program, version):
    connection = sqlite3.connect(program.data / "kontor.db")
    connection.execute(f"PRAGMA user_version={version}")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_a_newer_database_is_refused_and_not_touched(ready):
    set_version(ready, ready.newest + 1)
    before = digest(ready.data / "kontor.db")
    for args in (["serve"], ["migrate", "up"], ["migrate", "status"], ["demo", "clear"]):
        result = ready.fails(13, *args)
        assert "schema" in result.err
    assert digest(ready.data / "kontor.db") == before


def test_nothing_to_do_is_said(ready):
    assert "Nothing to do" in ready.ok("migrate", "plan").out
    assert ready.ok("migrate", "up", "--json").json["steps"] == []


def test_down_wants_consent_to_lose_data_and_keeps_a_snapshot(ready):
    before = digest(ready.data / "kontor.db")
    assert "--allow-data-loss" in ready.fails(1, "migrate", "down", "--to", 1).err
    assert digest(ready.data / "kontor.db") == before
    told = ready.ok("migrate", "down", "--to", 1, "--allow-data-loss", "--json").json
    assert told["schema"] == 1
    assert told["steps"][0]["direction"] == "down"
    connection = sqlite3.connect(told["snapshot"])
    assert connection.execute("PRAGMA user_version").fetchone() == (ready.newest,)
    connection.close()


def test_a_database_without_a_schema_is_not_served(ready):
    ready.ok("migrate", "down", "--to", 0, "--allow-data-loss")
    ready.fails(10, "serve")
    ready.ok("migrate", "up")
    ready.serve()


def test_dry_run_changes_nothing(ready):
    told = ready.ok("migrate", "down", "--dry-run", "--allow-data-loss", "--json").json
    assert told["dry_run"] is True and told["schema"] == ready.newest
    assert ready.ok("migrate", "status", "--json").json["current"] == ready.newest


def test_plan_tells_what_a_copy_showed(ready):
    ready.ok("migrate", "down", "--to", 0, "--allow-data-loss")
    plan = ready.ok("migrate", "plan", "--json").json
    assert plan["steps"][0]["name"] == "core"
    assert "customers" in plan["rows"]
    assert list((ready.data / "backups").glob("plan-*")) == []
    assert ready.ok("migrate", "status", "--json").json["current"] == 0


def test_a_version_that_is_not_there(ready):
    ready.fails(2, "migrate", "up", "--to", 99)


def test_status_is_told_while_a_server_runs_but_nothing_is_changed(ready):
    ready.serve()
    ready.ok("migrate", "status")
    ready.ok("migrate", "plan")
    ready.fails(11, "migrate", "down", "--allow-data-loss")


def obstruct(program, step_before):
    """A table in the way of the step after that one."""
    program.ok("migrate", "down", "--to", step_before, "--allow-data-loss")
    with contextlib.closing(sqlite3.connect(program.data / "kontor.db")) as connection:
        connection.execute("CREATE TABLE organisation (id INTEGER)")
        connection.commit()


def test_a_start_that_cannot_migrate_leaves_the_data_and_tells_the_way_back(ready):
    obstruct(ready, 5)
    refused = ready.run("serve", "--listen", "127.0.0.1:0")
    assert refused.code not in (0, 13) and "still has schema 5" in refused.err, refused
    assert "upgrade --rollback" in refused.err
    assert ready.ok("migrate", "status", "--json").json["current"] == 5
    assert list((ready.data / "backups").glob("pre-5-*.db"))


def test_a_start_that_migrates_only_in_part_tells_the_way_back(ready):
    obstruct(ready, 4)
    refused = ready.run("serve", "--listen", "127.0.0.1:0")
    assert "schema 5 instead of 4" in refused.err and "migrate down --to 4" in refused.err, refused
    ready.ok("migrate", "down", "--to", 4, "--allow-data-loss")
