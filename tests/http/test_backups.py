"""What backups there are, over HTTP; how they are made and proven is the command line's."""
from support.program import Program


def listed(running):
    status, told = running.request("GET", "/api/v1/backups")
    assert status == 200, told
    return told


def test_backups_are_listed_with_the_last_proof(tmp_path):
    with Program(tmp_path / "data") as program:
        program.ok("init")
        running = program.serve()
        empty = listed(running)
        assert empty["data"] == [] and empty["status"]["last_backup"] is None
        program.ok("backup", "create", "--reason", "before the fair")
        program.ok("verify", "latest", "--drill")
        told = listed(running)
        assert [entry["reason"] for entry in told["data"]] == ["before the fair"]
        assert told["status"]["last_backup"]["file"] == told["data"][0]["file"]
        assert told["status"]["last_passed_proof"]["rows"] == told["data"][0]["rows"]
        assert str(program.data) not in str(told)


def test_the_list_is_as_the_reference_says(api):
    api.get("/api/v1/backups", expect=200)
    api.post("/api/v1/backups", {}, expect=405)
