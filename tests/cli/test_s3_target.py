"""Copies of backups in a bucket: a service in this process that checks every signature."""
import hashlib
import pathlib
import re

import pytest

from support.s3 import KEY, REGION, SECRET, make_certificate, s3_service


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


@pytest.mark.parametrize("line, complaint", [
    ('s3_access_key = ""', "needs s3_access_key and s3_secret_key"),
    ('s3_endpoint = "minio:9000"', "s3_endpoint"),
    ('s3_region = "eu/1"', "s3_region"),
])
def test_settings_that_cannot_work_are_refused_before_the_start(office, line, complaint):
    name = line.split()[0]
    path = office.data / "kontor.toml"
    kept = [row for row in path.read_text().splitlines() if not row.startswith(name)]
    path.write_text("\n".join([*kept, line]) + "\n")
    assert complaint in office.fails(2, "config", "check").err
