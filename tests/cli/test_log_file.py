"""The settings log_file…: where the log goes, and what happens when it cannot."""
import json
import os
import signal
import time


def eventually(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come true"
        time.sleep(0.01)


def messages(path):
    return [json.loads(line)["msg"] for line in path.read_text().splitlines()]


def test_events_go_to_the_file_as_json_and_not_to_stderr(ready, tmp_path):
    log = tmp_path / "kontor.log"
    running = ready.serve("--log-file", log)
    assert running.request("GET", "/livez")[0] == 200
    assert running.stop() == 0
    assert [message for message in messages(log) if message != "request"] == \
        ["ready", "stopping", "stopped"]
    assert messages(log).count("request") == 1
    assert log.stat().st_mode & 0o777 == 0o640
    assert running.err == []


def test_a_reload_opens_the_file_anew_as_logrotate_needs_it(ready, tmp_path):
    log, moved = tmp_path / "kontor.log", tmp_path / "kontor.log.1"
    running = ready.serve("--log-file", log)
    log.rename(moved)
    assert running.request("GET", "/livez")[0] == 200
    eventually(lambda: "request" in messages(moved))
    running.send(signal.SIGHUP)
    eventually(lambda: log.exists() and "reloaded" in messages(log))
    assert "reloaded" not in messages(moved)
    assert running.stop() == 0


def test_a_full_file_is_put_aside_and_compressed(ready, tmp_path):
    log = tmp_path / "kontor.log"
    running = ready.serve("--log-file", log, "--log-file-bytes", "4096", "--log-file-keep", "2")
    connection = running.connect()
    for _ in range(80):
        assert running.request("GET", "/livez", connection=connection)[0] == 200
    eventually(lambda: len(list(tmp_path.glob("kontor.log.*Z*.gz"))) == 2)
    assert log.stat().st_size <= 4096
    assert running.stop() == 0


def test_a_place_that_takes_no_lines_stops_nothing(ready, tmp_path):
    log = tmp_path / "no" / "kontor.log"
    running = ready.serve("--log-file", log)
    assert running.request("GET", "/livez")[0] == 200
    assert running.stop() == 0
    assert sum("takes no lines" in line for line in running.err) == 1
    assert any('"msg":"request"' in line for line in running.err)


def test_a_full_disk_stops_nothing(ready):
    running = ready.serve("--log-file", "/dev/full")
    assert running.request("GET", "/livez")[0] == 200
    assert running.stop() == 0
    assert sum("No space left on device" in line for line in running.err) == 1
    assert any('"msg":"stopped"' in line for line in running.err)
    assert os.path.exists("/dev/full")
