"""Sealed backups, as a person at a terminal makes, lists, proves and restores them."""
import json
import stat

import pytest

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def sealed(ready, tmp_path):
    """A data directory whose backups are sealed for a key that lies elsewhere; one is made."""
    ready.key = tmp_path / "elsewhere.key"
    ready.recipient = ready.ok("backup", "key", "create", "--out", ready.key).out.strip()
    (ready.data / "kontor.toml").write_text(f'backup_recipients = ["{ready.recipient}"]\n')
    ready.made = ready.ok("backup", "create", "--json").json
    return ready


def test_the_server_makes_what_only_the_key_opens(sealed, tmp_path):
    assert stat.S_IMODE(sealed.key.stat().st_mode) == 0o600
    assert sealed.made["sealed"] and sealed.made["file"].endswith(".sealed")
    assert "kontor_key_" not in sealed.recipient

    listed = sealed.ok("backup", "list", "--json").json["backups"][0]
    assert (listed["readable"], listed["sealed"], listed["closed"]) == (False, True, True)
    assert "sealed, cannot be proved here" in sealed.ok("backup", "list").out
    assert "cannot be proved here" in sealed.ok("backup", "status").out
    for args in (["verify", "latest"], ["verify", "latest", "--drill"],
                 ["restore", "latest", "--to", tmp_path / "new"]):
        refused = sealed.fails(12, *args)
        assert "is sealed for key" in refused.err and "try: name the file of its secret key" in refused.err
    assert sealed.ok("backup", "status", "--json").json["last_proof"] is None
    assert not (tmp_path / "new").exists()

    with_key = ["--key-file", sealed.key]
    assert sealed.ok("backup", "list", "--json", *with_key).json["backups"][0]["readable"]
    assert "restored and proven" in sealed.ok("verify", "latest", "--drill", *with_key).out
    restored = sealed.ok("restore", "latest", "--to", tmp_path / "new", *with_key)
    assert "master.key came with it" in restored.out
    assert (tmp_path / "new" / "master.key").read_bytes() == (sealed.data / "master.key").read_bytes()
    assert sealed.ok("doctor", data=tmp_path / "new").code == 0


def test_another_key_is_exit_12_and_a_damaged_file_is_14(sealed, tmp_path):
    sealed.ok("backup", "key", "create", "--out", tmp_path / "other.key")
    refused = sealed.fails(12, "verify", "latest", "--key-file", tmp_path / "other.key")
    assert "what was given here does not open it" in refused.err
    sealed.fails(2, "verify", "latest", "--key-file", tmp_path / "none.key")
    half = tmp_path / "half.key"
    half.write_text(sealed.recipient + "\n")
    wrong = sealed.fails(2, "verify", "latest", "--key-file", half)
    assert "line 1, is no secret key" in wrong.err and sealed.recipient[12:] not in wrong.err

    with open(sealed.made["file"], "r+b") as file:
        file.seek(-1000, 2)
        byte = file.read(1)
        file.seek(-1000, 2)
        file.write(bytes([byte[0] ^ 1]))
    sealed.fails(14, "verify", sealed.made["file"], "--key-file", sealed.key)


def test_a_passphrase_seals_and_opens_and_is_changed(ready, tmp_path):
    file = tmp_path / "passphrase"
    env = {"KONTOR_BACKUP_PASSPHRASE_FILE": str(file)}
    file.write_text(PASSPHRASE + "\n")
    first = ready.ok("backup", "create", "--json", env=env).json["file"]
    file.write_text("another one, as long\n" + PASSPHRASE + "\n")
    second = ready.ok("backup", "create", "--json", env=env).json["file"]
    ready.ok("verify", first, env=env)
    file.write_text(PASSPHRASE + "\n")
    ready.fails(12, "verify", second, env=env)
    keys = ready.ok("backup", "key", "list", "--json", env=env).json["keys"]
    assert [(key["kind"], key["backups"]) for key in keys] == [("passphrase", 1)] * 2
    assert PASSPHRASE not in ready.ok("config", "show", env=env).out


def test_settings_that_would_leave_backups_open_are_refused(sealed):
    toml = sealed.data / "kontor.toml"
    cases = [
        ('backup_recipients = ["kontor_pub_NONSENSE"]', {}, 2, "public keys such as"),
        ('backup_sealing = "required"', {}, 12, "Backups have to be sealed"),
        ("", {}, 12, "The newest backup in"),
        ("", {"KONTOR_BACKUP_PASSPHRASE": "short"}, 2, "too short"),
        ("", {"KONTOR_BACKUP_PASSPHRASE_FILE": "/nonexistent"}, 2, "/nonexistent"),
        ('backup_passphrase = "a long enough secret"', {}, 2, "is a secret, and this file is in every backup"),
        (f'backup_sealing = "off"\nbackup_recipients = ["{sealed.recipient}"]', {}, 2, "backup_sealing is off"),
    ]
    for text, env, code, told in cases:
        toml.write_text(text + "\n")
        for args in (["serve"], ["config", "check"], ["backup", "create"]):
            refused = sealed.fails(code, *args, env=env)
            assert told in refused.err and "short" not in refused.err.replace("too short", "")
    toml.write_text('backup_sealing = "off"\n')
    assert not sealed.ok("backup", "create", "--json").json["sealed"]
    assert "--backup-passphrase" not in sealed.bare("serve", "--help").out


def test_a_running_server_lists_it_as_closed_and_says_why_it_cannot_prove_it(sealed):
    server = sealed.serve()
    listed = server.request("GET", "/api/v1/backups")[1]
    assert listed["data"][0]["closed"] and listed["status"]["last_backup"]["closed"]
    assert server.stop() == 0
    assert json.loads((sealed.data / "backups" / "status.json").read_text())["last_proof"] is None
