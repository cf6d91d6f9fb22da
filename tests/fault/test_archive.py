"""A server that keeps an archive is killed while it writes: every write that it acknowledged comes
back from the archive after the next start, and every second before has exactly what it had."""
import datetime
import json
import os
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


@pytest.mark.slow
def test_F1_many_kills_with_an_archive(ready, tmp_path):
    rounds(ready, tmp_path, int(os.environ.get("KONTOR_ARCHIVE_KILLS", "3")))
