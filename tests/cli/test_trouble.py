"""What goes wrong on real machines, each with its own message and exit code."""
import contextlib
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import tempfile

import pytest

from support.waiting import wait_for


def test_not_initialised(program):
    assert "does not exist" in program.fails(10, "serve").err
    for args in (["migrate", "status"], ["migrate", "up"], ["doctor"], ["demo", "clear"]):
        program.fails(10, *args)
    assert not program.data.exists()


def test_a_second_server_names_the_first(ready):
    first = ready.serve()
    result = ready.fails(11, "serve", "--listen", "127.0.0.1:0")
    assert str(first.process.pid) in result.err
    assert first.url in result.err
    ready.fails(11, "migrate", "up")
    assert first.request("GET", "/readyz")[0] == 200


def test_a_lock_of_a_dead_process_holds_nobody_up(ready):
    running = ready.serve()
    running.process.kill()
    running.wait()
    assert ready.serve().request("GET", "/readyz")[0] == 200


def test_port_in_use(ready):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = ready.fails(1, "serve", "--listen", address)
        assert address in result.err and "--listen" in result.err


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
def test_other_machines_are_kept_out_until_there_is_a_user(ready, address):
    assert "no user yet" in ready.fails(2, "serve", "--listen", address).err


def test_an_inherited_socket_for_other_machines_is_refused(ready):
    with socket.create_server(("0.0.0.0", 0)) as wide:
        result = serve_with_socket(ready, wide)
    assert result.returncode == 2
    assert "no user yet" in result.stderr


def serve_with_socket(program, listener):
    """As systemd does it: the socket is descriptor 3, and LISTEN_PID is the server's own."""
    script = f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'
    return subprocess.run(["/bin/bash", "-c", script, "sh", *program.command("serve")],
                          pass_fds=[listener.fileno()], capture_output=True, text=True, timeout=60,
                          check=False)


def flip(path, offset, count=64):
    with open(path, "r+b") as file:
        file.seek(offset)
        before = file.read(count)
        file.seek(offset)
        file.write(bytes(byte ^ 0xFF for byte in before))


def test_a_damaged_header_is_found_before_anything_is_written(ready):
    flip(ready.data / "kontor.db", 0)
    result = ready.run("serve")
    assert result.code in (14, 74), result
    assert "try: " in result.err
    assert ready.run("doctor").code == 14


def test_damaged_pages_are_found_by_doctor(ready):
    for page in range(2, 40, 3):
        flip(ready.data / "kontor.db", page * 4096)
    assert ready.run("doctor", "--json").code == 14


def test_a_file_that_is_no_database(ready):
    (ready.data / "kontor.db").write_bytes(b"hello" * 2000)
    assert ready.run("serve").code in (14, 74)
    assert ready.run("doctor").code == 14


def test_a_database_of_another_program(ready):
    (ready.data / "kontor.db").unlink()
    connection = sqlite3.connect(ready.data / "kontor.db")
    connection.execute("CREATE TABLE notes (text TEXT)")
    connection.commit()
    connection.close()
    ready.fails(14, "serve")


def test_a_changed_migration_is_found(ready):
    connection = sqlite3.connect(ready.data / "kontor.db")
    connection.execute("UPDATE schema_migrations SET checksum = 'x'")
    connection.commit()
    connection.close()
    ready.fails(14, "serve")
    assert ready.run("doctor").code == 14


def test_doctor_explains_a_broken_invariant(ready):
    running = ready.serve()
    status, customer = running.request("POST", "/api/v1/customers", {"name": "An"})
    assert status == 201
    status, product = running.request("POST", "/api/v1/products",
                                      {"sku": "TEA", "name": "Tea", "price": 450})
    assert status == 201
    status, _ = running.request("POST", "/api/v1/orders", {
        "customer_id": customer["id"], "lines": [{"product_id": product["id"], "quantity": 2}]})
    assert status == 201
    assert running.stop() == 0
    ready.ok("doctor")
    connection = sqlite3.connect(ready.data / "kontor.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("PRAGMA ignore_check_constraints=ON")
    connection.execute("UPDATE orders SET subtotal = subtotal + 1")
    connection.commit()
    connection.close()
    result = ready.run("doctor", "--json")
    assert result.code == 14, result
    broken = {check["name"]: check for check in result.json["checks"]
              if check["verdict"] == "corrupt"}
    assert "the order says 901" in broken["invariant.orders_add_up"]["details"][0]
    assert broken["invariant.orders_add_up"]["try"]


def test_doctor_works_while_the_server_runs(ready):
    running = ready.serve()
    lock = next(check for check in ready.ok("doctor", "--json").json["checks"]
                if check["name"] == "lock")
    assert any(str(running.process.pid) in detail for detail in lock["details"])


def test_doctor_sees_files_that_others_can_read(ready):
    os.chmod(ready.data / "master.key", 0o644)
    result = ready.run("doctor", "--json")
    assert result.code == 1
    assert "master.key" in result.out


def test_doctor_sees_an_archive_that_does_not_get_on(ready):
    def archive_in_doctor(**more):
        return next(check for check in ready.run("doctor", "--json", **more).json["checks"] if check["name"] == "archive")

    running = ready.serve(env={"KONTOR_ARCHIVE": "on"})
    assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
    wait_for(lambda: list((ready.data / "archive").rglob("*.seg")))
    wait_for(lambda: "nothing behind" in archive_in_doctor()["details"][0])
    assert archive_in_doctor()["verdict"] == "fine"
    running.end()
    for segment in (ready.data / "archive").rglob("*.seg"):
        os.utime(segment, (0, os.stat(segment).st_mtime - 4000))
    stuck = archive_in_doctor()
    assert stuck["verdict"] == "attention" and "behind by " in stuck["details"][0], stuck
    assert archive_in_doctor(env={"KONTOR_ARCHIVE": "off"})["details"] == ["off: only backups can be restored"]


def test_a_lost_key_is_seen_by_doctor(ready):
    (ready.data / "master.key").unlink()
    assert ready.run("doctor").code == 1


@contextlib.contextmanager
def small_disk(path, megabytes):
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs",
                           str(path)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small file system")
def test_a_full_disk_is_an_io_error_and_leaves_nothing_half_made(program, tmp_path):
    with small_disk(tmp_path / "disk", 8) as disk:
        (disk / "filler").write_bytes(b"x" * 7900 * 1024)
        result = program.fails(74, "init", data=disk / "data")
        assert "disk" in result.err.lower() or "space" in result.err.lower()
        (disk / "filler").unlink()
        program.ok("init", data=disk / "data")


def test_no_file_may_grow_is_an_io_error(program):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

    result = program.run("init", preexec_fn=limit)
    assert result.code == 74, result
    program.ok("init")


def test_a_copy_of_the_directory_serves_as_well(ready, tmp_path):
    shutil.copytree(ready.data, tmp_path / "copy")
    ready.serve(data=tmp_path / "copy")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small file system")
def test_where_there_is_no_room_for_a_base_the_server_says_so_and_serves_on(program, tmp_path):
    with small_disk(tmp_path / "disk", 48) as disk:
        program.ok("init", data=disk / "data")
        running = program.serve(data=disk / "data", env={"KONTOR_ARCHIVE": "on"})
        running.wait_for_log("the archive has no base yet")
        assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
        assert "without a base yet" in program.ok("backup", "status", data=disk / "data").out
        assert running.stop() == 0
        assert sum("no base yet" in line for line in running.err) == 1


def test_a_disk_that_fails_under_a_server_ends_it_and_loses_nothing(ready):
    running = ready.serve()
    status, kept = running.request("POST", "/api/v1/customers", {"name": "An"})
    assert status == 201
    # Every write beyond this size fails as on a broken disk, the write-ahead log's too.
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    status, problem = running.request("POST", "/api/v1/customers", {"name": "Binh"})
    assert status == 503, problem
    assert running.wait() == 74
    assert any("the disk failed" in line for line in running.err)
    again = ready.serve()
    names = [row["name"] for row in again.request("GET", "/api/v1/customers")[1]["data"]]
    assert "An" in names
    assert again.request("GET", f"/api/v1/customers/{kept['id']}")[0] == 200
    assert again.stop() == 0
    ready.ok("doctor")


def test_a_file_in_the_place_of_the_directory(program, tmp_path):
    file = tmp_path / "file"
    file.write_text("hello")
    for verb in (["serve"], ["migrate", "up"], ["demo", "clear"]):
        result = program.fails(1, *verb, data=file)
        assert "is not a directory" in result.err and "--data" in result.err
    assert file.read_text() == "hello"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a file system")
def test_a_read_only_file_system_is_named(program, tmp_path):
    with small_disk(tmp_path / "disk", 64) as disk:
        program.ok("init", data=disk / "data")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for verb in (["serve"], ["demo", "clear"], ["migrate", "up"]):
            result = program.fails(74, *verb, data=disk / "data")
            assert "Read-only file system" in result.err and "mount" in result.err, result


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_another_user_is_told_to_be_the_owner(program):
    def become_somebody():
        os.setgid(12345)
        os.setuid(12345)

    with tempfile.TemporaryDirectory() as open_folder:
        os.chmod(open_folder, 0o755)
        data = os.path.join(open_folder, "data")
        program.ok("init", data=data)
        for verb in (["serve"], ["status"], ["export", "customers"], ["backup", "create"]):
            told = program.fails(2, *verb, data=data, preexec_fn=become_somebody).err
            assert "kontor.toml: Permission denied" in told and "to whom the data directory" in told


def test_every_trouble_has_a_message_of_its_own(ready, tmp_path):
    """The messages that a person meets first, side by side: none can be taken for another."""
    unlike = tmp_path / "unlike"
    unlike.mkdir()
    (unlike / "kontor.db").write_bytes(b"no database" * 1000)
    newer = tmp_path / "newer"
    shutil.copytree(ready.data, newer)
    connection = sqlite3.connect(newer / "kontor.db")
    connection.execute(f"PRAGMA user_version={ready.newest + 1}")
    connection.close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = [ready.fails(10, "serve", data=tmp_path / "missing"),
                ready.fails(1, "serve", "--listen", address), ready.fails(13, "serve", data=newer),
                ready.fails(2, "serve", "--lisen", "x"), ready.fails(2, "config", "check", env={
                    "KONTOR_COLOUR": "red"}), ready.run("serve", data=unlike)]
    assert told[-1].code in (14, 74)
    lines = [result.err.splitlines()[0] for result in told]
    assert len(set(lines)) == len(lines) and all(len(line) < 300 for line in lines), lines
    for result, word in zip(told, ("does not exist", address, "this program knows schemas", "--lisen", "COLOUR", "unlike")):
        assert word in result.err.splitlines()[0] and "try: " in result.err, result


@pytest.mark.parametrize("make", ["folder", "binary", "huge", "broken"])
def test_a_settings_file_that_cannot_be_used_is_named(ready, tmp_path, make):
    file = tmp_path / "settings"
    if make == "folder":
        file.mkdir()
    else:
        file.write_bytes({"binary": b"\xff\x00\x01", "huge": b"#" * 300_000,
                          "broken": b'currency = "EUR'}[make])
    assert str(file) in ready.fails(2, "--config", file, "config", "check").err


def test_a_listening_socket_with_a_path_that_is_too_long(ready, tmp_path):
    path = tmp_path / ("x" * 120)
    assert "107 bytes" in ready.fails(2, "serve", "--listen", f"unix:{path}").err


def test_a_listening_socket_where_a_file_is(ready, tmp_path):
    (tmp_path / "taken").write_text("mine")
    assert "taken" in ready.fails(1, "serve", "--listen", f"unix:{tmp_path}/taken").err
    assert (tmp_path / "taken").read_text() == "mine"
