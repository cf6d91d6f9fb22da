"""The samples of scripts/proxy under the real nginx, Caddy and HAProxy."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from support.kontor import OWNER, Client, EventStream, in_parallel
from support.program import Program, Running, clean_environment
from support.prometheus import Metrics

pytestmark = pytest.mark.slow

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "scripts/proxy"
NAME = "crm.example.com"
SETTINGS = ["--allowed-hosts", f"{NAME},127.0.0.1", "--trusted-proxies", "127.0.0.1", "--rate-limit", "off"]
LIMIT_S = 20


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def nginx(folder, port, upstream):
    sample = (SAMPLES / "nginx.conf").read_text()
    site = sample.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}").replace(
        "listen 80;", f"listen 127.0.0.1:{port};")
    temp = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                   ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    (folder / "nginx.conf").write_text(
        # Its workers leave root, and could not reach the folder of a test.
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; {temp}\n{site}\n}}\n")
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(folder, port, upstream):
    sample = (SAMPLES / "Caddyfile").read_text()
    site = sample.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}").replace(
        f"\n{NAME} {{", f"\nhttp://{NAME}:{port} {{\n\tbind 127.0.0.1")
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def haproxy(folder, port, upstream):
    sample = (SAMPLES / "haproxy.cfg").read_text()
    (folder / "haproxy.cfg").write_text(
        sample.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}").replace(
            "bind :80", f"bind 127.0.0.1:{port}"))
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


PROXIES = {"nginx": nginx, "caddy": caddy, "haproxy": haproxy}


class Behind:
    """A server behind a proxy. The listening socket is ours, so that the server can restart."""

    def __init__(self, kind, folder):
        self.kind = kind
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.upstream = self.listener.getsockname()[1]
        self.program = Program(folder / "data")
        self.program.ok("init")
        self.program.ok("user", "add", OWNER["email"], "--name", "Owner", "--role", "owner", "--password-stdin",
                        input=OWNER["password"])
        self.server = self.start()
        self.port = free_port()
        (folder / "proxy").mkdir()
        self.proxy = subprocess.Popen(
            PROXIES[kind](folder / "proxy", self.port, self.upstream),
            env=clean_environment(HOME=str(folder), XDG_DATA_HOME=str(folder)),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.client = HostedClient(self.port)
        self.wait_for_proxy()
        self.client.sign_in()

    def start(self):
        fd = self.listener.fileno()
        script = f'exec 3<&{fd}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'
        running = Running(["/bin/bash", "-c", script, "sh", *self.program.command("serve", *SETTINGS)],
                          clean_environment(KONTOR_ARCHIVE="off"), pass_fds=[fd])
        self.program.running.append(running)
        return running.until_ready()

    def restart(self):
        assert self.server.stop() == 0
        self.server = self.start()

    def wait_for_proxy(self):
        end = time.monotonic() + LIMIT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.proxy.poll() is None, self.proxy.stderr.read().decode()
                assert time.monotonic() < end, "the proxy does not listen"
                time.sleep(0.02)

    def figures(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.upstream}/metrics", timeout=10) as reply:
            return Metrics(reply.read().decode())

    def logged(self):
        return [json.loads(line) for line in list(self.server.err) if line.startswith("{")]

    def raw(self, data, source=None):
        """What comes back for these bytes until the proxy closes or says nothing for a while."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10,
                                      source_address=source) as connection:
            connection.sendall(data)
            connection.settimeout(0.7)
            out = b""
            try:
                while chunk := connection.recv(65536):
                    out += chunk
            except TimeoutError:
                pass
            return out

    def close(self):
        self.proxy.send_signal(signal.SIGTERM)
        try:
            self.proxy.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self.proxy.kill()
            self.proxy.wait()
        self.proxy.stderr.close()
        self.program.__exit__()
        self.listener.close()


class HostedClient(Client):
    def __init__(self, port):
        super().__init__("127.0.0.1", port)

    def call(self, method, path, body=None, headers=None, **more):
        return super().call(method, path, body, {"Host": NAME, **(headers or {})}, **more)


@pytest.fixture(scope="module", params=PROXIES)
def behind(request, tmp_path_factory):
    if not shutil.which(request.param):
        pytest.skip(f"no {request.param} on this machine")
    made = Behind(request.param, tmp_path_factory.mktemp(request.param))
    yield made
    made.close()


def test_a_thousand_requests_without_an_error_over_few_connections(behind):
    before = behind.figures().value("kontor_http_connections_total")

    def work(worker):
        for turn in range(125):
            made = behind.client.post("/api/v1/customers", {"name": f"{worker}-{turn}"}).json
            assert behind.client.get(f"/api/v1/customers/{made['id']}").json == made

    in_parallel(4, work)
    opened = behind.figures().value("kontor_http_connections_total") - before
    assert opened < 300, "the proxy opens a connection for each request"


def test_the_log_has_the_address_of_the_client(behind):
    forged = "198.51.100.66"
    head = (f"GET /api/v1/customers?limit=7 HTTP/1.1\r\nHost: {NAME}\r\n"
            f"Cookie: {behind.client.credentials['Cookie']}\r\n"
            f"X-Forwarded-For: {forged}\r\nConnection: close\r\n\r\n")
    assert b" 200 " in behind.raw(head.encode(), source=("127.0.0.9", 0)).split(b"\r\n")[0]
    end = time.monotonic() + LIMIT_S
    while not (lines := [line for line in behind.logged() if line.get("target", "").endswith("=7")]):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert lines[-1]["client_ip"] == "127.0.0.9"


def test_events_come_at_once(behind):
    class Address:
        host, port = NAME, behind.port
        credentials = behind.client.credentials

    real = socket.create_connection
    socket.create_connection = lambda address, **more: real(("127.0.0.1", address[1]), **more)
    try:
        stream = EventStream(Address)
    finally:
        socket.create_connection = real
    with stream:
        assert stream.status == 200
        for _ in range(3):
            begun = time.monotonic()
            made = behind.client.post("/api/v1/customers", {"name": "Evented"}).json
            assert stream.next(timeout=5).data["id"] == made["id"]
            assert time.monotonic() - begun < 5


def test_large_bodies_arrive_and_too_large_ones_are_refused_by_the_server(behind):
    operations = [{"method": "POST", "path": "/api/v1/customers",
                   "body": {"name": f"Large {number}", "notes": "n" * 9000}} for number in range(100)]
    results = behind.client.post("/api/v1/batch", {"atomic": True, "operations": operations},
                                 expect=200).json["results"]
    assert [result["status"] for result in results] == [201] * 100
    refused = behind.client.post("/api/v1/customers", {"notes": "n" * 2_000_000}, expect=413)
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_the_figures_are_not_for_the_world(behind):
    reply = behind.client.get("/metrics", expect=404)
    assert "kontor_build_info" not in reply.text


SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: crm.example.com\r\n\r\n"
HEAD = "POST /api/v1/customers HTTP/1.1\r\nHost: crm.example.com\r\nContent-Type: application/json\r\n"
ATTACKS = {
    "length and chunked": "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n\r\n",
    "a list of lengths": f"Content-Length: 0, {len(SMUGGLED)}\r\n\r\n",
    "a signed length": "Content-Length: +0\r\n\r\n",
    "an unknown coding": "Content-Length: 0\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "a coding with a tab": "Content-Length: 0\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
    "a name with a blank": "Content-Length: 0\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded line": "Content-Length: 0\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a bare line feed": "Content-Length: 0\r\nX-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


def test_no_second_request_rides_in_the_first(behind):
    """The bytes behind the first request may count as a request of the client's, or not at all. What
    must not be: that proxy and server disagree, and an answer reaches the next one on a shared
    connection."""
    attacks = list(ATTACKS.values())
    answers = in_parallel(len(attacks), lambda number: behind.raw(
        (HEAD + attacks[number] + SMUGGLED).encode()))
    for attack, answer in zip(ATTACKS, answers):
        assert answer.count(b"HTTP/1.1 ") <= 2, attack
    seen = sum(entry.get("target") == "/smuggled" for entry in behind.logged())
    for number in range(40):
        reply = behind.client.get(f"/api/v1/customers?limit={number + 1}")
        assert len(reply.json["data"]) <= number + 1
    assert sum(entry.get("target") == "/smuggled" for entry in behind.logged()) == seen


def test_a_restart_behind_the_proxy_disturbs_nobody(behind):
    stop, troubles, answered = threading.Event(), [], [0] * 3

    def ask(worker):
        client = HostedClient(behind.port)
        client.credentials = behind.client.credentials
        while not stop.is_set():
            try:
                client.get("/api/v1/customers?limit=1")
                answered[worker] += 1
            except (OSError, http.client.HTTPException, AssertionError) as trouble:
                troubles.append(repr(trouble)[:200])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        before = sum(answered)
        behind.restart()
        while sum(answered) < before + 30 and not troubles:
            time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(LIMIT_S)
    assert troubles == []
