"""A server from its start to its end: what it prints, signals, sockets, closed files."""
import json
import os
import re
import resource
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time

import pytest

from support.program import Running, clean_environment
from support.waiting import wait_for


def test_says_six_lines_when_it_is_ready(ready):
    running = ready.serve()
    ready.ok("health")
    assert running.stop() == 0
    assert len(running.out) == 6
    assert re.fullmatch(r"Kontor \d+\.\d+\.\d+, schema \d+", running.out[0])
    assert running.out[1] == f"Listening on {running.url}"
    assert running.out[2] == f"Data directory {ready.data}"
    assert re.search(r"set up once, .*: http://127\.0\.0\.1:\d+/setup\?token=[\w-]{43}$",
                     running.out[4])
    assert "Ctrl-C" in running.out[5]


def test_a_new_server_keeps_every_second_without_being_asked_and_without_alarm(ready):
    running = Running(ready.command("serve", "--listen", "127.0.0.1:0"), clean_environment()).until_ready()
    ready.running.append(running)
    running.wait_for_log("base of the archive made")
    wait_for(lambda: ready.ok("backup", "status", "--json").json["archive"]["behind_ms"] == 0)
    assert running.stop() == 0
    assert len(running.out) == 6 and running.out[3] == "Backups: no backup yet; any second of the last day, any hour of the last 30 days"
    assert {json.loads(line)["level"] for line in running.err} == {"info"}
    ready.ok("verify", "archive", "--drill")
    again = ready.serve()
    assert again.out[3].endswith("(base of the archive); archive off")


def test_quiet_says_only_where_it_listens(ready):
    running = ready.serve("--quiet")
    assert running.stop() == 0
    assert running.out == [f"Listening on {running.url}"]
    assert running.err == []


def test_the_log_is_json_where_nobody_watches_and_text_on_demand(ready):
    running = ready.serve()
    running.request("GET", "/livez")
    running.wait_for_log('"msg":"request"')
    assert running.stop() == 0
    events = [json.loads(line) for line in running.err]
    assert [event["msg"] for event in events] == ["ready", "request", "stopping", "stopped"]
    assert events[1]["target"] == "/livez" and events[1]["status"] == 200
    assert events[1]["request_id"]
    text = ready.serve("--log-format", "text")
    text.stop()
    assert not text.err[0].startswith("{")


def test_what_a_person_searched_for_is_not_in_the_log(ready):
    running = ready.serve()
    running.request("GET", "/api/v1/customers?q=nguyen&limit=5&token=geheim")
    running.stop()
    log = "\n".join(running.err)
    assert "q=***&limit=5&token=***" in log
    assert "nguyen" not in log and "geheim" not in log


def fields(running):
    """What shows who asks, as it stands in a request."""
    return "".join(f"{name}: {value}\r\n" for name, value in running.headers.items())


def test_an_answer_that_did_not_go_out_in_full_is_marked(ready, tmp_path):
    rows = "".join(f"Long {number},{'x' * 4000}\n" for number in range(4000))
    (tmp_path / "long.csv").write_text("name,notes\n" + rows)
    ready.ok("import", "customers", tmp_path / "long.csv")
    running = ready.serve("--log-format", "json")
    with socket.create_connection(("127.0.0.1", running.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # ends in a reset
        client.sendall(f"GET /api/v1/customers/export HTTP/1.1\r\nHost: localhost\r\n{fields(running)}\r\n".encode())
        assert client.recv(12) == b"HTTP/1.1 200"
    running.wait_for_log("/customers/export")
    (event,) = [json.loads(line) for line in running.err if "/customers/export" in line]
    assert event["cut"] is True and event["status"] == 200
    running.request("GET", "/livez")
    running.wait_for_log("/livez")
    assert "cut" not in json.loads([line for line in running.err if "/livez" in line][0])


def test_several_listeners(ready, tmp_path):
    path = tmp_path / "kontor.sock"
    running = ready.serve("--listen", f"unix:{path}")
    assert running.request("GET", "/livez")[0] == 200
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 200")
    assert running.stop() == 0
    assert not path.exists()


def systemd_style(program, listener, *args, env=None):
    script = f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'
    running = Running(["/bin/bash", "-c", script, "sh", *program.command("serve", *args)],
                      clean_environment(**env or {}), pass_fds=[listener.fileno()])
    program.running.append(running)
    return running


def test_an_inherited_socket_survives_a_restart(ready):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for _ in range(3):
            running = systemd_style(ready, listener).until_ready()
            assert running.port == listener.getsockname()[1]
            assert running.request("GET", "/livez")[0] == 200
            assert running.stop() == 0
        # Nobody serves now, but the socket still takes connections for the next one.
        with socket.create_connection(listener.getsockname(), timeout=5):
            pass


def test_sockets_for_another_process_are_left_alone(ready):
    running = ready.serve(env={"LISTEN_FDS": "1", "LISTEN_PID": "1"})
    assert running.stop() == 0


def test_the_service_manager_is_told(ready, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        running = ready.serve(env={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert manager.recv(4096).startswith(b"READY=1\n")
        assert running.stop() == 0
        assert manager.recv(4096).startswith(b"STOPPING=1")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_in_order(ready, sign):
    running = ready.serve()
    running.send(sign)
    assert running.wait() == 0
    assert not (ready.data / "kontor.db-running").exists()
    assert not (ready.data / "kontor.db-wal").exists()


def test_every_accepted_request_is_answered_when_it_stops(ready):
    running = ready.serve()
    acknowledged, unanswered, lock = [], [], threading.Lock()
    begun = threading.Barrier(9)
    headers = {"Content-Type": "application/json", **running.headers}

    def write(worker):
        connection = running.connect()
        connection.connect()
        begun.wait(20)
        for number in range(100_000):
            try:
                connection.request("POST", "/api/v1/customers",
                                   json.dumps({"name": f"{worker}-{number}"}), headers)
                reply = connection.getresponse()
                body = reply.read()
            except (ConnectionError, OSError) as failure:
                with lock:
                    unanswered.append(repr(failure))
                return
            with lock:
                if reply.status == 201:
                    acknowledged.append(json.loads(body)["id"])
            if reply.headers.get("Connection") == "close":
                return

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    begun.wait(20)
    running.wait_for_log('"status":201')
    assert running.stop() == 0
    for thread in threads:
        thread.join(20)
    assert unanswered == []
    assert len(acknowledged) > 8
    again = ready.serve()
    for record in acknowledged:
        assert again.request("GET", f"/api/v1/customers/{record}")[0] == 200


def half_request(running):
    """A request whose body does not come: it holds the server's drain."""
    client = socket.create_connection(("127.0.0.1", running.port), timeout=20)
    client.sendall(("POST /api/v1/customers HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields(running) +
                    "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{").encode())
    return client


def test_a_second_signal_ends_it_at_once_and_loses_nothing(ready):
    running = ready.serve()
    status, record = running.request("POST", "/api/v1/customers", {"name": "An"})
    assert status == 201
    with half_request(running):
        running.send(signal.SIGTERM)
        running.wait_for_log("stopping")
        running.send(signal.SIGTERM)
        assert running.wait() == 130
    assert ready.serve().request("GET", f"/api/v1/customers/{record['id']}")[0] == 200


def test_hangup_reads_the_log_level_again(ready):
    running = ready.serve()
    assert running.request("GET", "/livez")[0] == 200
    with open(ready.data / "kontor.toml", "a", encoding="utf-8") as file:
        file.write('\nlog_level = "warn"\n')
    running.send(signal.SIGHUP)
    running.request("GET", "/livez?limit=2")
    assert ready.ok("health")
    running.stop()
    assert "stopped" not in "\n".join(running.err)


def test_hangup_with_broken_settings_keeps_the_old_ones(ready):
    running = ready.serve()
    with open(ready.data / "kontor.toml", "a", encoding="utf-8") as file:
        file.write("\nlog_levl = \"warn\"\n")
    running.send(signal.SIGHUP)
    running.wait_for_log("settings not reloaded")
    assert running.request("GET", "/livez")[0] == 200


def make_certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)


def served_certificate(port):
    return ssl.get_server_certificate(("127.0.0.1", port))


def test_hangup_takes_a_new_certificate(ready, tmp_path):
    make_certificate(tmp_path, "one")
    running = ready.serve("--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "key.pem")
    assert running.url.startswith("https://127.0.0.1:")
    first = served_certificate(running.port)
    ready.ok("health")
    make_certificate(tmp_path, "two")
    running.send(signal.SIGHUP)
    running.wait_for_log("reloaded")
    assert served_certificate(running.port) != first


def test_closed_standard_files_do_not_end_up_in_the_database(ready):
    running = subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh",
         *ready.command("serve", "--listen", "127.0.0.1:0")], env=clean_environment())
    try:
        ready.ok("health", "--wait", 20)
        assert {os.readlink(f"/proc/{running.pid}/fd/{fd}") for fd in range(3)} == {"/dev/null"}
        running.terminate()
        assert running.wait(20) == 0
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
    ready.ok("doctor")


def test_a_log_reader_that_went_away_does_not_end_the_server(ready):
    running = subprocess.Popen(ready.command("serve", "--listen", "127.0.0.1:0"),
                               env=clean_environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        while "Ctrl-C" not in running.stdout.readline():
            pass
        running.stderr.close()
        running.stdout.close()
        for _ in range(3):
            ready.ok("health")
        running.terminate()
        assert running.wait(20) == 0
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()


def test_the_limit_of_open_files_is_raised_as_far_as_allowed(ready):
    running = ready.serve(
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 4096)))
    with open(f"/proc/{running.process.pid}/limits", encoding="ascii") as file:
        limits = next(line for line in file if line.startswith("Max open files")).split()
    assert limits[3] == limits[4] == "4096"


def test_stopping_and_continuing_loses_nothing(ready):
    running = ready.serve()
    running.send(signal.SIGSTOP)
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as client:
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        running.send(signal.SIGCONT)
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 200")


def test_the_database_is_not_inherited_by_children(ready):
    running = ready.serve()
    for name in os.listdir(f"/proc/{running.process.pid}/fd"):
        if int(name) < 3:
            continue
        with open(f"/proc/{running.process.pid}/fdinfo/{name}", encoding="ascii") as file:
            flags = next(int(line.split()[1], 8) for line in file if line.startswith("flags"))
        assert flags & os.O_CLOEXEC, os.readlink(f"/proc/{running.process.pid}/fd/{name}")


def test_starts_within_a_blink(ready):
    times = []
    for _ in range(3):
        begin = time.monotonic()
        running = ready.serve()
        times.append(time.monotonic() - begin)
        assert running.stop() == 0
    assert min(times) < 1, times
