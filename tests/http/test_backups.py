"""Backups over HTTP: what there are, and making and proving them; the rest is the command line's."""
import time

import pytest
from support.program import Program
from support.waiting import wait_for

LIMIT_S = 60


def listed(running):
    status, told = running.request("GET", "/api/v1/backups")
    assert status == 200, told
    return told


def finished(api):
    """The job that was begun, once it is over."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        told = api.get("/api/v1/backups").json
        if told["job"]["state"] != "running":
            return told
    raise AssertionError(f"the job does not end: {told['job']}")


def test_backups_are_listed_with_the_last_proof(tmp_path):
    with Program(tmp_path / "data") as program:
        program.ok("init")
        running = program.serve()
        empty = listed(running)
        assert empty["data"] == [] and empty["status"]["last_backup"] is None and empty["job"] is None
        program.ok("backup", "create", "--reason", "before the fair")
        program.ok("verify", "latest", "--drill")
        told = listed(running)
        assert [entry["reason"] for entry in told["data"]] == ["before the fair"]
        assert told["status"]["last_backup"]["file"] == told["data"][0]["file"]
        assert told["status"]["last_passed_proof"]["rows"] == told["data"][0]["rows"]
        assert str(program.data) not in str(told)


def metrics(running):
    own = running.connect()
    own.request("GET", "/metrics")
    text = own.getresponse().read().decode()
    own.close()
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))


class TestArchive:
    """What lies between backups: how far back it goes, how far behind it is, and how far it has come elsewhere."""

    @pytest.fixture
    def firm(self, tmp_path):
        with Program(tmp_path / "data") as program:
            program.ok("init")
            yield program

    def test_it_is_told_from_when_on_every_second_can_be_restored_here_and_elsewhere(self, firm, tmp_path):
        there, missing = tmp_path / "usb", tmp_path / "missing"
        there.mkdir()
        running = firm.serve(env={"KONTOR_ARCHIVE": "on", "KONTOR_BACKUP_TARGETS": f"dir:{there},dir:{missing}"})
        assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
        told = wait_for(lambda: (now := listed(running))["archive"]["behind_ms"] == 0 and now["archive"]["since"]
                        and now["archive_targets"][0]["last_second"] and now["archive_targets"][1]["failures"]
                        and now["targets"][1]["failures"] and now)
        archive = told["archive"]
        assert archive["on"] and archive["trouble"] == "" and archive["why"] == "there was no archive"
        assert archive["since"] <= archive["last_second"]
        good, bad = told["archive_targets"]
        assert (good["failures"], good["failing_since"], good["error"]) == (0, None, "")
        assert str(missing) in bad["error"] and bad["failing_since"] <= bad["failed_at"] < bad["next_try_at"]
        assert told["targets"][1]["failing_since"]
        figures = metrics(running)
        assert figures["kontor_archive_trouble"] == "0"
        for kind in ("archive", "backup"):
            assert figures[f'kontor_{kind}_target_failures{{target="dir:{there}"}}'] == "0"
            assert int(figures[f'kontor_{kind}_target_failures{{target="dir:{missing}"}}']) > 0

    def test_one_that_is_off_says_so(self, firm):
        archive = listed(firm.serve())["archive"]
        assert (archive["on"], archive["since"], archive["last_second"]) == (False, None, None)

    def test_what_cannot_be_written_is_told_with_its_reason_until_it_can(self, firm, tmp_path):
        running = firm.serve(env={"KONTOR_ARCHIVE": "on"})
        wait_for(lambda: listed(running)["archive"]["since"])
        (firm.data / "archive").rename(tmp_path / "aside")
        (firm.data / "archive").write_text("no folder")
        assert running.request("POST", "/api/v1/customers", {"name": "An"})[0] == 201
        told = wait_for(lambda: (now := listed(running)["archive"])["trouble"] and now)
        assert str(firm.data / "archive") in told["trouble"]
        wait_for(lambda: metrics(running)["kontor_archive_trouble"] == "1")
        (firm.data / "archive").unlink()
        (tmp_path / "aside").rename(firm.data / "archive")
        wait_for(lambda: metrics(running)["kontor_archive_trouble"] == "0")
        assert listed(running)["archive"]["trouble"] == ""

    def test_a_failed_drill_of_the_archive_is_not_hidden_by_a_good_one_of_a_backup(self, firm):
        running = firm.serve(env={"KONTOR_ARCHIVE": "on"})
        base = wait_for(lambda: (now := listed(running))["archive"]["since"] and now["data"])[0]["file"]
        assert running.stop() == 0
        good = (firm.data / "backups" / base).read_bytes()
        (firm.data / "backups" / base).write_bytes(good[:-100])
        firm.run("verify", "archive", "--drill")
        firm.ok("backup", "create")
        firm.ok("verify", "latest", "--drill")
        running = firm.serve()
        status = listed(running)["status"]
        assert status["last_proof"]["passed"] and not status["last_archive_proof"]["passed"]
        assert metrics(running)["kontor_backup_verify_ok"] == "0"
        assert "drill of the archive" in firm.ok("backup", "status").out


class TestJobs:
    def test_a_backup_is_made_and_proven_in_the_background(self, start):
        server = start(owner="session")
        api = server.client
        begun = api.post("/api/v1/backups", {"reason": "before the fair"}, expect=202).json
        assert begun["kind"] == "create" and begun["state"] == "running" and begun["file"] is None
        made = finished(api)
        assert made["job"]["id"] == begun["id"] and made["job"]["state"] == "done", made["job"]
        entry = made["data"][0]
        assert made["job"]["file"] == entry["file"] == made["status"]["last_backup"]["file"]
        assert entry["reason"] == "before the fair" and entry["readable"]

        api.post(f"/api/v1/backups/{entry['file']}/verify", {}, expect=202)
        proven = finished(api)
        assert proven["job"]["kind"] == "verify" and proven["job"]["state"] == "done", proven["job"]
        assert proven["status"]["last_passed_proof"] is None

        api.post(f"/api/v1/backups/{entry['file']}/verify", {"drill": True}, expect=202)
        drilled = finished(api)
        assert drilled["job"]["kind"] == "drill" and drilled["job"]["state"] == "done", drilled["job"]
        assert drilled["status"]["last_passed_proof"]["file"] == entry["file"]
        assert str(server.data) not in str(drilled)

        event = next(row for row in api.get("/api/v1/audit?limit=50").json["data"]
                     if row["collection"] == "backups" and row["action"] == "create")
        assert event["actor"]["email"] == "owner@example.com"

    def test_a_server_that_stops_does_not_wait_for_a_backup(self, start):
        server = start()
        for number in range(50):
            server.client.post("/api/v1/customers", {"name": f"Customer {number}"})
        assert server.client.post("/api/v1/backups", {}, expect=202).json["state"] == "running"
        assert server.stop() == 0
        assert not any("backup job failed" in line for line in server.lines)

    def test_a_backup_that_is_damaged_is_told(self, start):
        server = start()
        api = server.client
        api.post("/api/v1/backups", {}, expect=202)
        name = finished(api)["job"]["file"]
        file = server.data / "backups" / name
        body = bytearray(file.read_bytes())
        body[len(body) // 2] ^= 0xFF
        file.write_bytes(body)
        api.post(f"/api/v1/backups/{name}/verify", {}, expect=202)
        told = finished(api)
        assert told["job"]["state"] == "failed" and told["job"]["error"]
        assert api.get("/api/v1/backups").json["job"] == told["job"]

    @pytest.mark.parametrize("name", ["kontor-nothing.tar.gz", "latest", "status.json", "..", "%2e%2e%2fkontor.db"])
    def test_only_what_is_in_the_list_is_looked_at(self, api, name):
        reply = api.call("POST", f"/api/v1/backups/{name}/verify", {}, check=False)
        assert reply.status in (400, 404), reply

    def test_what_is_asked_for_is_checked(self, api):
        assert api.post("/api/v1/backups", {"reason": 5}, expect=422).pointers == ["/reason"]
        assert api.post("/api/v1/backups", {"reasons": "x"}, expect=422).pointers == ["/reasons"]
        assert api.post("/api/v1/backups/x/verify", {"drill": "yes"}, expect=422).pointers == ["/drill"]
