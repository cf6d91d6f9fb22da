"""The real program on a data directory of its own, as a person at a terminal uses it."""
import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import threading

from support.kontor import binary

LIMIT_S = 60
OWNER = "tests@example.com"


def clean_environment(**more):
    """Without settings of the one who runs the tests."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KONTOR_")}
    env.update(more)
    return env


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"<exit {self.code}\n{self.out}\n{self.err}>"


class Running:
    """`kontor serve` or `kontor demo`; its lines are read by threads of their own.

    `find_token` gives the API token that requests show; without it they show nothing unless they have
    signed in.
    """

    def __init__(self, command, env, find_token=None, **more):
        self.find_token = find_token
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **more)
        self.out, self.err = [], []
        self.url = None
        self.credentials = {}  # headers of every request
        self.known = threading.Event()
        self.changed = threading.Condition()
        self.readers = [threading.Thread(target=self.read, args=pair, daemon=True)
                        for pair in [(self.process.stdout, self.out), (self.process.stderr, self.err)]]
        for reader in self.readers:
            reader.start()

    def read(self, stream, lines):
        for line in stream:
            found = re.search(r"^Listening on (\S+?)(,|$)", line)
            with self.changed:
                lines.append(line.rstrip("\n"))
                if found and not self.url:
                    self.url = found.group(1)
                    self.known.set()
                self.changed.notify_all()
        self.known.set()

    def until_ready(self):
        assert self.known.wait(LIMIT_S) and self.url, f"did not start: {self.out} {self.err}"
        return self

    def wait_for_log(self, text):
        with self.changed:
            found = self.changed.wait_for(lambda: any(text in line for line in self.err), LIMIT_S)
        assert found, self.err

    def wait_for_output(self, text):
        with self.changed:
            found = self.changed.wait_for(lambda: any(text in line for line in self.out), LIMIT_S)
        assert found, self.out

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)

    @property
    def headers(self):
        """What shows who asks."""
        if not self.credentials and self.find_token:
            self.credentials = {"Authorization": f"Bearer {self.find_token()}"}
        return dict(self.credentials)

    def request(self, method, path, body=None, connection=None):
        own = connection or self.connect()
        headers = self.headers if path.startswith("/api/") else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        own.request(method, path, None if body is None else json.dumps(body), headers)
        reply = own.getresponse()
        text = reply.read()
        if connection is None:
            own.close()
        return reply.status, json.loads(text) if text else None

    def sign_in(self, email, password):
        own = self.connect()
        own.request("POST", "/api/v1/session", json.dumps({"email": email, "password": password}),
                    {"Content-Type": "application/json"})
        reply = own.getresponse()
        assert reply.status == 201, reply.read()
        cookies = [line.partition(";")[0] for line in reply.headers.get_all("Set-Cookie")]
        self.credentials = {"Cookie": "; ".join(cookies), "Sec-Fetch-Site": "same-origin"}
        own.close()
        return self

    def send(self, sign):
        self.process.send_signal(sign)

    def wait(self):
        code = self.process.wait(LIMIT_S)
        for reader in self.readers:
            reader.join(LIMIT_S)
        return code

    def stop(self):
        self.send(signal.SIGTERM)
        return self.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Program:
    def __init__(self, data):
        self.data = data
        self.running = []
        self.tokens = {}  # by data directory
        self.env = {}  # for all that is started with a data directory

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for running in self.running:
            running.end()

    def command(self, *args, data=None):
        return [binary(), "--data", str(data or self.data), *map(str, args)]

    def run(self, *args, data=None, env=None, timeout=LIMIT_S, **more):
        return Result(subprocess.run(self.command(*args, data=data),
                                     env=clean_environment(**{**self.env, **(env or {})}),
                                     capture_output=True, text=True, timeout=timeout, check=False,
                                     **more))

    def bare(self, *args, env=None, **more):
        """Without --data."""
        return Result(subprocess.run([binary(), *map(str, args)], env=clean_environment(**env or {}),
                                     capture_output=True, text=True, timeout=LIMIT_S, check=False,
                                     **more))

    def ok(self, *args, **more):
        result = self.run(*args, **more)
        assert result.code == 0, result
        return result

    def fails(self, code, *args, **more):
        """Exits with `code`, says what is wrong in one line and what to try in another."""
        result = self.run(*args, **more)
        assert result.code == code, result
        lines = result.err.splitlines()
        assert lines and lines[0].startswith("kontor: "), result
        assert any(line.startswith("try: ") for line in lines), result
        return result

    @property
    def newest(self):
        """The schema of this program."""
        return self.bare("version", "--json").json["schema"]["to"]

    def token(self, data=None):
        """An API token of an owner, who is made when it is first asked for."""
        data = data or self.data
        if data not in self.tokens:
            self.run("user", "add", OWNER, "--role", "owner", data=data)  # may be there already
            made = self.ok("token", "create", "--user", OWNER, "--name", "tests", "--json", data=data)
            self.tokens[data] = made.json["token"]
        return self.tokens[data]

    def start(self, *args, listen="127.0.0.1:0", env=None, data=None, **more):
        """A server that may still be starting. What is asked of its API is asked by an owner.

        It keeps no archive unless `env` asks for it.
        """
        listening = ["--listen", listen] if listen else []
        variables = {"KONTOR_RATE_LIMIT": "off", "KONTOR_ARCHIVE": "off", **self.env, **(env or {})}
        self.running.append(Running(self.command("serve", *listening, *args, data=data),
                                    clean_environment(**variables), lambda: self.token(data), **more))
        return self.running[-1]

    def serve(self, *args, **more):
        return self.start(*args, **more).until_ready()

    def launch(self, *args, env=None):
        self.running.append(Running([binary(), *map(str, args)], clean_environment(**env or {})))
        return self.running[-1]


@contextlib.contextmanager
def owned_by(path, uid):
    before = os.stat(path).st_uid
    os.chown(path, uid, -1)
    try:
        yield
    finally:
        os.chown(path, before, -1)
