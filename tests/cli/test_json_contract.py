"""`--json` of the verbs that read: the keys that scripts may rely on."""
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
