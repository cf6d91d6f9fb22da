"""How long a backup holds up those who write, and how long a restore takes.

    KONTOR_BIN=build/release/kontor python3 tests/bench/backup_stall.py --megabytes 1024

Fills a directory of its own, writes to its server for as long as `kontor backup create` runs beside it, and
for as long without it; then restores the backup to a new directory, proofs included.
"""
import argparse
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.program import Program  # noqa: E402

NOTES_BYTES = 4000
CLIENTS = 4
PAUSE_S = 0.01


def fill(program, folder, megabytes):
    words = ["tea", "order", "called", "again", "invoice", "Tuesday", "price", "sample", "ask", "paid"]
    words += [str(number) for number in range(1000, 2000)]
    pick = random.Random(1)
    file = folder / "customers.csv"
    with open(file, "w", encoding="utf-8") as out:
        out.write("name,email,notes\n")
        for number in range(megabytes * 2**20 // (NOTES_BYTES + 900)):
            notes = " ".join(pick.choices(words, k=NOTES_BYTES // 5))[:NOTES_BYTES]
            out.write(f"Customer {number},c{number}@example.org,{notes}\n")
    program.ok("import", "customers", file, "--quiet", timeout=None)
    file.unlink()


class Writer(threading.Thread):
    """Creates customers one after the other and remembers how long each took."""

    def __init__(self, running, stop):
        super().__init__()
        self.running, self.stop, self.waits_ms = running, stop, []

    def run(self):
        connection = self.running.connect()
        while not self.stop.is_set():
            began = time.monotonic()
            status, _ = self.running.request("POST", "/api/v1/customers", {"name": "Meanwhile"}, connection)
            assert status == 201
            self.waits_ms.append(1000 * (time.monotonic() - began))
            time.sleep(PAUSE_S)
        connection.close()


def write_while(running, work):
    stop = threading.Event()
    writers = [Writer(running, stop) for _ in range(CLIENTS)]
    for writer in writers:
        writer.start()
    began = time.monotonic()
    result = work()
    took_s = time.monotonic() - began
    stop.set()
    for writer in writers:
        writer.join()
    waits = sorted(wait for writer in writers for wait in writer.waits_ms)
    return result, took_s, waits


def shown(waits):
    return (f"{len(waits)} writes, p50 {waits[len(waits) // 2]:.1f} ms, "
            f"p99 {waits[len(waits) * 99 // 100]:.1f} ms, worst {waits[-1]:.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1024)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kontor-bench-") as name, \
            Program(pathlib.Path(name) / "data") as program:
        folder = pathlib.Path(name)
        program.ok("init")
        program.token()
        fill(program, folder, arguments.megabytes)
        running = program.serve("--log-level", "error", "--backup-at", "off")
        size = (program.data / "kontor.db").stat().st_size
        made, took_s, waits = write_while(running, lambda: program.ok(
            "backup", "create", "--json", timeout=None).json)
        print(f"database {size / 2**20:.0f} MiB, backup {made['bytes'] / 2**20:.0f} MiB in {took_s:.1f} s")
        print(f"during the backup: {shown(waits)}")
        _, _, quiet = write_while(running, lambda: time.sleep(min(took_s, 15)))
        print(f"without it:        {shown(quiet)}")
        began = time.monotonic()
        restored = program.ok("restore", "latest", "--to", folder / "restored", "--json", timeout=None).json
        print(f"restore with proof: {time.monotonic() - began:.1f} s, {restored['rows']} rows")


if __name__ == "__main__":
    main()
