"""Copies of backups in other places, as a person at a terminal and a running server make them."""
import hashlib
import pathlib

import pytest


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


@pytest.fixture
def targets(ready, tmp_path):
    """A folder on "another disk", and a command that cannot do its work yet."""
    ready.disk, ready.cloud = tmp_path / "disk", tmp_path / "cloud"
    ready.disk.mkdir()
    (ready.data / "kontor.toml").write_text(
        f'backup_targets = ["dir:{ready.disk}", '
        f'"exec:cat > {ready.cloud}/$KONTOR_BACKUP_NAME # --secret HUNTER2"]\n')
    return ready


def test_a_backup_is_copied_and_what_fails_is_told_and_made_up_for(targets, tmp_path):
    made = targets.run("backup", "create", "--json")
    assert made.code == 3 and "exec:cat has 0 of 1 backups; failed once" in made.err
    assert "HUNTER2" not in made.err + made.out
    folder, command = made.json["targets"]
    assert (folder["delivered"], folder["waiting"], folder["failures"]) == (1, 0, 0)
    assert (command["delivered"], command["waiting"], command["failures"]) == (0, 1, 1)
    assert "cloud" in command["error"]
    name = pathlib.Path(made.json["file"]).name
    assert digest(made.json["file"]) == digest(targets.disk / name)
    assert f"dir:{targets.disk} has 1 of 1 backups" in targets.ok("backup", "status").out

    targets.cloud.mkdir()
    assert targets.ok("backup", "send", "--json").json["targets"][1]["failures"] == 0
    assert digest(made.json["file"]) == digest(targets.cloud / name)
    assert targets.ok("backup", "status", "--json").json["targets"][1]["waiting"] == 0

    assert targets.ok("backup", "list", "--from", targets.disk, "--json").json["count"] == 1
    targets.ok("restore", "latest", "--from", targets.disk, "--to", tmp_path / "again")
    assert (tmp_path / "again" / "kontor.db").exists()


def test_pruning_here_removes_nothing_there(targets):
    targets.cloud.mkdir()
    for _ in range(2):
        targets.ok("backup", "create")
    targets.ok("backup", "prune", "--keep", 1, "--daily", 0, "--weekly", 0, "--monthly", 0)
    assert targets.ok("backup", "list", "--json").json["count"] == 1
    assert targets.ok("backup", "list", "--from", targets.disk, "--json").json["count"] == 2
    assert "has 1 of 1 backups" in targets.ok("backup", "send").out


def test_a_running_server_copies_what_it_makes_and_shows_what_fails(targets):
    server = targets.serve()
    status, _ = server.request("POST", "/api/v1/backups", {})
    assert status == 202
    server.wait_for_log("backup copied")
    server.wait_for_log("backup not copied")
    listed = server.request("GET", "/api/v1/backups")[1]
    folder, command = listed["targets"]
    assert (folder["delivered"], folder["failures"]) == (1, 0)
    assert (command["waiting"], command["failures"]) == (1, 1) and command["next_try_at"]
    assert (targets.disk / listed["data"][0]["file"]).exists()
    assert server.stop() == 0
    assert not any("HUNTER2" in line for line in server.err)


def test_targets_that_are_none_are_refused(ready):
    told = ready.fails(2, "config", "check", "--backup-targets", "/mnt/usb")
    assert "dir:/FOLDER" in told.err
    assert "There are no targets" in ready.fails(2, "backup", "send").err
