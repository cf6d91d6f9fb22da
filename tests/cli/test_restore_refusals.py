"""F12: backups that are whole, sealed and wrong. Each is refused, and not a byte of the live data
changes."""
import hashlib
import json
import sqlite3

import pytest

from support.sealed_backup import describe, entries_of, write_backup

SHA = "0" * 64


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory):
    from support.program import Program
    with Program(tmp_path_factory.mktemp("refusals") / "data") as program:
        program.ok("init")
        program.backup = entries_of(program.ok("backup", "create", "--json").json["file"])
        yield program


def live_bytes(program):
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in program.data.rglob("*") if file.is_file() and file.name != "kontor.lock" and "backups" not in file.parts}


def with_database(entries, manifest, folder, statement):
    file = folder / "changed.db"
    file.write_bytes(entries["kontor.db"])
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()
    entries["kontor.db"] = file.read_bytes()
    describe(manifest, "kontor.db", entries["kontor.db"])


def newer_format(entries, manifest, _):
    manifest["format"] = 2


def no_such_format(entries, manifest, _):
    manifest["format"] = 0


def newer_schema(entries, manifest, folder):
    manifest["schema_version"] += 1
    with_database(entries, manifest, folder, f"PRAGMA user_version={manifest['schema_version']}")


def another_version_than_the_manifest(entries, manifest, _):
    manifest["schema_version"] -= 1


def another_schema(entries, manifest, _):
    manifest["schema_sha256"] = SHA


def a_database_of_another_program(entries, manifest, folder):
    with_database(entries, manifest, folder, "PRAGMA application_id=7")


def a_changed_history(entries, manifest, folder):
    with_database(entries, manifest, folder, "UPDATE schema_migrations SET checksum = 'x'")


def a_file_that_is_not_there(entries, manifest, _):
    manifest["files"].append({"path": "files/ab/cd", "bytes": 0, "sha256": SHA})


def a_file_too_many(entries, manifest, _):
    entries["files/ab/cd"] = b"x"


def another_file_than_told(entries, manifest, _):
    entries["kontor.toml"] += b"\n"


def another_hash_than_told(entries, manifest, _):
    manifest["files"][1]["sha256"] = SHA


def more_rows_than_there_are(entries, manifest, _):
    manifest["tables"][0]["rows"] += 1
    manifest["rows"] += 1


def a_table_less_than_there_is(entries, manifest, _):
    manifest["tables"].pop()


def a_way_out_of_the_directory(entries, manifest, _):
    manifest["files"][1]["path"] = "files/../../kontor.toml"


def no_database(entries, manifest, _):
    del entries["kontor.db"]
    manifest["files"].pop(0)


def no_manifest(entries, manifest, _):
    del entries["manifest.json"]
    return "none"


def a_manifest_of_something_else(entries, manifest, _):
    manifest.clear()
    manifest["name"] = "kontor"


CASES = [(newer_format, 13), (no_such_format, 14), (newer_schema, 13),
         (another_version_than_the_manifest, 14), (another_schema, 14),
         (a_database_of_another_program, 14), (a_changed_history, 14), (a_file_that_is_not_there, 14),
         (a_file_too_many, 14), (another_file_than_told, 14), (another_hash_than_told, 14),
         (more_rows_than_there_are, 14), (a_table_less_than_there_is, 14),
         (a_way_out_of_the_directory, 14), (no_database, 14), (no_manifest, 14),
         (a_manifest_of_something_else, 14)]


@pytest.mark.parametrize("change, code", CASES, ids=[change.__name__ for change, _ in CASES])
def test_F12_a_backup_that_is_wrong_is_refused_and_nothing_changes(backed_up, tmp_path, change, code):
    entries = dict(backed_up.backup)
    manifest = json.loads(entries["manifest.json"])
    kept = change(entries, manifest, tmp_path) != "none"
    file = write_backup(tmp_path / "kontor-wrong.tar.gz", entries, manifest if kept else None)
    before = live_bytes(backed_up)
    for args in (["restore", file, "--in-place"], ["restore", file, "--to", tmp_path / "copy"],
                 ["verify", file, "--drill"]):
        assert str(file) in backed_up.fails(code, *args).err
    assert live_bytes(backed_up) == before
    assert not (tmp_path / "copy").exists()


def test_the_same_backup_put_together_without_a_change_is_taken(backed_up, tmp_path):
    file = write_backup(tmp_path / "kontor-same.tar.gz", backed_up.backup)
    assert backed_up.ok("verify", file, "--drill", "--json").json["passed"] is True
    backed_up.ok("restore", file, "--to", tmp_path / "copy")
