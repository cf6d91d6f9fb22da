"""Hours of mixed load on one server, held against figures; the exit status is 0 only if all hold.

The database holds customers enough from the beginning to fill the caches during the warm-up, so that what the
memory grows by afterwards is not theirs. A fifth of the requests write (customers, orders, changes), the others get, list, search and ask for
the dashboard, paced to a rate. The server keeps the continuous archive and sends it to another folder;
backups are made beside it and restore drills of them and of the archive run all along. What is measured
after the warm-up: answers, waiting times, memory, descriptors, threads, the write-ahead log, how far the
archive is behind; at the end, that every acknowledged record is there, that `kontor doctor` finds
nothing, and that what the archive gives back, here and from the other folder, is the database.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.program import Program  # noqa: E402
from support.waiting import wait_for  # noqa: E402

CLIENTS = 16
SAMPLE_S = 1.0
# A slope over less than this says more about caches that fill than about a leak.
SLOPE_MINUTES = 25
WAL_MOST_MIB = 64
P99_MOST_MS = 100
SLOPE_MOST_MIB_H = 1.0
GROWTH_MOST_MIB = 16
LAG_MOST_S = 2
DRILL_PAUSE_S = 20
DRILLS = [("backup", "create"), ("verify", "latest", "--drill"), ("verify", "archive", "--drill"),
          ("backup", "prune")]


class Client(threading.Thread):
    """Keeps one connection open and one record of everything it was told."""

    def __init__(self, running, seeded, rate, until, warm_at, seed):
        super().__init__()
        self.seeded = seeded
        self.running, self.rate, self.until, self.warm_at = running, rate, until, warm_at
        self.random = random.Random(seed)
        self.customers, self.orders, self.waits, self.faults = [], [], [], []
        self.requests = 0

    def ask(self, method, path, body=None, wanted=(200,)):
        began = time.monotonic()
        headers = dict(self.running.headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        reply = self.connection.getresponse()
        text = reply.read()
        self.requests += 1
        if began > self.warm_at:
            self.waits.append(time.monotonic() - began)
        if reply.status not in wanted:
            self.faults.append(f"{method} {path}: {reply.status} {text[:200]!r}")
            return None
        return json.loads(text) if text else None

    def any_customer(self):
        return self.random.choice(self.customers if self.customers and self.random.random() < 0.5 else self.seeded)

    def write(self):
        choice = self.random.random()
        if choice < 0.4:
            made = self.ask("POST", "/api/v1/customers",
                            {"name": f"Soak {self.random.randrange(10**6)}"}, wanted=(201,))
            if made:
                self.customers.append(made["id"])
        elif choice < 0.7:
            made = self.ask("POST", "/api/v1/orders", {
                "customer_id": self.any_customer(),
                "lines": [{"name": "Tea", "quantity": self.random.randint(1, 9), "unit_price": 450},
                          {"name": "Cup", "quantity": 1, "unit_price": 1200}]}, wanted=(201,))
            if made:
                self.orders.append(made["id"])
        else:
            self.ask("PATCH", f"/api/v1/customers/{self.any_customer()}",
                     {"notes": f"seen {self.requests} times"})

    def read(self):
        choice = self.random.random()
        if choice < 0.5:
            self.ask("GET", f"/api/v1/customers/{self.any_customer()}")
        elif choice < 0.75:
            self.ask("GET", "/api/v1/orders?limit=20&sort=-created_at")
        elif choice < 0.9:
            self.ask("GET", f"/api/v1/customers?q=soak+{self.random.randrange(100)}&limit=10")
        else:
            self.ask("GET", "/api/v1/stats/dashboard")

    def run(self):
        self.connection = self.running.connect()
        try:
            due = time.monotonic()
            while (now := time.monotonic()) < self.until:
                due = max(due + 1 / self.rate, now - 1)  # a stall is not made up for by a burst
                (self.write if self.random.random() < 0.2 else self.read)()
                time.sleep(max(0.0, due - time.monotonic()))
        except Exception as failure:  # whatever breaks a connection is a finding
            self.faults.append(repr(failure))
        self.connection.close()


class Drills(threading.Thread):
    """Backups and proofs, one after the other, as the night does them."""

    def __init__(self, program, until):
        super().__init__()
        self.program, self.until = program, until
        self.ran, self.faults, self.longest = 0, [], {}

    def run(self):
        while time.monotonic() < self.until:
            for words in DRILLS:
                began = time.monotonic()
                done = self.program.run(*words, timeout=1800)
                name = " ".join(words)
                self.longest[name] = max(self.longest.get(name, 0), time.monotonic() - began)
                self.ran += 1
                if done.code != 0:
                    self.faults.append(f"{name}: {done}")
            time.sleep(max(0, min(DRILL_PAUSE_S, self.until - time.monotonic())))


class Figures:
    """What the kernel says of the process, and the server of its archive, once a second."""

    def __init__(self, running, data):
        self.running, self.pid, self.data = running, running.process.pid, data
        self.rows = []  # (seconds, resident MiB, descriptors, threads, log MiB, archive behind by seconds)

    def of_archive(self, name):
        connection = self.running.connect()
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return float(re.search(rf"^kontor_archive_{name} (\S+)", text, re.MULTILINE).group(1))

    def take(self, at):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        field = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if ":" in line
                 and len(line.split()) > 1}
        wal = self.data / "kontor.db-wal"
        self.rows.append((at, int(field["VmRSS"]) / 1024, len(os.listdir(f"/proc/{self.pid}/fd")),
                          int(field["Threads"]), wal.stat().st_size / 2**20 if wal.exists() else 0,
                          self.of_archive("lag_seconds")))

    def column(self, index, since):
        return [row[index] for row in self.rows if row[0] >= since]

    def slope(self, since):
        """MiB an hour, by least squares."""
        rows = [(row[0] / 3600, row[1]) for row in self.rows if row[0] >= since]
        middle_x = sum(x for x, _ in rows) / len(rows)
        middle_y = sum(y for _, y in rows) / len(rows)
        spread = sum((x - middle_x) ** 2 for x, _ in rows)
        return sum((x - middle_x) * (y - middle_y) for x, y in rows) / spread if spread else 0.0


def missing(data, table, acknowledged):
    connection = sqlite3.connect(data / "kontor.db")
    there = {row[0] for row in connection.execute(f"SELECT lower(hex(uid)) FROM {table}")}
    connection.close()
    return sum(1 for record in acknowledged if record.replace("-", "") not in there)


def contents(database):
    """Every row of every table, but for the note of a restore in the audit trail."""
    connection = sqlite3.connect(database)
    tables = [row[0] for row in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite%'")]
    rows = {table: hash(tuple(row for row in connection.execute(f'SELECT * FROM "{table}"')
                              if table != "changes" or "restore" not in row)) for table in tables}
    connection.close()
    return rows


def judge_archive(verdicts, program, folder, target):
    live = contents(program.data / "kontor.db")
    for name, more in (("here", ()), ("the other folder", ("--from", target))):
        began = time.monotonic()
        restored = program.run("restore", "latest", *more, "--to", folder / "restored", timeout=1800)
        took = time.monotonic() - began
        again = contents(folder / "restored" / "kontor.db") if restored.code == 0 else {}
        others = sorted(table for table in live if again.get(table) != live[table])
        verdicts.hold(f"restored from {name}",
                      f"exit {restored.code}, {len(live)} tables, {len(others)} differ, in {took:.1f} s",
                      "none", not others)
        if others:
            print(f"    {restored} {others}")
        shutil.rmtree(folder / "restored", ignore_errors=True)


class Verdicts:
    def __init__(self):
        self.failed = False

    def hold(self, name, value, limit, holds):
        self.failed |= not holds
        print(f"{'passed' if holds else 'FAILED'}  {name}: {value} ({limit})")


def judge_memory(verdicts, figures, warm_s, minutes):
    if minutes >= SLOPE_MINUTES:
        slope = figures.slope(warm_s)
        verdicts.hold("memory", f"{slope:+.2f} MiB an hour", f"< {SLOPE_MOST_MIB_H}",
                      slope < SLOPE_MOST_MIB_H)
        return
    resident = figures.column(1, warm_s)
    growth = max(resident) - resident[0]
    verdicts.hold("memory, in a run too short for a slope", f"{growth:+.1f} MiB since the warm-up",
                  f"< {GROWTH_MOST_MIB}", growth < GROWTH_MOST_MIB)


def judge(clients, figures, arguments, warm_s):
    verdicts = Verdicts()
    waits = sorted(wait for client in clients for wait in client.waits)
    requests = sum(client.requests for client in clients)
    faults = [fault for client in clients for fault in client.faults]
    wanted = arguments.minutes * 60 * arguments.rate
    verdicts.hold("requests", requests, f"> 90 % of {wanted:.0f}", requests > 0.9 * wanted)
    verdicts.hold("wrong answers", len(faults), "0", not faults)
    for fault in faults[:5]:
        print(f"    {fault}")
    p50, p99 = (1000 * waits[len(waits) * part // 100] for part in (50, 99))
    verdicts.hold("p99", f"{p99:.1f} ms, p50 {p50:.1f} ms", f"< {P99_MOST_MS} ms", p99 < P99_MOST_MS)
    judge_memory(verdicts, figures, warm_s, arguments.minutes)
    for name, index in (("descriptors", 2), ("threads", 3)):
        counts = figures.column(index, warm_s)
        # Connections of readers are opened when they are needed and kept.
        spare = 3 * 16 if index == 2 else 0
        verdicts.hold(name, f"{counts[0]} after the warm-up, {max(counts)} at most", "flat",
                      max(counts) <= counts[0] + spare and counts[-1] <= counts[0] + spare)
    lags = figures.column(5, 0)
    verdicts.hold("archive behind", f"{max(lags):.2f} s at most, {sum(lags) / len(lags):.2f} s usually",
                  f"<= {LAG_MOST_S}", max(lags) <= LAG_MOST_S)
    wal = max(figures.column(4, 0))
    verdicts.hold("write-ahead log", f"{wal:.1f} MiB at most", f"<= {WAL_MOST_MIB}", wal <= WAL_MOST_MIB)
    return verdicts


def seed(program, folder, count):
    """The ids of the customers that are there before anybody asks."""
    table = folder / "customers.csv"
    with table.open("w") as out:
        out.write("name,notes\n")
        for number in range(count):
            out.write(f"Soak {number},seen before\n")
    program.ok("import", "customers", table, timeout=600)
    connection = sqlite3.connect(program.data / "kontor.db")
    ids = [str(uuid.UUID(bytes=row[0])) for row in connection.execute("SELECT uid FROM customers")]
    connection.close()
    return ids


def soak(arguments, folder):
    with Program(folder / "data") as program:
        program.ok("init")
        seeded = seed(program, folder, arguments.customers)
        program.token()
        target = folder / "target"
        target.mkdir()
        program.env = {"KONTOR_ARCHIVE": "on", "KONTOR_BACKUP_TARGETS": f"dir:{target}"}
        running = program.serve("--log-level", "error", "--log-format", "json")
        figures = Figures(running, program.data)
        wait_for(lambda: figures.of_archive("restorable") == 1)
        began = time.monotonic()
        until = began + arguments.minutes * 60
        warm_s = min(300.0, arguments.minutes * 60 / 4)
        clients = [Client(running, seeded, arguments.rate / CLIENTS, until, began + warm_s,
                          arguments.seed + number) for number in range(CLIENTS)]
        drills = Drills(program, until)
        for thread in [*clients, drills]:
            thread.start()
        while time.monotonic() < until and running.process.poll() is None:
            figures.take(time.monotonic() - began)
            time.sleep(SAMPLE_S)
        for client in clients:
            client.join(120)
        drills.join(1800)
        verdicts = judge(clients, figures, arguments, warm_s)
        verdicts.hold("backups and drills", f"{drills.ran}, {len(drills.faults)} failed; longest " +
                      ", ".join(f"{name} {took:.1f} s" for name, took in drills.longest.items()),
                      "none failed", drills.ran > 0 and not drills.faults)
        for fault in drills.faults[:5]:
            print(f"    {fault}")
        errors = [line for line in running.err if '"error"' in line]
        verdicts.hold("errors in the server's log", len(errors), "0", not errors)
        for line in errors[:5]:
            print(f"    {line}")
        code = running.stop()
        verdicts.hold("the server's end", f"exit {code}", "0", code == 0)
        for table in ("customers", "orders"):
            acknowledged = [record for client in clients for record in getattr(client, table)]
            lost = missing(program.data, table, acknowledged)
            verdicts.hold(f"acknowledged {table}", f"{len(acknowledged)}, {lost} lost", "0 lost", lost == 0)
        doctor = program.run("doctor")
        verdicts.hold("doctor", f"exit {doctor.code}", "0", doctor.code == 0)
        judge_archive(verdicts, program, folder, target)
        return 1 if verdicts.failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/soak",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=480.0, help="default: 480")
    parser.add_argument("--rate", type=float, default=500.0, help="requests a second; default: 500")
    parser.add_argument("--customers", type=int, default=100_000, help="there from the beginning; default: 100000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", help="a program that is there already, instead of building one")
    arguments = parser.parse_args()
    if arguments.program:
        os.environ["KONTOR_BIN"] = arguments.program
    with tempfile.TemporaryDirectory(prefix="kontor-soak-") as folder:
        return soak(arguments, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
