"""A server that keeps an archive is killed while it writes: every write that it acknowledged comes
back from the archive after the next start, and every second before has exactly what it had."""
import datetime
import json
import os
import random
import shutil
import sqlite3
import threading
import time

import pytest

ON = {"KONTOR_ARCHIVE": "on"}
WRITERS = 4


def iso(second):
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Writer(threading.Thread):
    """Makes customers until the server is gone; notes when each was sent and answered."""

    def __init__(self, running):
        super().__init__()
        self.running = running
        self.made = []  # (sent, answered, id)
        self.unanswered = 0

    def run(self):
        connection = self.running.connect()
        headers = {"Content-Type": "application/json", **self.running.headers}
        try:
            while True:
                self.unanswered = time.time()
                connection.request("POST", "/api/v1/customers", json.dumps({"name": "Kill"}), headers)
                reply = connection.getresponse()
                text = reply.read()
                assert reply.status == 201, text
                self.made.append((self.unanswered, time.time(), json.loads(text)["id"]))
        except Exception as failure:  # the kill, and what http.client makes of it
            self.failure = failure
        connection.close()


def life(program, seconds, has_base):
    """Starts, waits until the archive can be restored, writes, is killed. What was acknowledged."""
    running = program.serve(env=ON)
    if not has_base:
        running.wait_for_log("base of the archive made")
    writers = [Writer(running) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    threading.Event().wait(seconds)
    running.process.kill()
    for writer in writers:
        writer.join(30)
        assert not isinstance(writer.failure, AssertionError), writer.failure
    running.end()
    program.running.remove(running)
    return [made for writer in writers for made in writer.made]


def restored(program, folder, *which):
    program.ok("restore", *which, "--to", folder)
    connection = sqlite3.connect(folder / "kontor.db")
    rows = connection.execute("SELECT lower(hex(uid)) FROM customers").fetchall()
    connection.close()
    return {row[0] for row in rows}


def bare(made):
    return {record.replace("-", "") for _, _, record in made}


def rounds(program, tmp_path, count):
    made = []
    for number in range(count):
        before = list(made)
        made += life(program, 2.5, has_base=number > 0)  # after a clean stop the epoch goes on
        killed = time.time()

        # From the archive alone: all but what was not a second old.
        there = restored(program, tmp_path / f"dead-{number}", "latest")
        assert not bare(m for m in made if m[1] < killed - 1.5) - there
        assert bare(before) <= there

        # A second in the middle: what was answered before it, and nothing that was sent after it.
        second = int(killed - 1.5)
        there = restored(program, tmp_path / f"second-{number}", "--at", iso(second))
        assert not bare(m for m in made if m[1] < second) - there
        assert not bare(m for m in made if m[0] >= second) & there

        # After the next start: everything.
        running = program.serve(env=ON)
        running.wait_for_log("base of the archive made")
        assert running.stop() == 0
        there = restored(program, tmp_path / f"latest-{number}", "latest")
        assert not bare(made) - there
        proven = program.ok("verify", "archive", "--drill", "--json").json
        assert proven["passed"] is True and proven["segments"] > 0
        status = program.ok("backup", "status", "--json").json["archive"]
        assert status["behind_ms"] == 0 and status["has_base"] is True
        assert status["why"] == "the last server did not end cleanly, or kept no archive"
        assert "nothing behind" in program.ok("backup", "status").out
    print(f"{count} kills, {len(made)} acknowledged customers, none lost")


def test_F1_a_kill_loses_nothing_that_was_archived_and_any_second_is_exact(ready, tmp_path):
    rounds(ready, tmp_path, 1)


class Scribe(threading.Thread):
    """Makes customers and changes them, one thing after the other, and keeps a history of it."""

    def __init__(self, running, name, pause_s):
        super().__init__()
        self.running, self.name_of_all, self.pause_s = running, name, pause_s
        self.history = []  # [sent, answered or None, name, notes]
        self.stopping = threading.Event()

    def send(self, connection, method, path, body):
        step = [time.time(), None, body.get("name", self.last), body.get("notes")]
        self.history.append(step)
        connection.request(method, path, json.dumps(body),
                           {"Content-Type": "application/json", **self.running.headers})
        reply = connection.getresponse()
        text = reply.read()
        assert reply.status in (200, 201), text
        step[1] = time.time()
        return json.loads(text)["id"]

    def run(self):
        connection = self.running.connect()
        self.failure, self.last = None, ""
        try:
            while not self.stopping.wait(self.pause_s):
                name = f"{self.name_of_all}-{len(self.history)}"
                record = self.send(connection, "POST", "/api/v1/customers", {"name": name})
                self.last = name
                self.send(connection, "PATCH", f"/api/v1/customers/{record}", {"notes": f"of {name}"})
        except Exception as failure:  # the kill, and what http.client makes of it
            self.failure = failure
        connection.close()

    def states(self, at):
        """What of it may be there at that moment: what was answered, and what was under way."""
        least = sum(1 for _, answered, _, _ in self.history if answered is not None and answered < at)
        most = sum(1 for sent, _, _, _ in self.history if sent < at)
        there = {}
        for count in range(most + 1):
            if count >= least:
                yield dict(there)
            if count < most:
                _, _, name, notes = self.history[count]
                there[name] = notes


class Rounds:
    """Lives of a server that end in kill -9, and restores to seconds within them."""

    def __init__(self, program, folder, seed):
        self.program, self.folder = program, folder
        self.random = random.Random(seed)
        self.scribes = []
        self.seconds = []  # that the archive can bring back
        self.restores = self.kills = 0
        self.has_base = False  # the epoch, if it goes on

    def life(self, number):
        running = self.program.serve(env=ON)
        base_at = None
        if number == 0 or self.random.random() < 0.7:
            if not self.has_base:
                running.wait_for_log("base of the archive made")
            base_at = time.time()
        scribes = [Scribe(running, f"{number}-{at}", 0.01) for at in range(WRITERS)]
        for scribe in scribes:
            scribe.start()
        seconds = 4 if number == 0 else self.random.uniform(0, self.random.choice([1, 1, 1, 4]))
        threading.Event().wait(seconds)
        is_killed = number == 0 or self.random.random() < 0.9
        if is_killed:
            running.process.kill()
        for scribe in scribes:
            scribe.stopping.set()
            scribe.join(30)
            assert not isinstance(scribe.failure, AssertionError), scribe.failure
        archived_until = time.time() - (1.5 if is_killed else 0)
        assert is_killed or running.stop() == 0
        running.end()
        self.program.running.remove(running)
        self.scribes += scribes
        self.kills += is_killed
        made = any("base of the archive made" in line for line in running.err)
        self.has_base = not is_killed and (self.has_base or made)
        if base_at is not None:
            self.seconds += range(int(base_at) + 2, int(archived_until) + 1)

    def is_exact(self, at, *which):
        target = self.folder / "moment"
        self.program.ok("restore", *which, "--to", target)
        connection = sqlite3.connect(target / "kontor.db")
        there = {}
        for name, notes in connection.execute("SELECT name, notes FROM customers"):
            there.setdefault(name.rpartition("-")[0], {})[name] = notes
        connection.close()
        shutil.rmtree(target)
        for scribe in self.scribes:
            own = there.pop(scribe.name_of_all, {})
            assert any(own == state for state in scribe.states(at)), (which, scribe.name_of_all, own)
        assert there == {}
        self.restores += 1

    def run(self, count):
        for number in range(count):
            self.life(number)
            second = self.random.choice(self.seconds)
            self.is_exact(second, "--at", iso(second))
        running = self.program.serve(env=ON)
        if not self.has_base:
            running.wait_for_log("base of the archive made")
        assert running.stop() == 0
        self.is_exact(time.time(), "latest")
        proven = self.program.ok("verify", "archive", "--drill", "--json").json
        assert proven["passed"] is True
        answered = sum(1 for scribe in self.scribes for step in scribe.history if step[1] is not None)
        print(f"{self.kills} kills, {count - self.kills} clean ends, {self.restores} restores of "
              f"{len(self.seconds)} seconds, {answered} acknowledged writes: exact")


@pytest.mark.slow
def test_F1_after_each_kill_a_second_of_any_life_is_restored_exactly(ready, tmp_path):
    Rounds(ready, tmp_path, int(os.environ.get("KONTOR_TORTURE_SEED", "1"))).run(
        int(os.environ.get("KONTOR_ARCHIVE_KILLS", "4")))
