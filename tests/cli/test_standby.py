"""A standby follows the archive of a server, serves it for reading, and becomes the server: two
processes and a target between them, and what goes wrong there."""
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from support.kontor import binary
from support.program import Program, clean_environment
from support.s3 import KEY, REGION, SECRET, s3_service
from support.waiting import wait_for

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/how-to/standby.md"
PASSWORD = "nine blue herons at dawn"


class Pair:
    """A server whose archive goes to a target, and another machine's directory."""

    def __init__(self, root, env=None, from_=None):
        self.target, self.from_ = root / "target", from_ or str(root / "target")
        self.target.mkdir()
        self.server, self.other = Program(root / "data"), Program(root / "other")
        self.env = {"KONTOR_ARCHIVE": "on", "KONTOR_RATE_LIMIT": "off", **(env or {}),
                    "KONTOR_BACKUP_TARGETS": from_ or f"dir:{self.target}"}
        self.server.env = self.env
        self.other.env = {key: value for key, value in self.env.items()
                          if key not in ("KONTOR_BACKUP_TARGETS", "KONTOR_BACKUP_RECIPIENTS")}
        self.server.ok("init")
        self.server.ok("user", "add", "ann@example.com", "--role", "owner", "--password-stdin",
                       input=PASSWORD + "\n")
        self.token = self.server.token()
        self.running = self.serve()
        self.made = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in (self.server, self.other):
            program.__exit__()

    def serve(self):
        return self.server.serve()

    def send(self):
        """All that is committed goes to the target, and a standby looks there, without their pauses."""
        wait_for(self.is_archived)
        self.server.ok("backup", "send")

    def is_archived(self):
        archive = self.server.ok("backup", "status", "--json").json["archive"]
        return archive and archive["has_base"] and archive["behind_ms"] == 0

    def begin(self):
        """The standby's directory, with the key of the server."""
        self.send()
        self.other.data.mkdir(mode=0o700)
        (self.other.data / "master.key").write_bytes((self.server.data / "master.key").read_bytes())
        (self.other.data / "master.key").chmod(0o600)
        return self.follow()

    def start(self, *args):
        running = self.other.launch("--data", self.other.data, "standby", "--listen", "127.0.0.1:0",
                                    *args, env=self.other.env)
        running.credentials = {"Authorization": f"Bearer {self.token}"}
        return running

    def follow(self):
        return self.start("--from", self.from_).until_ready()

    def write(self, count=1):
        for _ in range(count):
            name = f"customer {len(self.made)}"
            assert self.running.request("POST", "/api/v1/customers", {"name": name})[0] == 201
            self.made.append(name)

    def until_shown(self, running):
        self.until(lambda: names(running) == self.made)

    def until(self, look):
        self.send()
        self.other.ok("reload")
        wait_for(look)


def names(running):
    status, page = running.request("GET", "/api/v1/customers?limit=200&sort=created_at")
    assert status == 200, page
    return [row["name"] for row in page["data"]]


def record(data):
    return json.loads((data / "standby.json").read_text())


def sound(data):
    database = sqlite3.connect(data / "kontor.db")
    try:
        return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        database.close()


@pytest.fixture
def pair(tmp_path):
    with Pair(tmp_path) as made:
        yield made


def test_it_follows_serves_reads_and_becomes_the_server(pair):
    """The whole way: set up, follow, lose the server, promote. Prints how long the last took."""
    pair.running.sign_in("ann@example.com", PASSWORD)
    session = dict(pair.running.credentials)
    pair.write(3)
    standby = pair.begin()
    pair.until_shown(standby)
    began = time.monotonic()
    pair.write(2)
    pair.until_shown(standby)
    print(f"a commit is seen on the standby after {time.monotonic() - began:.1f} s")

    # What is read is equal, with a token and with a session of the server.
    for path in ["/api/v1/customers?limit=200", "/api/v1/stats/dashboard", "/api/v1/meta"]:
        assert standby.request("GET", path) == pair.running.request("GET", path)
    token, standby.credentials = standby.credentials, session
    assert names(standby) == pair.made
    standby.credentials = token

    # Nothing is written, and that is said.
    for method, path, body in [("POST", "/api/v1/customers", {"name": "x"}),
                               ("POST", "/api/v1/session", {"email": "ann@example.com", "password": PASSWORD})]:
        status, problem = standby.request(method, path, body)
        assert (status, problem["code"]) == (503, "read_only"), problem
        assert "standby of" in problem["detail"]
    health = standby.request("GET", "/health")[1]
    assert health["standby"] is True and health["status"] == "healthy" and health["database"] == "read_only"
    status, ready = standby.request("GET", "/readyz")
    assert status == 503 and ready["standby"] is True and "s behind" in ready["checks"]["standby"]["detail"]
    told = pair.other.ok("status", "--json").json["standby"]
    assert told["from"] == pair.from_ and told["error"] == "" and told["lag_ms"] < 20_000
    figures = figures_of(standby)
    assert figures["kontor_standby_errors_total"] == 0 and figures["kontor_standby_lag_seconds"] < 20
    assert figures["kontor_standby_applied_commits_total"] >= 2

    # It cannot be made a second server by accident.
    for verb in [("serve",), ("restore", "latest", "--in-place"), ("migrate", "up")]:
        assert pair.other.run(*verb).code in (1, 11)

    # A user of the server who loses her rights loses them here.
    pair.server.ok("user", "add", "bob@example.com", "--role", "owner", "--password-stdin", input=PASSWORD + "\n")
    bob = pair.server.ok("token", "create", "--user", "bob@example.com", "--name", "t", "--json").json["token"]
    standby.credentials = {"Authorization": f"Bearer {bob}"}
    pair.until(lambda: standby.request("GET", "/api/v1/customers")[0] == 200)
    pair.server.ok("user", "disable", "bob@example.com")
    pair.until(lambda: standby.request("GET", "/api/v1/customers")[0] == 401)
    standby.credentials = token

    # The server is lost. What had been sent is all there.
    pair.write(2)
    pair.send()
    pair.running.send(signal.SIGKILL)
    pair.running.wait()
    began = time.monotonic()
    promoted = pair.other.ok("promote", "--json").json
    port = int(next(line for line in reversed(wait_for_lines(standby)) if line.startswith("Listening")).rsplit(":", 1)[1])
    standby.url = f"http://127.0.0.1:{port}"
    status, made = standby.request("POST", "/api/v1/customers", {"name": "first of the new server"})
    print(f"from the loss to the first write: {time.monotonic() - began:.2f} s; {promoted}")
    assert status == 201 and promoted["target_reached"] and promoted["checks"] > 5
    assert names(standby) == [*pair.made, "first of the new server"]
    assert standby.request("GET", "/readyz")[0] == 200
    assert pair.other.ok("status", "--json").json["standby"] is None
    assert any(event["action"] == "promote" for event in pair.other.ok("audit", "list", "--json").json["data"])

    # Started again as it was, it is still the server; and it is promoted once.
    assert standby.stop() == 0
    assert record(pair.other.data)["promoted_at"]
    pair.other.fails(1, "promote")
    again = pair.start().until_ready()
    assert again.request("POST", "/api/v1/customers", {"name": "another"})[0] == 201
    assert again.stop() == 0 and sound(pair.other.data)


def wait_for_lines(running):
    """Its output, once it has told twice where it listens."""
    wait_for(lambda: sum(line.startswith("Listening") for line in running.out) == 2)
    return running.out


def figures_of(running):
    own = running.connect()
    own.request("GET", "/metrics")
    lines = own.getresponse().read().decode().splitlines()
    own.close()
    return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("kontor_standby")}


def test_a_killed_standby_goes_on_and_a_new_epoch_is_followed(pair):
    pair.write(1)
    standby = pair.begin()
    pair.until_shown(standby)
    for pause in [0, 0.02, 0.05]:  # at any moment of what it does
        pair.write(2)
        pair.send()
        pair.other.ok("reload")
        time.sleep(pause)
        standby.send(signal.SIGKILL)
        standby.wait()
        assert sound(pair.other.data)
        standby = pair.start().until_ready()
    pair.until_shown(standby)

    # The server ends badly, and begins another chain.
    before = record(pair.other.data)["epoch"]
    pair.running.send(signal.SIGKILL)
    pair.running.wait()
    pair.running = pair.serve()
    pair.write(2)
    pair.until_shown(standby)
    assert record(pair.other.data)["epoch"] > before
    pair.write(1)
    pair.until_shown(standby)
    assert standby.stop() == 0 and sound(pair.other.data)


def test_a_damaged_bundle_stops_it_loudly_and_a_stopped_one_is_promoted(pair):
    pair.write(1)
    standby = pair.begin()
    pair.until_shown(standby)
    shown = list(pair.made)
    standby.send(signal.SIGSTOP)
    before = set(pair.target.glob("archive-*"))
    pair.write(2)
    pair.send()
    bad = min(set(pair.target.glob("archive-*")) - before)
    good = bad.read_bytes()
    bad.write_bytes(good[:1500] + bytes([good[1500] ^ 1]) + good[1501:])
    standby.send(signal.SIGCONT)
    standby.wait_for_log("the standby does not follow")
    assert names(standby) == shown
    assert pair.other.ok("status", "--json").json["standby"]["error"]
    assert "kontor_standby_errors_total 0" not in str(figures_of(standby))
    bad.write_bytes(good)
    standby.wait_for_log("the standby follows again")
    pair.until_shown(standby)

    # What is gone for good is passed over with the next backup.
    before = set(pair.target.glob("archive-*"))
    standby.send(signal.SIGSTOP)
    pair.write(1)
    pair.send()
    min(set(pair.target.glob("archive-*")) - before).unlink()
    pair.write(1)
    pair.send()
    standby.send(signal.SIGCONT)
    standby.wait_for_log("is missing")
    backups = len(pair.running.request("GET", "/api/v1/backups")[1]["data"])
    assert pair.running.request("POST", "/api/v1/backups", {})[0] == 202
    wait_for(lambda: len(pair.running.request("GET", "/api/v1/backups")[1]["data"]) > backups)
    pair.write(1)
    pair.until_shown(standby)

    # Without a process and without the target.
    assert standby.stop() == 0
    pair.running.send(signal.SIGKILL)
    pair.target.rename(pair.target.with_name("gone"))
    told = pair.other.ok("promote")
    assert "The last look at the target failed" in told.out and "kontor serve" in told.out
    server = pair.other.serve()
    server.credentials = {"Authorization": f"Bearer {pair.token}"}
    assert names(server) == pair.made
    assert server.request("POST", "/api/v1/customers", {"name": "new"})[0] == 201


def test_what_cannot_begin_says_why(pair):
    pair.write(1)
    pair.send()
    assert "--from" in pair.other.fails(2, "standby").err
    assert "holds the data of a server" in pair.server.fails(1, "standby", "--from", pair.from_, data=pair.server.data).err
    pair.other.fails(2, "standby", "--from", "exec:cat")
    keyless = pair.other.run("standby", "--from", pair.from_)
    assert keyless.code == 12 and "try: copy master.key" in keyless.err
    pair.other.fails(1, "promote")  # it has no data yet
    nothing = pair.other.run("standby", "--from", str(pair.target / "none"))
    assert nothing.code == 1 and "no folder" in nothing.err


# Without closing the database: the log is the server's.
NEWER = """
import os, sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 999")
os._exit(0)
"""


def test_all_sealed_in_a_bucket_and_a_newer_server(tmp_path):
    """The key of the data comes with a sealed backup. Then the server is of a later version."""
    with s3_service() as service:
        service.page = 1000
        key = tmp_path / "backup.key"
        public = Program(tmp_path / "data").ok("backup", "key", "create", "--out", key).out.split()[-1]
        env = {"KONTOR_S3_ENDPOINT": service.url, "KONTOR_S3_REGION": REGION, "KONTOR_S3_ACCESS_KEY": KEY,
               "KONTOR_S3_SECRET_KEY": SECRET, "KONTOR_BACKUP_RECIPIENTS": public}
        with Pair(tmp_path, env, "s3://firm/kontor") as pair:
            pair.write(2)
            pair.send()
            standby = pair.start("--from", pair.from_, "--key-file", key).until_ready()
            pair.write(1)
            pair.until_shown(standby)
            assert (pair.other.data / "master.key").read_bytes() == (pair.server.data / "master.key").read_bytes()

            # As a standby sees an upgrade: a schema that it does not know, and then more commits.
            shown = list(pair.made)
            subprocess.run([sys.executable, "-c", NEWER, pair.server.data / "kontor.db"], check=True, timeout=30)
            pair.write(2)
            pair.send()
            pair.other.ok("reload")
            standby.wait_for_log("has schema 999, this program serves schema")
            assert names(standby) == shown
            assert standby.stop() == 0
            assert sound(pair.other.data)


MACHINE = """#!/bin/bash
[[ $1 == start ]] || exit 0
setsid {kontor} --data {data} standby --from {target} --listen 127.0.0.1:0 >{log} 2>&1 </dev/null &
echo $! >{pid}
for _ in {{1..600}}; do grep -q ^Listening {log} && exit; sleep 0.05; done; exit 1
"""


def test_the_page_on_standbys(pair, tmp_path):
    """docs/how-to/standby.md: every block of it runs, in its order."""
    pair.write(1)
    pair.send()
    tools, safe = tmp_path / "bin", tmp_path / "safe"
    tools.mkdir()
    safe.mkdir()
    (safe / "master.key").write_bytes((pair.server.data / "master.key").read_bytes())
    pid = tmp_path / "pid"
    texts = {"systemctl": MACHINE.format(kontor=binary(), data=pair.other.data, target=pair.target,
                                         log=tmp_path / "log", pid=pid), "chown": "#!/bin/sh\n",
             "kontor": f'#!/bin/sh\nexec {binary()} "$@"\n'}
    for name, text in texts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    script = "".join(blocks).replace("/var/lib/kontor", str(pair.other.data)).replace("/mnt/safe", str(safe))
    env = clean_environment(**{**pair.other.env, "PATH": f"{tools}:{os.environ['PATH']}"})
    try:
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=env, capture_output=True,
                              text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr + (tmp_path / "log").read_text()
        assert "Promoted" in done.stdout and "standby.as_of" in done.stdout
    finally:
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
