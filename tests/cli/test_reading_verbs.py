"""Verbs that only tell: their output is a contract."""
import json
import re
import subprocess

from support.kontor import binary


def test_version_names_everything_inside(program):
    told = program.bare("version", "--json").json
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])
    assert told["revision"]
    assert told["schema"]["from"] == 1 <= told["schema"]["to"]
    numbers = tuple(map(int, told["sqlite"]["version"].split(".")))
    assert numbers >= (3, 51, 3)
    assert len(told["sqlite"]["source_id"]) > 40
    assert set(told["libraries"]) == {"cli11", "httplib", "json", "openssl", "sqlitecpp", "zlib"}
    assert all(re.match(r"\d+\.", version) for version in told["libraries"].values()), told
    assert set(told["build"]) == {"type", "compiler", "static", "sanitizers"}


def test_version_as_text(program):
    assert program.bare("version").out.startswith("Kontor ")


def test_openapi_needs_no_server_and_is_what_a_server_answers(ready):
    printed = ready.bare("openapi").json
    assert printed["openapi"].startswith("3.1")
    status, served = ready.serve().request("GET", "/openapi.json")
    assert status == 200
    assert served == printed


def test_data_that_cannot_be_written_is_an_error(program):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([binary(), "openapi"], stdout=full, stderr=subprocess.PIPE, check=False,
                              timeout=60)
    assert done.returncode == 74


def test_migrate_status_as_json(ready):
    status = ready.ok("migrate", "status", "--json").json
    assert status["current"] == status["newest"] == ready.newest
    step = status["steps"][0]
    assert step["name"] == "core" and step["version"] == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", step["applied_at"])


def test_doctor_as_json_lists_each_check_with_its_meaning(ready):
    told = ready.ok("doctor", "--json").json
    assert told["verdict"] in ("fine", "attention")
    names = [check["name"] for check in told["checks"]]
    assert {"settings", "clock", "sqlite", "directory", "key", "lock", "disk", "archive", "pages", "schema",
            "tables", "references", "invariant.orders_add_up"} <= set(names)
    assert all(check["meaning"] for check in told["checks"])


def test_health_without_a_server(ready):
    assert "No server runs" in ready.fails(1, "health").err


def test_health_of_a_server_that_runs(ready):
    ready.serve()
    told = ready.ok("health", "--json").json
    assert told["status"] == "ready"
    assert told["checks"]["write"]["status"] == "pass"
    assert ready.ok("health").out.startswith("ready\n")


def test_health_waits_for_a_server_that_starts(ready):
    ready.start()
    ready.ok("health", "--wait", 20)


def test_health_does_not_take_the_file_of_a_dead_server_for_one(ready):
    running = ready.serve()
    running.process.kill()
    running.wait()
    ready.fails(1, "health")


def test_health_asks_through_a_unix_socket(ready, tmp_path):
    running = ready.start(listen=f"unix:{tmp_path}/k.sock").until_ready()
    assert running.url == f"unix:{tmp_path}/k.sock"
    ready.ok("health")


def test_json_of_a_refused_row(ready, tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text("name,email\nAn,an@example.com\nBinh,not an address\n")
    result = ready.run("import", "customers", file, "--json")
    assert result.code == 3, result
    told = json.loads(result.out)
    assert told["created"] == 1 and told["failed"] == 1
