"""Backup, proof, restore and undo, as a person at a terminal uses them."""
import json
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import threading

import pytest


def row_count(path, table="customers"):
    connection = sqlite3.connect(path)
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return count


def customer(name):
    return {"kind": "person", "name": name}


def add_customers(program, names):
    server = program.serve()
    for name in names:
        status, _ = server.request("POST", "/api/v1/customers", customer(name))
        assert status == 201
    assert server.stop() == 0


def customers_of(program, data=None):
    return row_count((data or program.data) / "kontor.db")


def create(program, *args):
    return program.ok("backup", "create", "--json", *args).json


@pytest.fixture
def filled(ready):
    """Three customers and a backup of them, then a fourth customer."""
    add_customers(ready, ["An", "Binh", "Chi"])
    ready.backup = create(ready)
    add_customers(ready, ["Dung"])
    return ready


def in_place(program, *args):
    return program.ok("restore", "latest", "--in-place", "--json", *args).json


def test_a_backup_tells_its_counts_and_is_listed(filled):
    assert filled.backup["tables"]["customers"] == 3
    listed = filled.ok("backup", "list", "--json").json
    assert listed["count"] == 1 and listed["backups"][0]["rows"] == filled.backup["rows"]
    status = filled.ok("backup", "status", "--json").json
    assert status["last_backup"]["reason"] == "manual" and status["last_proof"] is None
    assert "last backup" in filled.ok("backup", "status").out


def test_a_backup_can_be_unpacked_and_checked_without_kontor(filled, tmp_path):
    with tarfile.open(filled.backup["file"]) as archive:
        names = archive.getnames()
        archive.extractall(tmp_path / "out")
    assert names[:3] == ["manifest.json", "SHA256SUMS", "kontor.db"]
    assert not any("master.key" in name for name in names)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert "master.key" in manifest["left_out"]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=True)
    assert row_count(tmp_path / "out" / "kontor.db") == 3


def test_a_backup_under_load_is_one_moment_and_loses_nothing_before_it(ready):
    server = ready.serve()
    done, ending = [], threading.Event()

    def write():
        connection = server.connect()
        number = 0
        while not ending.is_set():
            status, _ = server.request("POST", "/api/v1/customers", customer(f"C {number}"),
                                       connection=connection)
            assert status == 201
            done.append(number)
            number += 1
            if number == 20:
                begun.set()

    begun = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    before = len(done)
    made = create(ready)
    after = len(done)
    ending.set()
    writer.join()
    assert before <= made["tables"]["customers"] <= after + 1
    assert ready.ok("verify", "latest", "--json").json["passed"] is True


def test_a_restore_in_place_and_its_undo(filled):
    told = in_place(filled)
    assert customers_of(filled) == 3 and told["aside"]
    server = filled.serve()  # the log of the old database is nowhere near
    assert server.request("GET", "/api/v1/customers?count=exact")[1]["count"] == 3
    server.stop()
    filled.ok("restore", "--undo")
    assert customers_of(filled) == 4
    filled.ok("verify")


def test_a_dry_run_tells_the_plan_and_changes_nothing(filled):
    told = in_place(filled, "--dry-run")
    assert told["dry_run"] and told["rows"] == filled.backup["rows"]
    assert told["needed_bytes"] > told["bytes"] and told["free_bytes"] > 0
    assert customers_of(filled) == 4
    assert not list(filled.data.glob("before-restore-*"))


def test_a_restore_to_a_new_directory_can_be_served(filled, tmp_path):
    target = tmp_path / "moved"
    filled.ok("restore", filled.backup["file"], "--to", target)
    assert customers_of(filled) == 4 and customers_of(filled, target) == 3
    shutil.copy(filled.data / "master.key", target)
    server = filled.serve(data=target)
    assert server.request("GET", "/api/v1/customers?count=exact")[1]["count"] == 3
    server.stop()
    filled.fails(1, "restore", "latest", "--to", target)


def test_a_directory_that_lost_its_database_is_restored_in_place(filled):
    for file in filled.data.glob("kontor.db*"):
        file.unlink()
    in_place(filled)
    assert customers_of(filled) == 3


def test_while_a_server_runs_only_a_restore_beside_it_is_possible(filled, tmp_path):
    server = filled.serve()
    for args in (["latest", "--in-place"], ["--undo"]):
        refused = filled.fails(11, "restore", *args)
        assert str(server.process.pid) in refused.err and server.url in refused.err
    filled.ok("restore", "latest", "--to", tmp_path / "beside")
    filled.ok("verify")
    filled.ok("verify", "latest", "--drill")


def test_a_log_beside_the_old_database_goes_with_it(filled):
    server = filled.serve()
    server.request("POST", "/api/v1/customers", customer("Em"))
    server.send(signal.SIGKILL)
    server.wait()
    assert (filled.data / "kontor.db-wal").stat().st_size > 0
    told = in_place(filled)
    assert not (filled.data / "kontor.db-wal").exists()
    assert customers_of(filled) == 3
    filled.ok("restore", "--undo")
    assert told["aside"] not in map(str, filled.data.iterdir())
    server = filled.serve()
    assert server.request("GET", "/api/v1/customers?count=exact")[1]["count"] == 5


def damage(file, change):
    content = bytearray(open(file, "rb").read())
    with open(file, "wb") as out:
        out.write(change(content))


def flip(content):
    content[len(content) // 2] ^= 4
    return content


@pytest.mark.parametrize("change, word", [
    (flip, "damaged"), (lambda content: content[:len(content) // 3], "ends too early"),
    (lambda content: b"PK" + content[2:], "no backup of Kontor")])
def test_a_backup_that_is_not_sound_is_refused_with_what_to_restore_instead(filled, change, word):
    second = create(filled)
    damage(second["file"], change)
    before = (filled.data / "kontor.db").read_bytes()
    for args in (["verify", second["file"]], ["verify", second["file"], "--drill"],
                 ["restore", second["file"], "--in-place"]):
        refused = filled.fails(14, *args)
        assert word in refused.err and second["file"] in refused.err
        assert filled.backup["file"].rsplit("/", 1)[1] in refused.err  # the one that can be
    assert (filled.data / "kontor.db").read_bytes() == before
    assert not list(filled.data.glob(".kontor-staging-*"))
    assert "failed" in filled.ok("backup", "status").out


def test_a_newer_schema_is_refused_and_nothing_is_touched(filled):
    connection = sqlite3.connect(filled.data / "kontor.db")
    connection.execute(f"PRAGMA user_version={filled.newest + 1}")
    connection.close()
    create(filled)
    before = (filled.data / "kontor.db").read_bytes()
    for args in (["restore", "latest", "--in-place"], ["verify", "latest", "--drill"]):
        assert "schema" in filled.fails(13, *args).err
    assert (filled.data / "kontor.db").read_bytes() == before


def test_an_older_schema_is_brought_up(ready):
    ready.ok("migrate", "down", "--allow-data-loss")
    create(ready)
    ready.ok("migrate", "up")
    in_place(ready)
    status = ready.ok("migrate", "status", "--json").json
    assert status["current"] == ready.newest


def test_a_drill_is_recorded_and_leaves_nothing(filled):
    told = filled.ok("verify", "latest", "--drill", "--json").json
    assert told["drill"] and told["rows"] == filled.backup["rows"]
    status = filled.ok("backup", "status", "--json").json
    assert status["last_proof"]["passed"] and status["last_proof"]["rows"] == told["rows"]
    assert "last proven restore" in filled.ok("backup", "status").out
    assert [file.name for file in (filled.data / "backups").iterdir()
            if file.name.startswith(".kontor-staging")] == []


def test_what_contradicts_itself_fails_the_live_check_and_the_drill(filled):
    connection = sqlite3.connect(filled.data / "kontor.db")
    connection.execute("UPDATE stats_records SET live = live + 1 WHERE collection = 'customers'")
    connection.commit()
    connection.close()
    assert "customers: the figure says 5, there are 4" in filled.fails(14, "verify").err
    create(filled)
    assert "customers: the figure says 5" in filled.fails(14, "verify", "latest", "--drill").err
    status = filled.ok("backup", "status", "--json").json
    assert status["last_proof"]["passed"] is False
    before = (filled.data / "kontor.db").read_bytes()
    filled.fails(14, "restore", "latest", "--in-place")
    assert (filled.data / "kontor.db").read_bytes() == before


def test_prune_tells_why_and_never_takes_the_last_good_one(filled):
    for _ in range(2):
        create(filled)
    told = filled.ok("backup", "prune", "--keep", 0, "--daily", 0, "--weekly", 0, "--monthly", 0,
                     "--dry-run", "--json").json
    assert told["removed"] == 2 and told["backups"][0]["reason"] == "the newest"
    assert filled.ok("backup", "list", "--json").json["count"] == 3
    filled.ok("backup", "prune", "--keep", 0, "--daily", 0, "--weekly", 0, "--monthly", 0)
    assert filled.ok("backup", "list", "--json").json["count"] == 1


def test_nothing_to_restore_and_wrong_usage_are_said(ready):
    ready.fails(1, "restore", "latest", "--in-place")
    ready.fails(1, "restore", "--undo")
    ready.fails(1, "verify", "no-such-file")
    ready.fails(2, "restore", "latest")
    ready.fails(2, "restore", "--undo", "--in-place")
    ready.fails(1, "verify", "archive")
    ready.fails(1, "restore", "--at", "2026-11-21T09:15:00Z", "--in-place")
    ready.fails(2, "restore", "--at", "2026-11-21T09:15:00.5Z", "--in-place")
    ready.fails(2, "restore", "--at", "2999-01-01T00:00:00Z", "--in-place")
    ready.fails(2, "restore", "--at", "yesterday", "--in-place")
    ready.fails(2, "restore", "latest", "--at", "2026-11-21T09:15:00Z", "--in-place")
    ready.fails(2, "backup", "creat")
    ready.fails(2, "backup", "prune", "--keep", -1)
    assert "no backup yet" in ready.ok("backup", "status").out


def test_without_a_data_directory(program):
    program.fails(10, "backup", "create")
    program.fails(10, "backup", "list")
    program.fails(10, "verify")


def test_a_full_disk_stops_a_backup_before_it_begins(filled, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this user cannot mount a small disk")
    try:
        assert "free" in filled.fails(74, "backup", "create", "--to", small).err
        assert list(small.iterdir()) == []
        assert filled.ok("backup", "list", "--json").json["count"] == 1
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.slow
def test_killed_at_any_moment_a_restore_leaves_old_or_new(filled):
    for round_number in range(12):
        process = subprocess.Popen(filled.command("restore", "latest", "--in-place"),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(0.005 * (round_number + 1) ** 1.5)  # a moment that is different each time
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        filled.ok("migrate", "up")  # any verb that opens the database finishes what was begun
        count = customers_of(filled)
        assert count in (3, 4)
        assert not list(filled.data.glob(".kontor-staging-*"))
        assert not (filled.data / "restore.journal").exists()
        if count == 3:
            filled.ok("restore", "--undo")
