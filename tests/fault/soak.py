"""Hours of mixed load on one server, held against figures; the exit status is 0 only if all hold.

A fifth of the requests write (customers, orders, changes), the others get, list, search and ask for
the dashboard, paced to a rate. What is measured after the warm-up: answers, waiting times, memory,
descriptors, threads, the write-ahead log; at the end, that every acknowledged record is there and that
`kontor doctor` finds nothing.
"""
import argparse
import json
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.program import Program  # noqa: E402

CLIENTS = 16
SAMPLE_S = 1.0
# A slope over less than this says more about caches that fill than about a leak.
SLOPE_MINUTES = 25
WAL_MOST_MIB = 64
P99_MOST_MS = 100
SLOPE_MOST_MIB_H = 1.0
GROWTH_MOST_MIB = 16


class Client(threading.Thread):
    """Keeps one connection open and one record of everything it was told."""

    def __init__(self, running, rate, until, warm_at, seed):
        super().__init__()
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

    def write(self):
        choice = self.random.random()
        if choice < 0.4 or not self.customers:
            made = self.ask("POST", "/api/v1/customers",
                            {"name": f"Soak {self.random.randrange(10**6)}"}, wanted=(201,))
            if made:
                self.customers.append(made["id"])
        elif choice < 0.7:
            made = self.ask("POST", "/api/v1/orders", {
                "customer_id": self.random.choice(self.customers),
                "lines": [{"name": "Tea", "quantity": self.random.randint(1, 9), "unit_price": 450},
                          {"name": "Cup", "quantity": 1, "unit_price": 1200}]}, wanted=(201,))
            if made:
                self.orders.append(made["id"])
        else:
            self.ask("PATCH", f"/api/v1/customers/{self.random.choice(self.customers)}",
                     {"notes": f"seen {self.requests} times"})

    def read(self):
        choice = self.random.random()
        if choice < 0.5 and self.customers:
            self.ask("GET", f"/api/v1/customers/{self.random.choice(self.customers)}")
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


class Figures:
    """What the kernel says of the process, once a second."""

    def __init__(self, pid, data):
        self.pid, self.data = pid, data
        self.rows = []  # (seconds, resident MiB, descriptors, threads, log MiB)

    def take(self, at):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        field = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if ":" in line
                 and len(line.split()) > 1}
        wal = self.data / "kontor.db-wal"
        self.rows.append((at, int(field["VmRSS"]) / 1024, len(os.listdir(f"/proc/{self.pid}/fd")),
                          int(field["Threads"]), wal.stat().st_size / 2**20 if wal.exists() else 0))

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
    wal = max(figures.column(4, 0))
    verdicts.hold("write-ahead log", f"{wal:.1f} MiB at most", f"<= {WAL_MOST_MIB}", wal <= WAL_MOST_MIB)
    return verdicts


def soak(arguments, folder):
    with Program(folder / "data") as program:
        program.ok("init")
        program.token()
        running = program.serve("--log-level", "error", "--log-format", "json")
        began = time.monotonic()
        until = began + arguments.minutes * 60
        warm_s = min(300.0, arguments.minutes * 60 / 4)
        clients = [Client(running, arguments.rate / CLIENTS, until, began + warm_s,
                          arguments.seed + number) for number in range(CLIENTS)]
        figures = Figures(running.process.pid, program.data)
        for client in clients:
            client.start()
        while time.monotonic() < until and running.process.poll() is None:
            figures.take(time.monotonic() - began)
            time.sleep(SAMPLE_S)
        for client in clients:
            client.join(120)
        verdicts = judge(clients, figures, arguments, warm_s)
        code = running.stop()
        verdicts.hold("the server's end", f"exit {code}", "0", code == 0)
        for table in ("customers", "orders"):
            acknowledged = [record for client in clients for record in getattr(client, table)]
            lost = missing(program.data, table, acknowledged)
            verdicts.hold(f"acknowledged {table}", f"{len(acknowledged)}, {lost} lost", "0 lost", lost == 0)
        doctor = program.run("doctor")
        verdicts.hold("doctor", f"exit {doctor.code}", "0", doctor.code == 0)
        return 1 if verdicts.failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/soak",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=480.0, help="default: 480")
    parser.add_argument("--rate", type=float, default=500.0, help="requests a second; default: 500")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", help="a program that is there already, instead of building one")
    arguments = parser.parse_args()
    if arguments.program:
        os.environ["KONTOR_BIN"] = arguments.program
    with tempfile.TemporaryDirectory(prefix="kontor-soak-") as folder:
        return soak(arguments, pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
