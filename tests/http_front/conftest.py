"""A front_test_server per test, and raw sockets to talk to it."""
import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SANITIZED = os.environ.get("KONTOR_BUILD_KIND") in ("asan", "tsan")
TIMEOUT_S = 60 if SANITIZED else 15


def program():
    built = pathlib.Path(os.environ.get("KONTOR_BIN", ROOT / "build" / "release" / "kontor"))
    return built.parent / "tests" / "front_test_server"


def raise_open_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Client:
    """One connection. Reads answers one by one, and keeps what comes behind them."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(TIMEOUT_S)
        self.rest = b""

    def send(self, data):
        self.sock.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError("the server closed the connection")
        self.rest += data

    def read_until(self, mark):
        while mark not in self.rest:
            self._more()
        part, self.rest = self.rest.split(mark, 1)
        return part

    def read_head(self):
        lines = self.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        return int(re.match(r"HTTP/1\.1 (\d{3}) ", lines[0]).group(1)), headers

    def read(self, head_only=False):
        status, headers = self.read_head()
        length = 0 if head_only else int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(status, headers, body)

    def read_all(self):
        """Every answer until the server closes."""
        answers = []
        while True:
            try:
                answers.append(self.read())
            except (EOFError, ConnectionResetError):
                assert self.rest == b"", f"half an answer: {self.rest[:80]}"
                return answers

    def is_closed(self, within_s=TIMEOUT_S):
        if not self._is_readable(within_s):
            return False
        try:
            return self.sock.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            return True

    def is_silent(self, for_s):
        return self.rest == b"" and not self._is_readable(for_s)

    def _is_readable(self, within_s):
        poll = select.poll()  # select() knows no descriptor above 1,023
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(within_s * 1000))

    def get(self, path, fields=""):
        return self.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n").read()

    def post(self, path, body, fields=""):
        body = body.encode() if isinstance(body, str) else body
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
        return self.send(head.encode() + body).read()

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Front:
    def __init__(self, *arguments, listen="127.0.0.1:0", preexec=None, pass_fds=()):
        command = [program(), f"listen={listen}", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=preexec, pass_fds=pass_fds)
        self.output = []
        self.asked = 0  # questions for stats
        while True:
            line = self.process.stdout.readline().rstrip("\n")
            assert line and not line.startswith("error"), line or "no output"
            if line == "ready":
                break
            self.output.append(line)

    @property
    def address(self):
        host, port = self.output[0].rsplit(":", 1)
        return host.strip("[]"), int(port)

    def connect(self, source=None):
        return Client(socket.create_connection(self.address, TIMEOUT_S,
                                               source and (source, 0)))

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def rss_kb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

    def stats(self):
        with self.connect() as client:
            text = client.get("/stats").body.decode()
        self.asked += 1
        return {key: int(value) for key, value in (pair.split("=") for pair in text.split())}

    def wait_for(self, condition, within_s=TIMEOUT_S):
        """Asks for the server's figures until they are as they should be."""
        end = time.monotonic() + within_s
        while not condition(stats := self.stats()):
            assert time.monotonic() < end, stats
        return stats

    def ping_s(self):
        start = time.monotonic()
        with self.connect() as client:
            assert client.get("/ping").body == b"pong"
        return time.monotonic() - start

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Drains; the seconds it took. A sanitizer's finding is an exit status of its own."""
        start = time.monotonic()
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        self.last_line = output.strip().split("\n")[-1]
        return time.monotonic() - start


@pytest.fixture
def start():
    """start("name=value", …) → a running Front; all are stopped, and must stop well."""
    fronts = []

    def start_one(*arguments, **options):
        fronts.append(Front(*arguments, **options))
        return fronts[-1]

    yield start_one
    for front in fronts:
        if front.process.poll() is None:
            front.stop()


@pytest.fixture
def front(start):
    return start()
