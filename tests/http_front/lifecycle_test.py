"""Listening, certificates, running out of descriptors, and stopping."""
import os
import resource
import signal
import socket
import ssl
import stat
import subprocess
import threading
import time

import pytest

from conftest import Client, SANITIZED, TIMEOUT_S, program


class Caller(threading.Thread):
    """Asks without a pause on one connection after another, and keeps account."""

    def __init__(self, front):
        super().__init__()
        self.front, self.answered, self.unanswered = front, 0, 0

    def run(self):
        while True:
            try:
                client = self.front.connect()
            except OSError:
                return
            with client:
                if not self.ask_until_closed(client):
                    return

    def ask_until_closed(self, client):
        while True:
            sent = False
            try:
                client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
                sent = True
                answer = client.read()
            except (OSError, EOFError):
                # A reset or an end instead of an answer; on a fresh connection it may never have
                # been accepted.
                self.unanswered += sent
                return False
            assert (answer.status, answer.body) == (200, b"hello")
            self.answered += 1
            if answer.headers["connection"] == "close":
                return True


def test_sigterm_answers_every_request_that_was_accepted(start):
    front = start("workers=4")
    slow = [front.connect().send("GET /slow?ms=600 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for _ in range(20)]
    callers = [Caller(front) for _ in range(8)]
    for caller in callers:
        caller.start()
    front.wait_for(lambda stats: stats["served"] > 200)
    assert front.stop() < (30 if SANITIZED else 8)
    for caller in callers:
        caller.join()
    assert [client.read().body for client in slow] == [b"slow"] * 20
    answered = sum(caller.answered for caller in callers)
    assert answered > 0
    served = int(front.last_line.split()[1])
    assert served == answered + len(slow) + front.asked, "a request was handled and not answered"
    lost = sum(caller.unanswered for caller in callers)
    # A connection still in the kernel's queue when the listener closes is reset; none was served.
    assert lost <= len(callers)


def test_answers_say_close_while_draining(start):
    front = start("workers=2")
    with front.connect() as client:
        client.send("GET /slow?ms=700 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        front.wait_for(lambda stats: stats["served"] >= 1)
        front.signal(signal.SIGTERM)
        answer = client.read()
        assert (answer.status, answer.body) == (200, b"slow")
        assert client.is_closed()


def test_a_body_on_its_way_is_waited_for_while_draining(front):
    with front.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
        front.wait_for(lambda stats: stats["connections"] == 2)
        front.signal(signal.SIGTERM)
        front_refuses_within(front, 5)
        answer = client.send("world").read()
        assert (answer.body, answer.headers["connection"]) == (b"helloworld", "close")


def front_refuses_within(front, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            front.connect().close()
        except OSError:
            return
    pytest.fail("still accepting")


def test_idle_connections_do_not_delay_the_stop(front):
    clients = [front.connect() for _ in range(100)]
    assert clients[-1].get("/ping").status == 200
    assert front.stop() < (10 if SANITIZED else 3)
    assert all(client.is_closed() for client in clients)


def test_an_inherited_listener_survives_the_server(start):
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    for _ in range(2):
        front = start(listen=f"fd:{listener.fileno()}", pass_fds=[listener.fileno()])
        assert front.address == address
        assert front.ping_s() < 5
        front.stop()
    client = Client(socket.create_connection(address))  # nobody serves, but the socket still listens
    listener.settimeout(TIMEOUT_S)
    accepted, _ = listener.accept()
    accepted.close()
    client.close()
    listener.close()


def test_who_comes_while_an_inherited_listener_drains_is_served_by_the_next_server(start):
    listener = socket.create_server(("127.0.0.1", 0))
    inherited = {"listen": f"fd:{listener.fileno()}", "pass_fds": [listener.fileno()]}
    front = start(**inherited)
    with front.connect() as busy, front.connect() as idle:
        busy.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
        assert idle.get("/ping").status == 200
        front.signal(signal.SIGTERM)
        assert idle.is_closed()  # so it has stopped listening
        late = front.connect().send("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert busy.send("world").read().body == b"helloworld"
    assert front.process.wait(TIMEOUT_S) == 0
    start(**inherited)
    assert late.read().body == b"pong"
    late.close()
    listener.close()


def test_a_unix_socket_is_private_and_goes_away(start, tmp_path):
    path = tmp_path / "kontor.sock"
    front = start(listen=f"unix:{path}")
    assert front.output == [f"unix:{path}"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(path))
    with Client(sock) as client:
        assert client.get("/ping").body == b"pong"
    front.stop()
    assert not path.exists()


def test_the_file_of_a_killed_server_is_replaced_and_a_living_one_is_not(start, tmp_path):
    path = tmp_path / "kontor.sock"
    left_behind = socket.socket(socket.AF_UNIX)
    left_behind.bind(str(path))
    left_behind.close()
    start(listen=f"unix:{path}")
    refused = subprocess.run([program(), f"listen=unix:{path}"], capture_output=True, text=True)
    assert refused.returncode == 1
    assert "another program is listening on unix:" in refused.stdout


def test_a_file_in_the_place_of_the_socket_is_not_touched(tmp_path):
    path = tmp_path / "precious"
    path.write_text("data")
    refused = subprocess.run([program(), f"listen=unix:{path}"], capture_output=True, text=True)
    assert refused.returncode == 1
    assert path.read_text() == "data"


def test_ipv6(start):
    if not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6"):
        pytest.skip("this machine has no IPv6")
    front = start(listen="[::1]:0")
    with front.connect() as client:
        client.send(f"GET /ping HTTP/1.1\r\nHost: [::1]:{front.address[1]}\r\n\r\n")
        assert client.read().status == 200


@pytest.mark.parametrize("address,expected", [
    ("127.0.0.1:PORT", "another program is listening on 127.0.0.1:"),
    ("192.0.2.1:8080", "no such address"),
    ("nowhere", "not an address"),
    ("example.com:80", "not an address"),
    ("fd:0", "no listening socket"),
    ("unix:", "not an address"),
])
def test_an_address_that_cannot_be_used_is_named_with_a_hint(front, address, expected):
    address = address.replace("PORT", str(front.address[1]))
    refused = subprocess.run([program(), f"listen={address}"], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL)
    assert refused.returncode == 1
    assert expected in refused.stdout and "try: " in refused.stdout


@pytest.mark.skipif(SANITIZED, reason="the sanitizers need descriptors of their own")
def test_running_out_of_descriptors_refuses_and_recovers(start):
    front = start("keep_limits=1", preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    clients = [front.connect() for _ in range(60)]
    statuses = []
    for client in clients:
        try:
            statuses.append(client.get("/ping").status)
        except (EOFError, OSError):
            statuses.append(None)
    assert statuses.count(200) > 30
    assert statuses.count(503) > 0
    assert set(statuses) <= {200, 503, None}
    for client in clients:
        client.close()
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        with front.connect() as client:
            if client.get("/ping").status == 200:
                break
    assert front.ping_s() < 5


def test_every_exchange_is_reported_once_with_its_figures(start):
    front = start("log=1", "head_ms=300")
    with front.connect() as client:
        assert client.post("/echo", "hello").status == 200
        client.send("BREW /tea HTTP/1.1\r\nHost: localhost\r\n\r\n").read_all()
    with front.connect() as client:
        client.send("GET /half").read_all()
    lines = [front.process.stdout.readline().split() for _ in range(3)]
    assert lines[0][:4] == ["exchange", "200", "POST", "/echo"]
    assert int(lines[0][4].removeprefix("in=")) == len("POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                                                       "Content-Length: 5\r\n\r\nhello")
    assert int(lines[0][5].removeprefix("out=")) > 500
    assert 0 <= int(lines[0][6].removeprefix("us=")) < 5_000_000
    assert lines[1][1:5] == ["501", "BREW", "/tea", "unknown_method"]
    assert lines[2][1:3] == ["408", "head_timeout"]
    assert int(lines[2][-1].removeprefix("us=")) >= 200_000


def make_certificate(folder, name, common_name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", f"/CN={common_name}", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", folder / f"{name}.key",
                    "-out", folder / f"{name}.pem"], check=True, capture_output=True)


def tls_connect(front, version=None):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    if version:
        context.minimum_version = context.maximum_version = version
    sock = socket.create_connection(front.address, TIMEOUT_S)
    try:
        return Client(context.wrap_socket(sock, server_hostname="localhost"))
    except ssl.SSLError:
        sock.close()
        raise


def subject_of(client):
    der = client.sock.getpeercert(binary_form=True)
    text = subprocess.run(["openssl", "x509", "-inform", "der", "-noout", "-subject"], input=der,
                          capture_output=True, check=True).stdout.decode()
    return text.strip().rsplit("= ", 1)[-1]


@pytest.fixture
def tls(start, tmp_path):
    make_certificate(tmp_path, "live", "first")
    return start(f"cert={tmp_path}/live.pem", f"key={tmp_path}/live.key")


def test_tls_serves_large_and_pipelined_answers(tls):
    with tls_connect(tls) as client:
        assert client.sock.selected_alpn_protocol() == "http/1.1"
        answer = client.get("/ping")
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert client.get("/big?bytes=5000000").body == b"x" * 5_000_000
        assert client.post("/echo", b"y" * 1_000_000).body == b"y" * 1_000_000
        client.send("".join(f"GET /items/{i} HTTP/1.1\r\nHost: localhost\r\n\r\n" for i in range(50)))
        assert [client.read().body for _ in range(50)] == [str(i).encode() for i in range(50)]


def test_tls_streams_events(tls):
    with tls_connect(tls) as client:
        client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.read_head()[0] == 200
        assert client.read_until(b"\n\n") == b"event: hello\ndata: 1"
        with tls_connect(tls) as other:
            assert other.post("/publish", "x").body == b"1"
        assert client.read_until(b"\n\n") == b"data: x"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_below_1_2_is_refused(tls):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with tls_connect(tls, version) as client:
            assert client.get("/ping").status == 200
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        tls_connect(tls, ssl.TLSVersion.TLSv1_1)


def test_plain_http_on_a_tls_port_harms_nobody(tls):
    sock = socket.create_connection(tls.address, TIMEOUT_S)
    with Client(sock) as client:
        client.send("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.is_closed() or client.sock.recv(100)
    with tls_connect(tls) as client:
        assert client.get("/ping").status == 200


def test_a_tls_client_that_never_speaks_is_closed(start, tmp_path):
    make_certificate(tmp_path, "live", "first")
    front = start(f"cert={tmp_path}/live.pem", f"key={tmp_path}/live.key", "head_ms=300")
    with Client(socket.create_connection(front.address, TIMEOUT_S)) as client:
        assert client.is_closed()


def test_certificates_are_swapped_while_serving(tls, tmp_path):
    with tls_connect(tls) as old:
        assert subject_of(old) == "first"
        make_certificate(tmp_path, "live", "second")
        tls.signal(signal.SIGHUP)
        assert tls.process.stdout.readline() == "reload ok\n"
        with tls_connect(tls) as new:
            assert subject_of(new) == "second"
            assert new.get("/ping").status == 200
        assert old.get("/ping").status == 200, "a connection keeps what it started with"


def test_a_bad_certificate_leaves_the_old_one_in_place_and_is_named(tls, tmp_path):
    (tmp_path / "live.pem").write_text("no certificate")
    tls.signal(signal.SIGHUP)
    line = tls.process.stdout.readline()
    assert line.startswith("reload cannot use the certificate") and "live.pem" in line
    with tls_connect(tls) as client:
        assert subject_of(client) == "first"
    make_certificate(tmp_path, "other", "other")
    make_certificate(tmp_path, "live", "third")
    (tmp_path / "live.key").write_bytes((tmp_path / "other.key").read_bytes())
    tls.signal(signal.SIGHUP)
    line = tls.process.stdout.readline()
    assert "live.key" in line and "live.pem" in line


def test_a_missing_certificate_stops_the_start(tmp_path):
    refused = subprocess.run([program(), "listen=127.0.0.1:0", f"cert={tmp_path}/none.pem",
                              f"key={tmp_path}/none.key"], capture_output=True, text=True)
    assert refused.returncode == 1
    assert "none.pem" in refused.stdout
