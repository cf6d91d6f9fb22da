"""What has gone wrong with others that ship a write-ahead log, each made to happen to a server that keeps
the continuous archive (docs/faults.md says which is which)."""
import datetime
import json
import os
import re
import shutil
import sqlite3
import subprocess
import threading
import time

import pytest

from support.waiting import wait_for

ON = {"KONTOR_ARCHIVE": "on"}


def iso(second):
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def figure(running, name):
    connection = running.connect()
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return float(re.search(rf"^{name}(?:{{.*}})? (\S+)", text, re.MULTILINE).group(1))


def serve(program, **more):
    """Once the archive can be restored."""
    running = program.serve(env={**ON, **more})
    wait_for(lambda: figure(running, "kontor_archive_restorable") == 1)
    return running


def add(running, name):
    began = time.monotonic()
    status, reply = running.request("POST", "/api/v1/customers", {"name": name})
    assert status == 201, reply
    return time.monotonic() - began


def is_archived(running):
    return figure(running, "kontor_archive_lag_seconds") == 0


def next_second():
    """Waits for the next whole second, and gives it."""
    second = int(time.time()) + 1
    time.sleep(second - time.time())
    return second


def names(database):
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    rows = connection.execute("SELECT name FROM customers ORDER BY id").fetchall()
    connection.close()
    return [row[0] for row in rows]


def restored(program, *which):
    folder = program.data.parent / "restored"
    program.ok("restore", *which, "--to", folder)
    found = names(folder / "kontor.db")
    shutil.rmtree(folder)
    return found


class Writing(threading.Thread):
    """Customers of rising numbers, one after the other; how long each took."""

    def __init__(self, running):
        super().__init__()
        self.running, self.took, self.stopping, self.failure = running, [], threading.Event(), None

    def run(self):
        try:
            while not self.stopping.wait(0.005):
                self.took.append(add(self.running, str(len(self.took))))
        except AssertionError as failure:
            self.failure = failure

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.join(60)
        assert self.failure is None, self.failure


def seconds_of(variable, usual):
    return float(os.environ.get(variable, usual))


def test_a_reader_that_stays_open_holds_up_no_write_and_no_segment(ready):
    """litestream#724, #237, #477: a checkpoint that waited for a reader stopped all writes."""
    running = serve(ready)
    add(running, "first")
    reader = sqlite3.connect(ready.data / "kontor.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM customers").fetchone() == (1,)
    with Writing(running) as writing:
        wait_for(lambda: len(writing.took) > 20)
        time.sleep(seconds_of("KONTOR_READER_S", 2))
        assert figure(running, "kontor_archive_lag_seconds") < 2
    assert reader.execute("SELECT count(*) FROM customers").fetchone() == (1,)
    reader.close()
    slow = sorted(writing.took)[len(writing.took) * 99 // 100]
    print(f"{len(writing.took)} writes beside a reader, 99 % within {1000 * slow:.1f} ms")
    assert slow < 0.5
    assert running.stop() == 0
    assert len(restored(ready, "latest")) == 1 + len(writing.took)


def test_what_is_restored_while_writes_go_on_is_whole_and_a_beginning_of_them(ready):
    """litestream#1337, #1290, #1166: pages from before and after a checkpoint in one replica."""
    running = serve(ready)
    before = 0
    with Writing(running) as writing:
        for _ in range(int(seconds_of("KONTOR_RESTORE_LOOPS", 3))):
            wait_for(lambda: len(writing.took) > before + 50)
            found = restored(ready, "latest")
            assert found == [str(number) for number in range(len(found))]
            assert len(found) >= before
            before = len(found)
    wait_for(lambda: is_archived(running))
    assert len(restored(ready, "latest")) == len(writing.took)


def test_a_database_that_others_wrote_to_begins_a_new_epoch_and_says_so(ready):
    """litestream#752: a checkpoint while nothing was shipped made restores impossible."""
    running = serve(ready)
    add(running, "before")
    assert running.stop() == 0
    connection = sqlite3.connect(ready.data / "kontor.db")
    connection.execute("UPDATE customers SET name = 'by another program'")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    running = serve(ready)
    running.wait_for_log("the database was changed or replaced while no archive was kept")
    add(running, "after")
    assert running.stop() == 0
    assert restored(ready, "latest") == ["by another program", "after"]
    assert "changed or replaced" in ready.ok("backup", "status", "--json").json["archive"]["why"]


def test_after_a_restore_in_place_the_archive_goes_on_and_the_old_one_stays(ready):
    """litestream#781: a database from before its replica was silently not shipped any more."""
    running = serve(ready)
    add(running, "one")
    wait_for(lambda: is_archived(running))
    one = next_second()
    add(running, "two")
    wait_for(lambda: is_archived(running))
    two = next_second()
    assert running.stop() == 0
    ready.ok("restore", "--at", iso(one), "--in-place")
    running = serve(ready)
    add(running, "three")
    wait_for(lambda: is_archived(running))
    three = next_second()
    assert running.stop() == 0
    assert restored(ready, "latest") == ["one", "three"]
    assert restored(ready, "--at", iso(three)) == ["one", "three"]
    assert restored(ready, "--at", iso(two)) == ["one", "two"]
    assert ready.ok("verify", "archive").out


def test_the_night_finds_a_missing_first_segment_and_tells_it(ready):
    """litestream#224, #535, #805: a missing first segment was found when it was needed."""
    running = serve(ready)
    for number in range(3):
        add(running, str(number))
        wait_for(lambda: is_archived(running))
        next_second()
    ready.ok("backup", "create")
    assert running.stop() == 0
    [epoch] = [folder for folder in (ready.data / "archive").iterdir() if folder.is_dir()]
    first = min(json.loads(base.read_text())["sequence"] for base in epoch.glob("base-*.json"))
    (gone,) = epoch.glob(f"{first + 1:012}-*.seg")
    gone.unlink()
    status = ready.data / "backups/status.json"
    told = json.loads(status.read_text())
    told["last_backup"]["at"] = "2020-01-01T00:00:00.000Z"  # so a night is due
    status.write_text(json.dumps(told))
    running = ready.serve(env={**ON, "KONTOR_BACKUP_AT": "00:00"})
    running.wait_for_log("the archive is damaged")
    wait_for(lambda: figure(running, "kontor_backup_verify_ok") == 0)
    missing = f"Segment {first + 1} of {epoch.name} is missing"
    assert any(missing in line for line in running.err)
    assert missing in ready.run("verify", "archive").err


def test_an_idle_database_writes_nothing(ready):
    """litestream#1197, #927, #994: gigabytes from a database that nobody used."""
    running = serve(ready)
    add(running, "one")
    wait_for(lambda: is_archived(running))
    folders = [ready.data / "archive", ready.data / "backups"]
    before = sorted(path for folder in folders for path in folder.rglob("*"))
    time.sleep(seconds_of("KONTOR_IDLE_S", 2.5))
    assert running.request("GET", "/api/v1/customers")[0] == 200
    assert sorted(path for folder in folders for path in folder.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_F5_a_full_disk_of_the_archive_stops_no_write_and_hides_nothing(ready):
    archive = ready.data / "archive"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", archive], check=True)
    try:
        running = serve(ready)
        add(running, "before")
        wait_for(lambda: is_archived(running))
        filler = archive / "filler"
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=4k"], check=False, capture_output=True)
        for number in range(20):
            add(running, f"{number} {'x' * 90}")
        wait_for(lambda: figure(running, "kontor_archive_errors_total") > 0)
        wait_for(lambda: figure(running, "kontor_archive_lag_seconds") > 1)
        assert any("the archive cannot be written" in line for line in running.err)
        assert ready.ok("backup", "status", "--json").json["archive"]["behind_ms"] > 0
        add(running, "still")
        filler.unlink()
        wait_for(lambda: is_archived(running))
        assert any("the archive is written again" in line for line in running.err)
        assert figure(running, "kontor_archive_epochs_total") == 1
        assert running.stop() == 0
        assert len(restored(ready, "latest")) == 22
    finally:
        subprocess.run(["umount", "-l", archive], check=True)
