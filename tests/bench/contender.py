"""What is measured: a server process that is filled once, started on a copy, and asked over HTTP."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")
# Stands in a request for something new each time; replay.lua fills it in.
FRESH = "@" * 15


class Failed(Exception):
    """The contender cannot be measured; the text says why."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Contender:
    name = ""
    durability = ""
    health = "/"

    def __init__(self, root):
        self.root = pathlib.Path(root)  # of everything that benchmarks keep: tools, fillings, runs
        self.filling = self.root / "filled" / self.name
        self.data = self.root / "run" / self.name
        self.port = free_port()
        self.process = None
        self.headers = {}

    # What each contender says for itself.
    def version(self):
        return ""

    def fill(self, folder):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError  # (arguments, environment)

    def after_start(self):
        """Prepares what requests need of the running server."""

    def requests(self, operation):
        """[(method, path, body or None), …]; empty: not offered."""
        raise NotImplementedError

    def check(self, operation, status, body):
        """Raises unless this is the real answer."""
        if status not in (200, 201):
            raise Failed(f"{self.name}: {operation} answers {status}: {body[:300]!r}")

    def request_headers(self, operation):
        return self.headers

    # Shared.
    def make_filling(self):
        if self.filling.exists():
            return
        part = self.filling.with_name(self.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        self.fill(part)
        part.rename(self.filling)

    def start(self, under=()):
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self.filling.exists():
            shutil.copytree(self.filling, self.data)
        else:
            self.data.mkdir()
        self.launch(under)

    def launch(self, under=()):
        arguments, environment = self.command()
        with open(f"{self.data}.log", "wb") as log:
            self.process = subprocess.Popen([*under, *map(str, arguments)], env={**os.environ, **environment},
                                            cwd=self.data, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{self.name} did not start; see {self.data}.log")
            time.sleep(0.01)
        self.after_start()

    def answers(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.call("GET", self.health)[0] == 200
        return False

    def stop(self):
        if self.process is None:
            return
        # Under a tracer the signal is for the server; the tracer ends with it.
        for pid in self.pids()[::-1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        shutil.rmtree(self.data, ignore_errors=True)

    def call(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = dict(headers or {})
            if body is not None:
                sent["Content-Type"] = "application/json"
                body = body if isinstance(body, str) else json.dumps(body)
            connection.request(method, path, body.encode() if body is not None else None, sent)
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def ask(self, operation, serial=0):
        """One request of the operation, its answer looked at."""
        method, path, body = self.requests(operation)[serial]
        fresh = f"{time.time_ns() % 10**15:015d}"
        headers = {k: v.replace(FRESH, fresh) for k, v in self.request_headers(operation).items()}
        status, answer = self.call(method, path, body and body.replace(FRESH, fresh), headers)
        self.check(operation, status, answer)

    # Figures of the process and its children, from /proc.
    def pids(self):
        found = [self.process.pid]
        for pid in found:
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    found += [int(child) for child in task.read_text().split()]
        return found

    def cpu_us(self):
        return sum(cpu_us_of(pid) for pid in self.pids())

    def status(self, field):
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                    if line.startswith(field + ":"):
                        total += int(line.split()[1])
        return total

    def rss_mb(self):
        return self.status("VmRSS") / 1024

    def threads(self):
        return self.status("Threads")


def cpu_us_of(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) * TICK_US
