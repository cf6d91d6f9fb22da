"""Starts in trouble: a disk that fails again and again, that is full, that is read-only, and a damaged
write-ahead log. Each comes up as far as it can, says why, and leaves by a documented way."""
import contextlib
import os
import resource
import subprocess

import pytest

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a file system")


def fail_disk(program):
    """One life of a server whose disk fails: beyond this size every write does."""
    running = program.serve()
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    status, _ = running.request("POST", "/api/v1/customers", {"name": "Unknown"})
    assert status == 503
    assert running.wait() == 74


def test_F3_after_three_failures_of_the_disk_the_server_is_read_only_until_told_otherwise(ready):
    running = ready.serve()
    assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
    assert running.stop() == 0
    for _ in range(3):
        fail_disk(ready)

    running = ready.serve()
    running.wait_for_log("read-only")
    status, customers = running.request("GET", "/api/v1/customers")
    assert status == 200 and "An" in [row["name"] for row in customers["data"]]
    status, not_ready = running.request("GET", "/readyz")
    assert status == 503
    assert "3 times in a row" in not_ready["checks"]["write"]["detail"]
    assert running.request("GET", "/health")[1]["database"] == "read_only"
    assert "3 times in a row" in ready.ok("status", "--json").json["database"]["read_only"]
    status, problem = running.request("POST", "/api/v1/customers", {"name": "Binh"})
    assert status == 503
    assert problem["code"] == "read_only"
    assert "--writable" in problem["detail"]
    assert running.stop() == 0

    report = ready.run("doctor", "--json")
    assert report.code == 1
    failures = next(check for check in report.json["checks"] if check["name"] == "failures")
    assert len(failures["details"]) == 3
    assert "kontor serve --writable" in failures["try"]

    running = ready.serve("--writable")
    assert running.request("GET", "/readyz")[0] == 200
    assert running.request("POST", "/api/v1/customers", {"name": "Binh"})[0] == 201
    assert running.stop() == 0
    ready.ok("doctor")
    assert ready.serve().request("GET", "/readyz")[0] == 200


def test_F1_kills_are_no_failures_of_the_disk(ready):
    for _ in range(4):
        running = ready.serve()
        assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
        running.process.kill()
        running.wait()
    assert ready.serve().request("GET", "/readyz")[0] == 200


@contextlib.contextmanager
def mounted(path, *options):
    path.mkdir()
    done = subprocess.run(["mount", *options, str(path)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def fill(path):
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as filler:
        while filler.write(b"x" * 65536):
            pass


@AS_ROOT
def test_F5_a_start_on_a_full_disk_serves_reads_and_writes_when_there_is_room(program, tmp_path):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=160m,mode=0700", "tmpfs") as disk:
        program.data = disk / "data"
        program.ok("init")
        running = program.serve()
        assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
        assert running.stop() == 0
        fill(disk / "filler")
        running = program.serve()
        running.wait_for_log("the disk is full")
        status, customers = running.request("GET", "/api/v1/customers")
        assert status == 200 and [row["name"] for row in customers["data"]] == ["An"]
        assert running.request("GET", "/readyz")[0] == 503
        status, problem = running.request("POST", "/api/v1/customers", {"name": "Binh"})
        assert status == 507 and problem["code"] == "disk_full"
        (disk / "filler").unlink()
        while status == 507:
            status, problem = running.request("POST", "/api/v1/customers", {"name": "Binh"})
        assert status == 201, problem
        assert running.stop() == 0
        program.ok("doctor")


@AS_ROOT
def test_F6_a_file_system_that_turns_read_only_ends_the_server_and_is_named_at_the_start(program, tmp_path):
    image = tmp_path / "image"
    with open(image, "wb") as file:
        file.truncate(128 * 1024 * 1024)
    subprocess.run(["/sbin/mkfs.ext4", "-q", image], check=True, capture_output=True)
    with mounted(tmp_path / "disk", "-o", "loop", str(image)) as disk:
        program.data = disk / "data"
        program.ok("init")
        running = program.serve()
        assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
        # What ext4 does by itself when its disk fails under it.
        subprocess.run(["mount", "-o", "remount,abort", str(disk)], check=False, capture_output=True)
        status, problem = running.request("POST", "/api/v1/customers", {"name": "Binh"})
        assert status == 503, problem
        assert running.wait() == 74
        refused = program.fails(74, "serve")
        assert "ead-only file system" in refused.err


def kill_with_log(program, customers):
    """A server that is killed, so that all its commits are in the log only."""
    running = program.serve()
    for number in range(customers):
        assert running.request("POST", "/api/v1/customers", {"name": f"Number {number}"})[0] == 201
    running.process.kill()
    running.wait()
    return program.data / "kontor.db-wal"


def flip_bit(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


def test_F7_a_damaged_log_is_refused_until_the_loss_is_accepted_and_a_copy_is_kept(ready):
    wal = kill_with_log(ready, 20)
    flip_bit(wal, wal.stat().st_size // 2)
    damaged = wal.read_bytes()
    refused = ready.fails(14, "serve")
    assert "would drop acknowledged writes" in refused.err
    assert "kontor serve --accept-wal-loss" in refused.err
    ready.fails(14, "migrate", "up")
    assert wal.read_bytes() == damaged

    running = ready.serve("--accept-wal-loss")
    running.wait_for_log("commits were given up")
    names = [row["name"] for row in
             running.request("GET", "/api/v1/customers?sort=created_at")[1]["data"]]
    assert names == [f"Number {number}" for number in range(len(names))]
    assert 0 < len(names) < 20
    assert running.stop() == 0
    kept = next(ready.data.glob("damaged-*"))
    assert (kept / "kontor.db-wal").read_bytes() == damaged
    assert kept.stat().st_mode & 0o077 == 0
    ready.ok("doctor")
    assert ready.serve().request("GET", "/readyz")[0] == 200


def test_accepting_a_loss_where_nothing_is_damaged_loses_nothing(ready):
    kill_with_log(ready, 5)
    running = ready.serve("--accept-wal-loss")
    assert len(running.request("GET", "/api/v1/customers")[1]["data"]) == 5
    assert not list(ready.data.glob("damaged-*"))
