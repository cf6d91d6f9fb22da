"""The key beside the database: from where it is read, and what a missing or wrong one does."""
import json
import shutil

import pytest


def test_a_missing_key_is_one_clear_message(ready):
    (ready.data / "master.key").unlink()
    for args in (["serve"], ["demo", "clear"]):
        result = ready.fails(12, *args)
        assert f"{ready.data / 'master.key'} is missing" in result.err
        assert "try: put back the master.key" in result.err


def test_a_key_that_is_cut_off_is_no_key(ready):
    (ready.data / "master.key").write_bytes(b"S" * 31)
    result = ready.fails(12, "serve")
    assert "must have 32 bytes" in result.err and "SSS" not in result.err


@pytest.fixture
def opened(ready):
    """A data directory whose database has seen its key."""
    ready.ok("demo", "clear")
    return ready


def test_a_wrong_key_is_noticed_at_start(opened):
    (opened.data / "master.key").write_bytes(b"w" * 32)
    for args in (["serve"], ["demo", "clear"]):
        result = opened.fails(12, *args)
        assert "not the one of this database" in result.err
        assert str(opened.data / "master.key") in result.err
    doctor = opened.run("doctor", "--json")
    key = next(check for check in json.loads(doctor.out)["checks"] if check["name"] == "key")
    assert key["verdict"] == "broken" and "another database" in key["details"][0]


def test_a_credential_of_systemd_wins(opened, tmp_path):
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    env = {"CREDENTIALS_DIRECTORY": str(credentials)}
    opened.ok("demo", "clear", env=env)

    shutil.move(opened.data / "master.key", credentials / "kontor_master_key")
    opened.ok("demo", "clear", env=env)
    assert "kontor_master_key" in opened.ok("doctor", env=env).out
    opened.fails(12, "demo", "clear")

    (opened.data / "master.key").write_bytes((credentials / "kontor_master_key").read_bytes())
    (credentials / "kontor_master_key").write_bytes(b"w" * 32)
    assert "kontor_master_key" in opened.fails(12, "demo", "clear", env=env).err


def test_a_lost_key_is_replaced_at_the_cost_of_second_factors(opened):
    email = "two@example.com"
    opened.ok("user", "add", email, "--role", "owner", "--password-stdin", input="seven green bottles")
    seed = "UPDATE users SET totp_seed = randomblob(60), totp_since = 1"
    opened.ok("sql", "--write", seed)
    assert opened.ok("user", "show", email, "--json").json["two_factor"] is True
    assert "nothing was changed" in opened.fails(1, "init", "--new-key").err
    (opened.data / "master.key").unlink()
    for args in (["serve"], ["user", "reset-2fa", email]):
        assert "kontor init --new-key" in opened.fails(12, *args).err

    told = opened.ok("init", "--new-key")
    assert "Second factors removed: 1" in told.err
    assert len((opened.data / "master.key").read_bytes()) == 32
    assert (opened.data / "master.key").stat().st_mode & 0o777 == 0o600
    assert opened.ok("user", "show", email, "--json").json["two_factor"] is False
    trail = opened.ok("audit", "list", "--json").json["data"]
    assert {"new_master_key", "second_factor_off"} <= {row["action"] for row in trail}
    assert opened.serve().sign_in(email, "seven green bottles").request("GET", "/api/v1/me")[0] == 200
    assert opened.fails(11, "init", "--new-key")
    opened.ok("doctor")


def test_a_new_key_is_made_where_a_wrong_one_lies_only_if_it_is_asked_for(opened):
    (opened.data / "master.key").write_bytes(b"w" * 32)
    assert "kontor init --new-key" in opened.fails(12, "demo", "clear").err
    opened.ok("init", "--new-key")
    opened.ok("demo", "clear")
    assert "stands alone" in opened.fails(2, "init", "--new-key", "--if-missing").err
