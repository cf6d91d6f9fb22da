"""Starts the real program on a data directory of its own, and talks to it.

The program is $KONTOR_BIN, else build/release/kontor, else build/debug/kontor. Every reply is held
against /openapi.json (support/openapi.py).
"""
import atexit
import contextlib
import functools
import http.client
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

from support.openapi import OpenApi

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_S = 20
STOP_S = 20
OWNER = {"email": "owner@example.com", "password": "nine blue herons at dawn"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def binary():
    places = [os.environ.get("KONTOR_BIN"), ROOT / "build/release/kontor", ROOT / "build/debug/kontor"]
    for place in places:
        if place and pathlib.Path(place).exists():
            return str(pathlib.Path(place).resolve())
    raise RuntimeError("no program: build it with scripts/build, or set KONTOR_BIN")


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def etag(self):
        return self.headers["ETag"]

    @property
    def pointers(self):
        """The pointers of a problem's field errors."""
        return [error["pointer"] for error in self.json["errors"]]

    def __repr__(self):
        return f"<{self.status} {self.text[:600]}>"


class Client:
    """Keeps one connection per thread. `expect` is the status that a call must have."""

    def __init__(self, host, port, openapi=None):
        self.host, self.port = host, port
        self.openapi = openapi
        self.local = threading.local()
        self.credentials = {}  # headers of every request

    def connection(self, fresh=False):
        if fresh or not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        return self.local.connection

    def exchange(self, method, path, data, headers):
        connection = self.connection()
        try:
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
            if method not in ("GET", "HEAD"):
                connection.close()
                raise
            connection = self.connection(fresh=True)
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
        reply = Reply(response.status, response.headers, response.read())
        if response.headers.get("Connection") == "close":
            connection.close()
        return reply

    def call(self, method, path, body=None, headers=None, raw=None, expect=None, check=True):
        headers = dict(self.credentials, **(headers or {}))
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None and "Content-Type" not in headers:
            headers["Content-Type"] = "application/json"
        reply = self.exchange(method, path, data, headers)
        if check and self.openapi:
            self.openapi.check(method, urllib.parse.unquote(path.partition("?")[0]), reply)
        if expect is not None:
            assert reply.status == expect, f"{method} {path}: {reply}"
        return reply

    def sign_in(self, email=OWNER["email"], password=OWNER["password"]):
        """As a browser does; from then on every request is this user's."""
        self.credentials = {}
        reply = self.post("/api/v1/session", {"email": email, "password": password})
        cookies = [line.partition(";")[0] for line in reply.headers.get_all("Set-Cookie")]
        self.credentials = dict(SAME_ORIGIN, Cookie="; ".join(cookies))
        return reply

    def get(self, path, expect=200, **more):
        return self.call("GET", path, expect=expect, **more)

    def post(self, path, body=None, expect=201, **more):
        return self.call("POST", path, body, expect=expect, **more)

    def patch(self, path, body, expect=200, **more):
        return self.call("PATCH", path, body, expect=expect, **more)

    def delete(self, path, expect=204, **more):
        return self.call("DELETE", path, expect=expect, **more)

    def act(self, path, body=None, expect=200, **more):
        return self.call("POST", path, body, expect=expect, **more)

    def list(self, collection, **params):
        """All rows of a list, page after page."""
        rows, cursor = [], None
        while True:
            query = dict(params, **({"cursor": cursor} if cursor else {}))
            page = self.get(f"/api/v1/{collection}?{urllib.parse.urlencode(query)}").json
            rows += page["data"]
            cursor = page["next_cursor"]
            assert page["has_more"] == (cursor is not None)
            if not cursor:
                return rows


@functools.cache
def owned_data():
    """A data directory with an owner, made once for all tests of this run, and her API token."""
    data = pathlib.Path(tempfile.mkdtemp(prefix="kontor-test-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)

    def run(*args, **more):
        return subprocess.run([binary(), "--data", str(data), *args], check=True, capture_output=True, text=True,
                              timeout=60, **more).stdout

    run("init")
    run("user", "add", OWNER["email"], "--name", "Owner", "--role", "owner", "--password-stdin", input=OWNER["password"])
    made = run("token", "create", "--user", OWNER["email"], "--name", "tests", "--json")
    return data, json.loads(made)["token"]


class Server:
    """`kontor serve` on port 0. Arguments are those of `serve`.

    `owner`: how the client shows that it is one: by an API "token", in a "session" as a browser has it, or
    not at all (None), as there is no user yet. There are no rate limits unless the arguments set some, and no
    archive unless `env` asks for it.
    """

    def __init__(self, *args, data=None, env=None, owner="token"):
        self.owner = owner
        self.own_data = data is None
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="kontor-test-"))
        self.args = args
        self.env = {**os.environ, "KONTOR_RATE_LIMIT": "off", "KONTOR_ARCHIVE": "off", **(env or {})}
        self.lines = []
        self.line_came = threading.Condition()
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, *args, check=True, **more):
        return subprocess.run([binary(), "--data", str(self.data), *args], env=self.env, check=check,
                              capture_output=True, text=True, timeout=60, **more)

    def start(self):
        if not (self.data / "kontor.db").exists():
            self.make_data()
        self.process = subprocess.Popen(
            [binary(), "--data", str(self.data), "serve", "--listen", "127.0.0.1:0", *self.args],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.listening = threading.Event()
        self.reader = threading.Thread(target=self.read_output, daemon=True)
        self.reader.start()
        assert self.listening.wait(START_S), "the server did not start:\n" + "".join(self.lines)
        assert self.port, "the server stopped:\n" + "".join(self.lines)
        self.client = self.stranger()
        self.client.openapi = OpenApi(self.client.get("/openapi.json").json)
        if self.owner == "token":
            self.client.credentials = {"Authorization": f"Bearer {owned_data()[1]}"}
        elif self.owner == "session":
            self.client.sign_in()

    def make_data(self):
        if self.owner is None:
            self.run("init")
        else:
            shutil.copytree(owned_data()[0], self.data, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*-reserve"))

    def stranger(self):
        """A client that shows nothing."""
        return Client("127.0.0.1", self.port, self.client.openapi if hasattr(self, "client") else None)

    def read_output(self):
        self.port = None
        for line in self.process.stdout:
            with self.line_came:
                self.lines.append(line)
                self.line_came.notify_all()
            found = re.search(r"Listening on http://127\.0\.0\.1:(\d+)", line)
            if found and not self.port:
                self.port = int(found.group(1))
                self.listening.set()
        self.listening.set()

    def wait_for_line(self, pattern):
        """The first group of a regular expression, in the first line that has it."""
        def find():
            return next(filter(None, (re.search(pattern, line) for line in self.lines)), None)
        with self.line_came:
            found = self.line_came.wait_for(find, START_S)
        assert found, self.lines
        return found.group(1)

    def stop(self, sign=signal.SIGTERM):
        self.process.send_signal(sign)
        code = self.process.wait(STOP_S)
        self.reader.join(STOP_S)
        return code

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.own_data:
            shutil.rmtree(self.data, ignore_errors=True)


class Event:
    def __init__(self, fields):
        self.id = int(fields["id"]) if "id" in fields else None
        self.name = fields.get("event", "message")
        self.data = json.loads(fields["data"]) if "data" in fields else None

    def __repr__(self):
        return f"<{self.id} {self.name} {self.data}>"


class EventStream:
    """A client of /api/v1/events; events are read by a thread of its own."""

    def __init__(self, client, query="", last_event_id=None):
        self.socket = socket.create_connection((client.host, client.port), timeout=30)
        head = f"GET /api/v1/events{query} HTTP/1.1\r\nHost: {client.host}:{client.port}\r\n"
        for name, value in client.credentials.items():
            head += f"{name}: {value}\r\n"
        if last_event_id is not None:
            head += f"Last-Event-ID: {last_event_id}\r\n"
        self.socket.sendall((head + "\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        for line in iter(self.file.readline, b"\r\n"):
            name, _, value = line.decode().partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.queue = queue.Queue()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        fields = {}
        with contextlib.suppress(OSError, ValueError):
            for line in self.file:
                line = line.decode().rstrip("\r\n")
                if not line:
                    if "data" in fields:  # what has none, such as `retry:` alone, is no event
                        self.queue.put(Event(fields))
                    fields = {}
                elif line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
        self.queue.put(None)

    def next(self, timeout=10):
        """The next event; None: the stream has ended."""
        return self.queue.get(timeout=timeout)

    def take(self, count, timeout=20):
        end = time.monotonic() + timeout
        return [self.next(max(0.01, end - time.monotonic())) for _ in range(count)]

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def in_parallel(count, work):
    """Runs work(0) … work(count - 1), each in a thread, begun together; their results in order."""
    results, errors = [None] * count, []
    barrier = threading.Barrier(count)

    def run(index):
        try:
            barrier.wait(30)
            results[index] = work(index)
        except BaseException as error:  # handed to the caller below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
