"""Copies of backups in a bucket: a service in this process that checks every signature."""
import hashlib
import io
import pathlib
import re
import socket
import sqlite3
import tarfile
import time

import pytest

from support.s3 import KEY, REGION, SECRET, make_certificate, s3_service
from support.waiting import wait_for


def digest(data):
    return hashlib.sha256(data).hexdigest()


def use(program, service, *more):
    (program.data / "kontor.toml").write_text("\n".join([
        'backup_targets = ["s3://firm/kontor/office"]', f's3_endpoint = "{service.url}"',
        f's3_region = "{REGION}"', f's3_access_key = "{KEY}"', *more]) + "\n")
    secret = program.data.parent / "s3.secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    program.env["KONTOR_S3_SECRET_KEY_FILE"] = str(secret)


@pytest.fixture
def service():
    with s3_service() as made:
        yield made


@pytest.fixture
def office(ready, service):
    use(ready, service)
    ready.service = service
    return ready


def backups_in(service):
    return sorted(name for name in service.objects if "/kontor-" in name)


def test_a_backup_goes_into_the_bucket_with_a_key_that_may_only_add(office):
    office.service.add_only = True
    made = office.ok("backup", "create", "--json")
    [key] = backups_in(office.service)
    name = pathlib.Path(made.json["file"]).name
    assert key == f"kontor/office/{name}"
    assert digest(office.service.objects[key]) == digest(pathlib.Path(made.json["file"]).read_bytes())
    assert made.json["targets"][0]["delivered"] == 1
    assert SECRET not in made.out + made.err


def test_what_was_sent_before_is_not_sent_again_nor_overwritten(office):
    made = office.ok("backup", "create", "--json")
    [state] = (office.data / "backups").glob(".target-*.json")
    state.unlink()
    assert "has 1 of 1 backups" in office.ok("backup", "send").out
    [key] = backups_in(office.service)
    office.service.objects[key], office.service.sums[key] = b"another", digest(b"another")
    state.unlink()
    told = office.run("backup", "send")
    assert told.code == 3 and "is there already, with another content" in told.err
    assert office.service.objects[key] == b"another"
    assert pathlib.Path(made.json["file"]).exists()


def test_a_service_that_stumbles_is_asked_again_and_one_that_refuses_is_told(office):
    office.service.failures = [503]
    assert office.ok("backup", "create", "--json").json["targets"][0]["failures"] == 0
    (office.data.parent / "s3.secret").write_text("WRONG\n")
    told = office.run("backup", "create")
    assert told.code == 3 and "403 SignatureDoesNotMatch" in told.err and "WRONG" not in told.err


def test_a_long_file_goes_in_parts_and_comes_back_over_connections_that_break(office, tmp_path):
    office.env["KONTOR_TEST_S3_PART_BYTES"] = "8192"
    office.service.breaks_of_parts, office.service.add_only = 2, True
    made = office.ok("backup", "create", "--json").json
    content = pathlib.Path(made["file"]).read_bytes()
    [key] = backups_in(office.service)
    assert office.service.objects[key] == content and not office.service.uploads
    parts = -(-len(content) // 8192)
    asked = [method for method, path in office.service.asked if path.endswith(key)]
    assert parts >= 3 and asked.count("PUT") == parts + 2 and asked.count("POST") == 2
    office.service.breaks_of_objects, office.service.add_only = 3, False
    office.service.ranges.clear()
    place = "s3://firm/kontor/office"
    office.ok("restore", "latest", "--from", place, "--to", tmp_path / "new")
    assert len([begin for begin in office.service.ranges if begin]) >= 2
    assert (tmp_path / "new" / "kontor.db").exists()


def test_an_upload_in_parts_that_fails_leaves_none_of_them(office):
    office.env["KONTOR_TEST_S3_PART_BYTES"] = "8192"
    office.service.refused_parts = {2}
    told = office.run("backup", "create")
    assert told.code == 3 and "400 EntityTooSmall" in told.err
    assert not office.service.uploads and not backups_in(office.service)
    office.service.refused_parts = set()
    office.ok("backup", "send")
    assert len(backups_in(office.service)) == 1


def test_a_service_that_is_not_there_slows_no_server(office):
    office.service.close()
    server = office.serve()
    assert server.request("POST", "/api/v1/backups", {})[0] == 202
    server.wait_for_log("backup not copied")
    target = server.request("GET", "/api/v1/backups")[1]["targets"][0]
    assert target["failures"] == 1 and "cannot be reached" in target["error"]
    assert server.stop() == 0


def test_the_service_must_be_the_one_that_its_certificate_says(ready, tmp_path):
    certificate = make_certificate(tmp_path)
    with s3_service(certificate=certificate) as service:
        use(ready, service)
        told = ready.run("backup", "create")
        assert told.code == 3 and re.search("cannot be trusted: self.signed", told.err), told.err
        assert not service.objects
        use(ready, service, f's3_ca_file = "{certificate[0]}"')
        ready.ok("backup", "send")
        assert len(backups_in(service)) == 1


def test_a_certificate_for_another_name_is_refused_though_its_authority_is_known(ready, tmp_path):
    certificate = make_certificate(tmp_path, name="10.0.0.1")
    with s3_service(certificate=certificate) as service:
        use(ready, service, f's3_ca_file = "{certificate[0]}"')
        told = ready.run("backup", "create")
        assert told.code == 3 and "cannot be trusted: IP address mismatch" in told.err, told.err
        assert not service.objects


@pytest.mark.parametrize("line, complaint", [
    ('s3_access_key = ""', "needs s3_access_key and s3_secret_key"),
    ('s3_endpoint = "minio:9000"', "s3_endpoint"),
    ('s3_region = "eu/1"', "s3_region"),
    ('backup_targets = ["s3://Firm/kontor"]', "a bucket of 3 to 63 small letters"),
])
def test_settings_that_cannot_work_are_refused_before_the_start(office, line, complaint):
    name = line.split()[0]
    path = office.data / "kontor.toml"
    kept = [row for row in path.read_text().splitlines() if not row.startswith(name)]
    path.write_text("\n".join([*kept, line]) + "\n")
    assert complaint in office.fails(2, "config", "check").err


def customers(folder):
    connection = sqlite3.connect(folder / "kontor.db")
    rows = connection.execute("SELECT name FROM customers ORDER BY id").fetchall()
    connection.close()
    return [row[0] for row in rows]


def test_a_backup_comes_back_from_the_bucket_to_a_machine_that_has_nothing(office, tmp_path):
    office.ok("backup", "create")
    office.ok("backup", "create")
    listed = office.ok("backup", "list", "--from", "s3://firm/kontor/office", "--json").json
    assert [f"kontor/office/{row['file']}" for row in listed["backups"]] == backups_in(office.service)[::-1]
    planned = office.ok("restore", "latest", "--from", "s3://firm/kontor/office", "--to", tmp_path / "new",
                        "--dry-run", "--json").json
    assert planned["file"] == f"s3://firm/kontor/office/{listed['backups'][0]['file']}"
    assert not (tmp_path / "new").exists()
    office.ok("restore", listed["backups"][1]["file"], "--from", "s3://firm/kontor/office", "--to",
              tmp_path / "new")
    assert (tmp_path / "new" / "kontor.db").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".kontor")]
    assert "no backup" in office.fails(1, "restore", "kontor-x", "--from", "s3://firm/kontor/office",
                                       "--to", tmp_path / "other").err
    assert "3 to 63 small letters" in office.fails(2, "restore", "latest", "--from", "s3://F", "--to",
                                       tmp_path / "other").err


@pytest.mark.parametrize("kind", ["s3", "dir"])
def test_the_archive_goes_along_and_gives_any_second_back(office, tmp_path, kind):
    (tmp_path / "disk").mkdir()
    place = {"s3": "s3://firm/kontor/office", "dir": f"dir:{tmp_path}/disk"}[kind]
    office.env.update(KONTOR_ARCHIVE="on", KONTOR_BACKUP_TARGETS=place)
    server = office.serve()
    server.wait_for_log("base of the archive made")
    assert server.request("POST", "/api/v1/customers", {"name": "early"})[0] == 201
    moment = int(time.time()) + 1
    wait_for(lambda: time.time() >= moment)
    assert server.request("POST", "/api/v1/customers", {"name": "late"})[0] == 201
    assert server.stop() == 0
    sent = office.ok("backup", "send", "--json").json["archive_targets"][0]
    assert sent["failures"] == 0 and sent["sequence"] >= 2
    assert "has the archive up to" in office.ok("backup", "status").out

    office.ok("restore", "latest", "--from", place, "--to", tmp_path / "latest")
    assert customers(tmp_path / "latest") == ["early", "late"]
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
    assert "is whole" in office.ok("verify", "archive", "--from", place).out
    proven = office.ok("verify", "latest", "--drill", "--from", place, "--json").json
    assert proven["passed"] and proven["target"].startswith(place.removeprefix("dir:"))
    told = office.ok("restore", "--at", at, "--from", place.removeprefix("dir:"), "--to",
                     tmp_path / "then", "--json").json
    assert customers(tmp_path / "then") == ["early"] and told["archive"]["segments"] >= 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".kontor")]


def test_what_is_sealed_here_is_sealed_there_and_a_missing_bundle_is_told(office, tmp_path):
    phrase = tmp_path / "phrase"
    phrase.write_text("five words drawn by chance\n")
    phrase.chmod(0o600)
    office.env.update(KONTOR_ARCHIVE="on", KONTOR_BACKUP_PASSPHRASE_FILE=str(phrase))
    server = office.serve()
    server.wait_for_log("base of the archive made")
    bundles = []
    for name in ("one", "two"):
        assert server.request("POST", "/api/v1/customers", {"name": name})[0] == 201
        wait_for(lambda: office.ok("backup", "status", "--json").json["archive"]["behind_ms"] == 0)
        bundles.append(send_bundles(office))
    assert server.stop() == 0
    office.ok("backup", "send")
    segments = [bytes_of for key, data in office.service.objects.items() if "/archive-" in key
                for name, bytes_of in members(data) if name.endswith(".seg")]
    assert segments and all(data.startswith(b"KONTOR SEALED 1\n") for data in segments)
    assert all(key.endswith((".tar.gz.sealed", ".tar")) for key in office.service.objects)
    office.ok("restore", "latest", "--from", "s3://firm/kontor/office", "--to", tmp_path / "new")
    assert customers(tmp_path / "new") == ["one", "two"]

    lost = max(name for key in bundles[0] for name, _ in members(office.service.objects[key])
               if name.endswith(".seg"))
    for key in bundles_in(office.service):
        if lost in dict(members(office.service.objects[key])):
            del office.service.objects[key]
    told = office.fails(14, "verify", "archive", "--from", "s3://firm/kontor/office")
    assert re.search(r"Segment \d+ of \S+ is missing", told.err), told.err


def send_bundles(program):
    """The keys of all bundles after one sending, whoever did it."""
    known = len(program.service.objects)
    wait_for(lambda: program.run("backup", "send").code == 0 and len(program.service.objects) > known)
    return bundles_in(program.service)


def bundles_in(service):
    return [key for key in service.objects if "/archive-" in key]


def members(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return [(entry.name, tar.extractfile(entry).read()) for entry in tar.getmembers()]


def test_a_service_that_hangs_holds_up_no_stop(ready):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ready.env.update(KONTOR_S3_ENDPOINT=f"http://127.0.0.1:{silent.getsockname()[1]}",
                         KONTOR_S3_ACCESS_KEY=KEY, KONTOR_S3_SECRET_KEY="x", KONTOR_BACKUP_TARGETS="s3://firm")
        ready.run("backup", "create", env={"KONTOR_BACKUP_TARGETS": ""})
        server = ready.serve()
        with silent.accept()[0]:
            assert server.request("GET", "/livez")[0] == 200
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 10


def test_who_was_erased_is_erased_again_from_the_bucket_alone(office, tmp_path):
    server = office.serve()
    gone = server.request("POST", "/api/v1/customers", {"name": "Gone"})[1]["id"]
    assert server.stop() == 0
    office.ok("backup", "create")
    office.ok("gdpr", "erase", gone, "--yes")
    office.ok("backup", "send")
    for path in (office.data / "backups").glob("erasures*"):
        path.unlink()
    office.ok("restore", "latest", "--from", "s3://firm/kontor/office", "--to", tmp_path / "new")
    assert "Gone" not in customers(tmp_path / "new")
    assert gone in (tmp_path / "new" / "backups" / "erasures.txt").read_text()
