"""The control socket: verbs that change data go through the server that holds the directory."""
import array
import contextlib
import json
import os
import pathlib
import socket
import stat
import subprocess
import threading
import time

import pytest

from support.kontor import binary
from support.program import LIMIT_S, clean_environment


def connect(data):
    """Also where the path is longer than an address may be."""
    folder = os.open(data, os.O_PATH)
    try:
        end = socket.socket(socket.AF_UNIX)
        end.settimeout(LIMIT_S)
        end.connect(f"/proc/self/fd/{folder}/kontor.sock")
        return end
    finally:
        os.close(folder)


def answer_to(data, sent, files=()):
    """The last frame of the answer; None: the server closed without one."""
    with connect(data) as end:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
        end.sendmsg([sent[:1]], rights)
        end.sendall(sent[1:])
        text = b""
        with contextlib.suppress(ConnectionError):
            while piece := end.recv(65536):
                text += piece
    return json.loads(text.splitlines()[-1]) if text else None


def request(operation, files=0, protocol=1, **arguments):
    return json.dumps({"kontor": protocol, "operation": operation, "arguments": arguments,
                       "files": files}).encode() + b"\n"


def counts(running):
    return {name: running.request("GET", f"/api/v1/{name}?limit=1&count=exact")[1]["count"]
            for name in ("customers", "products", "orders")}


def test_the_same_command_does_the_same_with_and_without_a_server(ready):
    without = ready.ok("demo", "load", "shop", "--size", "s", "--json").json
    assert ready.ok("demo", "clear", "--json").json["kept_count"] == 0
    running = ready.serve()
    assert ready.ok("demo", "load", "shop", "--size", "s", "--json").json == without
    assert counts(running) == {name: without[name] for name in ("customers", "products", "orders")}
    again = ready.fails(1, "demo", "load", "shop", "--size", "s")
    assert ready.ok("demo", "clear").out.startswith("Removed ")
    assert counts(running)["customers"] == 0
    ready.ok("demo", "load", "shop", "--size", "s")
    assert running.stop() == 0
    assert ready.fails(1, "demo", "load", "shop", "--size", "s").err == again.err
    ready.ok("doctor")


def test_events_tell_of_what_came_over_the_socket(ready):
    running = ready.serve()
    before = running.request("GET", "/api/v1/changes?since=0&limit=1")
    ready.ok("demo", "load", "shop", "--size", "s")
    assert before[0] == 200
    assert running.request("GET", "/api/v1/changes?since=0&limit=1")[1]["data"]


def test_the_servers_settings_count(ready):
    running = ready.serve()
    result = ready.fails(2, "demo", "load", "shop", "--size", "s", "--timezone", "Asia/Tokyo")
    assert "--timezone" in result.err
    assert counts(running)["customers"] == 0


def test_schema_changes_want_the_server_stopped(ready):
    running = ready.serve()
    for action in ("up", "down"):
        result = ready.fails(11, "migrate", action)
        assert str(running.process.pid) in result.err and "stop" in result.err


def test_the_socket_is_for_its_user_alone_and_goes_with_the_server(ready):
    running = ready.serve()
    place = ready.data / "kontor.sock"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and place.is_socket()
    assert running.stop() == 0
    assert not place.exists()


def test_a_socket_that_a_dead_server_left_is_no_obstacle(ready):
    running = ready.serve()
    running.process.kill()
    running.wait()
    assert (ready.data / "kontor.sock").is_socket()
    ready.ok("demo", "load", "shop", "--size", "s")
    ready.serve()
    assert ready.ok("demo", "clear", "--json").json["kept_count"] == 0


def test_a_file_in_the_sockets_place_is_replaced(ready):
    (ready.data / "kontor.sock").write_text("not a socket")
    ready.serve()
    ready.ok("status")


def test_a_path_longer_than_a_socket_address(program, tmp_path):
    data = tmp_path / ("long-" * 20) / ("name-" * 20)
    data.parent.mkdir()
    program.ok("init", data=data)
    program.serve(data=data)
    assert program.ok("status", "--json", data=data).json["running"]
    program.ok("demo", "load", "shop", "--size", "s", data=data)


@pytest.mark.parametrize("sent, code", [
    (b"hello\n", "malformed"), (b"{}\n", "unsupported"), (b"[1]\n", "unsupported"),
    (request("demo.load", protocol=2), "unsupported"), (request("no.such"), "unsupported"),
    (request("demo.clear", files=1), "malformed"), (request("demo.clear", files=-1), "malformed"),
    (request("demo.clear", files=10**12), "malformed"),
    (b'{"kontor":1,"operation":"status","arguments":[],"files":0}\n', "malformed"),
    pytest.param(b"x" * 2_000_000, "malformed", id="endless"), (request("logs.level", level="loud"), "usage"),
    (request("logs.level", level=7), "usage"), (request("demo.load", preset="none"), "usage")])
def test_what_is_no_request_is_answered_and_the_server_stays(ready, sent, code):
    ready.serve()
    with contextlib.suppress(ConnectionError):
        assert answer_to(ready.data, sent)["error"]["code"] == code
    assert answer_to(ready.data, request("status"))["result"]["running"]


def test_descriptors_that_nobody_asked_for_are_refused(ready):
    running = ready.serve()
    held = len(list(pathlib.Path(f"/proc/{running.process.pid}/fd").iterdir()))
    with open(__file__, "rb") as file:
        for _ in range(20):
            reply = answer_to(ready.data, request("demo.clear"), [file.fileno()] * 3)
            assert reply["error"]["code"] == "malformed"
    ready.ok("status")  # collects the sessions before it
    assert len(list(pathlib.Path(f"/proc/{running.process.pid}/fd").iterdir())) <= held + 2


def test_more_than_a_few_at_once_are_told_to_come_again(ready):
    ready.serve()
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(connect(ready.data))
        assert ready.fails(11, "demo", "clear")
    # That they left is seen by eight threads, each when it is its turn.
    deadline = time.monotonic() + LIMIT_S
    while (done := ready.run("demo", "clear")).code == 11 and time.monotonic() < deadline:
        pass
    assert done.code == 0, done


def test_many_one_after_the_other(ready):
    ready.serve()
    failed = []

    def ask():
        for _ in range(10):
            result = ready.run("status", "--json")
            if result.code != 0:
                failed.append(result)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_another_user_is_refused_even_where_the_files_let_him_in(ready):
    ready.serve()
    for place in [ready.data, *ready.data.parents]:
        if place.stat().st_uid == 0 and place != pathlib.Path("/tmp") and len(place.parts) > 2:
            place.chmod(place.stat().st_mode | 0o011)
    (ready.data / "kontor.sock").chmod(0o666)
    script = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
              "print(s.recv(65536).decode())")
    done = subprocess.run(["/usr/bin/python3", "-c", script, str(ready.data / "kontor.sock")], user=65534, group=65534, extra_groups=[],
                          capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd="/")
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["error"]["code"] == "forbidden"


def test_a_stop_cancels_nothing_that_is_nearly_done(ready):
    running = ready.serve()
    with connect(ready.data) as end:
        end.sendall(request("demo.load", preset="shop", size="s"))
        assert running.stop() == 0
        text = b""
        with contextlib.suppress(ConnectionResetError):  # it stopped before it had read the request
            while piece := end.recv(65536):
                text += piece
    last = json.loads(text.splitlines()[-1]) if text else {"result": None}
    assert "result" in last or last["error"]["code"] == "unavailable", last
    ready.ok("doctor")


def test_a_server_that_is_killed_is_told_to_who_waits(ready):
    running = ready.serve("--log-level", "debug")
    waiting = subprocess.Popen([binary(), "--data", str(ready.data), "demo", "load", "shop",
                                "--size", "l"], env=clean_environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    running.wait_for_log("operation started")
    running.process.kill()
    out, err = waiting.communicate(timeout=LIMIT_S)
    assert waiting.returncode == 1 and out == "" and "The server ended" in err, err
