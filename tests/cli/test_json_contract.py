"""`--json` of the verbs that read: the keys that scripts may rely on."""
import json

import pytest

CHECK = {"name", "verdict", "meaning", "details", "try"}
HTTP = {"connections", "streams", "queued", "busy_workers", "accepted", "served", "refused"}
DATABASE = {"writable", "disk_full", "read_only", "queued_writes", "bytes", "wal_bytes",
            "disk_free_bytes"}
STATUS = {"running", "pid", "version", "schema", "started_at", "uptime_s", "data", "listen",
          "log_level", "http", "database", "last_backup"}

CONTRACT = [
    (["version"], {"version", "revision", "schema", "sqlite", "libraries", "build"}),
    (["config", "check"], {"ok"}),
    (["migrate", "status"], {"current", "newest", "steps"}),
    (["migrate", "plan"], {"steps", "duration_ms", "rows"}),
    (["doctor"], {"verdict", "checks"}),
    (["sql", "SELECT 1 AS one"], {"columns", "rows", "changes"}),
    (["health"], {"status", "checks"}),
    (["status"], STATUS),
    (["audit", "list"], {"data", "count", "has_more", "next_cursor"}),
    (["audit", "verify"], {"passed", "rows", "erased", "before_chain", "head", "heads_compared", "findings"}),
    (["openapi"], {"openapi", "info", "paths", "components"}),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    from support.program import Program
    with Program(tmp_path_factory.mktemp("contract") / "data") as program:
        program.ok("init")
        program.serve()
        yield program


@pytest.mark.parametrize("args, keys", CONTRACT, ids=[args[0] for args, _ in CONTRACT])
def test_keys(served, args, keys):
    told = served.ok(*args, "--json").json
    assert keys <= set(told), f"missing: {keys - set(told)}"


def test_parts_of_status(served):
    told = served.ok("status", "--json").json
    assert set(told["http"]) >= HTTP
    assert set(told["database"]) >= DATABASE
    assert told["running"] is True and told["pid"] == served.running[0].process.pid
    assert told["listen"] == [served.running[0].url]
    assert told["schema"] == served.newest and told["last_backup"] is None


def test_status_as_text(served):
    text = served.ok("status").out
    assert "running: true\n" in text and "http.connections: " in text


def test_parts_of_doctor_and_settings(served):
    assert all(set(check) == CHECK for check in served.ok("doctor", "--json").json["checks"])
    shown = served.ok("config", "show", "--json").json
    assert "listen" in shown and all(set(entry) == {"value", "origin"} for entry in shown.values())


def test_status_without_a_server(ready):
    result = ready.run("status", "--json")
    assert result.code == 1
    assert result.json == {"running": False, "data": str(ready.data), "held_by": None}
    assert "running: false" in ready.run("status").out


def test_status_of_nothing(program):
    program.fails(10, "status")


def test_reload_and_log_level_say_when_they_are_done(ready):
    running = ready.serve()
    assert ready.ok("logs", "level", "debug", "--json").json == {"ok": True}
    assert ready.ok("status", "--json").json["log_level"] == "debug"
    with open(ready.data / "kontor.toml", "a", encoding="utf-8") as file:
        file.write('\nlog_level = "warn"\n')
    assert ready.ok("reload", "--json").json == {"ok": True}
    assert ready.ok("status", "--json").json["log_level"] == "warn"
    with open(ready.data / "kontor.toml", "a", encoding="utf-8") as file:
        file.write('colour = "red"\n')
    assert "colour" in ready.fails(2, "reload").err
    assert running.request("GET", "/livez")[0] == 200


@pytest.mark.parametrize("args", [["reload"], ["logs", "level", "info"]])
def test_what_only_a_server_can_do(ready, args):
    assert "No server runs" in ready.fails(1, *args).err


@pytest.mark.parametrize("args, meant", [(["logs", "level", "debg"], "debug"),
                                         (["logs", "levl", "info"], "level")])
def test_mistakes_are_answered_with_the_nearest(ready, args, meant):
    assert f"Did you mean {meant}?" in ready.fails(2, *args).err


# What one object has: int, str, bool, list, dict, or a tuple of what it may be (None: null).
REPORT = {"id": str, "entity": str, "dry_run": bool, "resumed": bool, "rows": int, "created": int,
          "updated": int, "unchanged": int, "skipped": int, "failed": int, "error_count": int,
          "errors": list, "columns": dict, "totals": dict, "stopped": (str, None)}
ROW_ERROR = {"row": int, "column": str, "code": str, "detail": str}
LISTED_IMPORT = {"id": str, "collection": str, "file_name": str, "sha256": str, "mode": str,
                 "state": str, "rows": int, "created": int, "failed": int, "undo": (dict, None)}
UNDONE = {"id": str, "collection": str, "removed": int, "restored": int, "gone": int,
          "left_count": int, "left": list}
MADE = {"file": str, "taken_at": str, "bytes": int, "database_bytes": int, "files": int, "rows": int,
        "tables": dict, "schema_version": int, "reason": str, "duration_ms": int}
BACKUPS = {"folder": str, "count": int, "bytes": int, "backups": list, "status": dict}
LISTED_BACKUP = {"file": str, "taken_at": str, "bytes": int, "readable": bool, "database_bytes": int,
                 "files": int, "rows": int, "schema_version": int, "program": str, "reason": str}
BACKUP_STATUS = {"last_backup": (dict, None), "last_proof": (dict, None),
                 "last_passed_proof": (dict, None), "last_archive_proof": (dict, None), "last_failure": (dict, None)}
PRUNED = {"dry_run": bool, "kept": int, "removed": int, "freed_bytes": int, "backups": list, "archive": dict}
LIVE = {"target": str, "passed": bool, "checks": int, "findings": list, "duration_ms": int}
PROVEN = {"target": str, "passed": bool, "drill": bool, "rows": int, "tables": int, "files": int,
          "bytes": int, "findings": list, "duration_ms": int}
RESTORED = {"dry_run": bool, "file": str, "taken_at": str, "target": str, "in_place": bool, "rows": int,
            "files": int, "bytes": int, "schema_version": int, "needed_bytes": int, "free_bytes": int,
            "aside": str, "duration_ms": int, "archive": (dict, None)}
TAKEN_BACK = {"dry_run": bool, "undone": bool, "from": str, "aside": str}
MIGRATED = {"dry_run": bool, "schema": int, "steps": list, "snapshot": str}
UNIT = {"name": str, "path": str, "text": str}


def holds(told, shape):
    """More may stand there; what is promised must, and be of its kind."""
    for key, kinds in shape.items():
        kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        assert type(told[key]) in [type(None) if kind is None else kind for kind in kinds], (key, told)
    return told


def test_import_its_list_and_its_undo(ready, tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text("name,email\nAn,an@example.com\nBinh,not an address\n")
    rehearsed = ready.run("import", "customers", file, "--dry-run", "--json").json
    assert rehearsed["id"] is None and rehearsed["dry_run"] is True
    done = ready.run("import", "customers", file, "--json")
    report = holds(done.json, REPORT)
    assert done.code == 3 and (report["created"], report["failed"]) == (1, 1)
    holds(report["errors"][0], ROW_ERROR)
    assert set(report["columns"]) == {"mapped", "unmapped"}
    (listed,) = ready.ok("import", "list", "--json").json["data"]
    assert holds(listed, LISTED_IMPORT)["id"] == report["id"]
    assert holds(ready.ok("import", "undo", report["id"], "--json").json, UNDONE)["removed"] == 1


def test_backup_verify_and_restore(ready, tmp_path):
    made = holds(ready.ok("backup", "create", "--json").json, MADE)
    assert made["rows"] == sum(made["tables"].values())
    overview = holds(ready.ok("backup", "list", "--json").json, BACKUPS)
    holds(overview["backups"][0], LISTED_BACKUP)
    status = ready.ok("backup", "status", "--json").json
    assert status == {**holds(overview["status"], BACKUP_STATUS), "targets": [], "archive": None,
                      "archive_targets": []}
    pruned = holds(ready.ok("backup", "prune", "--dry-run", "--json").json, PRUNED)
    holds(pruned["backups"][0], {"file": str, "keep": bool, "reason": str})
    assert holds(ready.ok("verify", "--json").json, LIVE)["target"] == "live"
    assert holds(ready.ok("verify", "latest", "--json").json, PROVEN)["drill"] is False
    assert holds(ready.ok("verify", "latest", "--drill", "--json").json, PROVEN)["passed"] is True
    plan = holds(ready.ok("restore", "latest", "--in-place", "--dry-run", "--json").json, RESTORED)
    assert plan["dry_run"] is True and plan["aside"] == ""
    assert holds(ready.ok("restore", "latest", "--to", tmp_path / "copy", "--json").json,
                 RESTORED)["in_place"] is False
    restored = holds(ready.ok("restore", "latest", "--in-place", "--json").json, RESTORED)
    undone = holds(ready.ok("restore", "--undo", "--json").json, TAKEN_BACK)
    assert undone["from"] == restored["aside"]


def test_a_verification_that_fails_says_what_it_found(ready):
    made = ready.data / "backups" / ready.ok("backup", "create", "--json").json["file"]
    made.write_bytes(made.read_bytes()[:-1])
    refused = ready.fails(14, "verify", "latest", "--json")
    assert json.loads(refused.err.splitlines()[-1])["error"]["exit"] == 14


def test_steps_of_the_schema(ready):
    up = holds(ready.ok("migrate", "up", "--json").json, MIGRATED)
    assert up["steps"] == [] and up["schema"] == ready.newest
    down = holds(ready.ok("migrate", "down", "--dry-run", "--json").json, MIGRATED)
    holds(down["steps"][0], {"version": int, "name": str, "direction": str, "loses": str})


def test_service_files(program, tmp_path):
    told = program.ok("service", "print", "--json", data="/srv/kontor").json["files"]
    assert [holds(file, UNIT)["name"] for file in told] == ["service", "socket", "sysusers"]
    (socket_alone,) = program.ok("service", "print", "socket", "--json", data="/srv/kontor").json["files"]
    assert socket_alone == told[1]
    install = ["service", "install", "--root", tmp_path, "--json"]
    written = program.ok(*install, data="/srv/kontor").json["written"]
    assert written == [f"{tmp_path}{file['path']}" for file in told]
    assert program.ok(*install, data="/srv/kontor").json == {"written": []}


def test_a_made_directory_and_demo_records(program):
    made = program.ok("init", "--json").json
    assert made == {"data": str(program.data), "created": True, "schema": program.newest}
    loaded = program.ok("demo", "load", "shop", "--size", "s", "--json").json
    cleared = program.ok("demo", "clear", "--json").json
    assert holds(cleared, {"removed": dict, "kept_count": int, "kept": list})["kept"] == []
    assert all(cleared["removed"][name] == loaded[name] for name in cleared["removed"])
