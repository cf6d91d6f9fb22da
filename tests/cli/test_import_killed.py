"""An import is seen at a terminal as it goes on, and killed at any moment leaves what is true."""
import csv
import hashlib
import json
import os
import pty
import re
import subprocess

import pytest

from support.program import clean_environment

ROWS = 20_000
pytestmark = pytest.mark.slow


class AtTerminal:
    """A command whose messages go to a terminal."""

    def __init__(self, program, *args):
        self.screen, terminal = pty.openpty()
        self.process = subprocess.Popen(program.command(*args), env=clean_environment(), stderr=terminal,
                                        stdout=subprocess.PIPE, text=True)
        os.close(terminal)
        self.seen = b""

    def until(self, pattern):
        while not (found := re.search(pattern, self.seen)):
            self.seen += self.read()
        return found

    def read(self):
        try:
            return os.read(self.screen, 65536) or exit_of(self)
        except OSError:  # nobody has the terminal any more
            return exit_of(self)

    def end(self):
        self.process.kill()
        self.process.communicate()
        os.close(self.screen)


def exit_of(command):
    raise AssertionError(f"ended too early: {command.seen!r}")


def customers(path):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([["ID", "Name", "Email"], *([i, f"Firm {i}", f"a@f{i}.example"] for i in range(ROWS))])
    return path


def count(program):
    return json.loads(program.ok("sql", "SELECT count(*) FROM customers", "--json").out)["rows"][0][0]


def test_a_command_that_was_killed_goes_on(ready, tmp_path):
    file = customers(tmp_path / "c.csv")
    command = AtTerminal(ready, "import", "customers", file)
    told = int(command.until(rb"customers: (\d+) rows, \1 created")[1])
    command.end()
    assert 0 < told <= count(ready) < ROWS
    done = ready.ok("import", "customers", file, "--json").json
    assert done["resumed"] and (done["created"], done["failed"], count(ready)) == (ROWS, 0, ROWS)
    again = ready.ok("import", "customers", file, "--json").json
    assert (again["unchanged"], again["created"], again["updated"]) == (ROWS, 0, 0)
    listed = ready.ok("import", "list", "--json").json["data"]
    assert [entry["state"] for entry in listed] == ["done", "done"]


def test_a_server_that_was_killed_lets_the_command_go_on(ready, tmp_path):
    server = ready.serve()
    file = customers(tmp_path / "c.csv")
    command = AtTerminal(ready, "import", "customers", file)
    command.until(rb"customers: \d+ rows")
    server.process.kill()
    server.wait()
    assert command.process.wait() != 0
    command.end()
    so_far = count(ready)
    assert 0 < so_far < ROWS
    server = ready.serve()
    assert ready.ok("import", "list", "--json").json["data"][0]["state"] == "stopped"
    done = ready.ok("import", "customers", file, "--json").json
    assert done["resumed"] and (done["created"], done["failed"], count(ready)) == (ROWS, 0, ROWS)
    assert server.stop() == 0
    ready.ok("doctor")


def many(folder, data):
    """A whole export of one customer, made many."""
    first = json.loads((folder / "customers.jsonl").read_text())
    lines = [json.dumps({**first, "id": f"0198f3a1-7c1e-7cc2-9d52-{i:012x}"}) for i in range(data)]
    text = ("\n".join(lines) + "\n").encode()
    (folder / "customers.jsonl").write_bytes(text)
    told = json.loads((folder / "manifest.json").read_text())
    told["files"][0].update(records=data, bytes=len(text), sha256=hashlib.sha256(text).hexdigest())
    (folder / "manifest.json").write_text(json.dumps(told))


def test_a_whole_export_that_was_killed_leaves_nothing(ready, tmp_path):
    source = tmp_path / "source"
    ready.ok("init", data=source)
    (tmp_path / "one.csv").write_text("name\nAcme\n")
    ready.ok("import", "customers", tmp_path / "one.csv", data=source)
    ready.ok("export", "all", "--format", "jsonl", "--out", tmp_path / "out", data=source)
    many(tmp_path / "out", ROWS)
    command = AtTerminal(ready, "import", "all", tmp_path / "out")
    command.until(rb"[1-9]\d* records")
    command.end()
    assert count(ready) == 0
    assert ready.ok("import", "all", tmp_path / "out", "--json").json["created"] == ROWS
    ready.ok("doctor")
