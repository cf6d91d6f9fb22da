"""A real S3 service of other people's making, and Amazon's own client to read what arrived."""
import contextlib
import hashlib
import json
import pathlib
import subprocess
import time

import pytest

from support.waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests/s3"
BUCKET = "firm-backups"
PART_BYTES = 8192
TARGET = f"s3://{BUCKET}/kontor"


@pytest.fixture(scope="module")
def packages():
    subprocess.run([ROOT / "scripts/web_packages", "tests/s3"], check=True, timeout=300)


@contextlib.contextmanager
def real_service(folder):
    process = subprocess.Popen(["node", TOOLS / "service.mjs", folder, BUCKET], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def read_by_amazons_client(url):
    done = subprocess.run(["node", TOOLS / "read.mjs", url, BUCKET], capture_output=True, text=True,
                          check=True, timeout=60)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_server_keeps_a_real_bucket_within_ten_seconds_of_its_commits(ready, tmp_path, packages):
    (tmp_path / "objects").mkdir()
    secret = tmp_path / "secret"
    secret.write_text("S3RVER")
    secret.chmod(0o600)
    with real_service(tmp_path / "objects") as url:
        ready.env.update(KONTOR_S3_ENDPOINT=url, KONTOR_S3_ACCESS_KEY="S3RVER",
                         KONTOR_S3_SECRET_KEY_FILE=str(secret), KONTOR_BACKUP_TARGETS=TARGET,
                         KONTOR_ARCHIVE="on", KONTOR_TEST_S3_PART_BYTES=str(PART_BYTES))
        server = ready.serve()
        server.wait_for_log("base of the archive made")

        def state():
            return ready.ok("backup", "status", "--json").json

        wait_for(lambda: state()["targets"][0]["delivered"] == 1, seconds=60)
        behind = []
        for number in range(3):
            time.sleep(1.1)  # a second in which nothing was committed before
            assert server.request("POST", "/api/v1/customers", {"name": f"customer {number}"})[0] == 201
            made = time.time()
            second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(made))
            wait_for(lambda: (state()["archive_targets"][0]["last_second"] or "")[:19] >= second,
                     seconds=60)
            behind.append(time.time() - made)
        print("seconds from a commit to the bucket:", [round(each, 1) for each in behind])
        assert min(behind) < 10
        server.process.kill()

        sums = read_by_amazons_client(url)
        [backup] = (ready.data / "backups").glob("kontor-*.tar.gz")
        content = backup.read_bytes()
        assert sums[f"kontor/{backup.name}"] == hashlib.sha256(content).hexdigest()
        assert len(content) > 2 * PART_BYTES
        assert f"ObjectCreated:Post kontor/{backup.name}" in (tmp_path / "objects.log").read_text()  # in parts
        assert len([key for key in sums if key.startswith("kontor/archive-")]) >= 3

        ready.ok("restore", "latest", "--from", TARGET, "--to", tmp_path / "new")
        names = ready.ok("sql", "SELECT name FROM customers ORDER BY id", data=tmp_path / "new").out
        assert [f"customer {number}" in names for number in range(3)] == [True] * 3
