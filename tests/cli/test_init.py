"""What `init` leaves, and what it refuses to touch."""
import os
import stat

import pytest


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_makes_a_private_directory_with_all_its_parts(program):
    old = os.umask(0)
    try:
        program.ok("init")
    finally:
        os.umask(old)
    assert mode(program.data) == 0o700
    for folder in ("files", "backups", "archive"):
        assert mode(program.data / folder) == 0o700
    for file in ("kontor.db", "kontor.toml", "master.key", "kontor.lock"):
        assert mode(program.data / file) == 0o600
    assert len((program.data / "master.key").read_bytes()) == 32


def test_every_key_is_another(program, tmp_path):
    program.ok("init")
    program.ok("init", data=tmp_path / "other")
    assert (program.data / "master.key").read_bytes() != \
        (tmp_path / "other" / "master.key").read_bytes()


def test_the_settings_file_is_commented_and_holds_what_was_chosen(program):
    program.ok("init", "--timezone", "Asia/Ho_Chi_Minh", "--currency", "VND")
    shown = program.ok("config", "show", "--json").json
    assert shown["timezone"]["value"] == "Asia/Ho_Chi_Minh"
    assert shown["timezone"]["origin"].startswith("kontor.toml:")
    assert shown["currency"]["value"] == "VND"
    assert shown["listen"]["origin"] == "default"
    assert "\n#" in (program.data / "kontor.toml").read_text()


def test_a_second_init_changes_nothing(ready):
    key = (ready.data / "master.key").read_bytes()
    assert "already" in ready.fails(1, "init").err
    result = ready.ok("init", "--if-missing", "--json").json
    assert result["created"] is False
    assert (ready.data / "master.key").read_bytes() == key


def test_if_missing_makes_what_is_missing(program):
    assert program.ok("init", "--if-missing", "--json").json["created"] is True


def test_if_missing_succeeds_while_a_server_runs(ready):
    ready.serve()
    ready.ok("init", "--if-missing")


def test_refuses_a_directory_with_foreign_files(program):
    program.data.mkdir()
    (program.data / "holiday.jpg").write_bytes(b"x")
    assert "holiday.jpg" in program.fails(1, "init").err
    assert os.listdir(program.data) == ["holiday.jpg"]


def test_goes_on_where_an_init_was_killed(program):
    program.ok("init")
    key = (program.data / "master.key").read_bytes()
    for name in os.listdir(program.data):
        if name.startswith("kontor.db"):
            (program.data / name).unlink()
    program.ok("init")
    assert (program.data / "master.key").read_bytes() == key
    program.ok("doctor")


def test_a_missing_parent_directory_is_named(program, tmp_path):
    result = program.fails(1, "init", data=tmp_path / "no" / "such" / "place")
    assert "No such file or directory" in result.err
    assert "mkdir -p" in result.err


def test_a_file_in_the_place_of_the_directory_is_refused(program):
    program.data.write_text("x")
    assert "not a directory" in program.fails(1, "init").err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a directory away")
def test_a_directory_of_another_user_is_refused(ready):
    os.chown(ready.data, 12345, -1)
    for verb in ("serve", "init", "migrate"):
        args = [verb, "up"] if verb == "migrate" else [verb]
        assert "belongs to user 12345" in ready.fails(1, *args).err


def test_makes_the_first_user(program):
    made = program.ok("init", "--admin", "an@example.com", "--password-stdin", "--json",
                      input="mossy lantern quilt\n").json
    assert made["created"] is True and made["admin"] == "an@example.com"
    user = program.ok("user", "show", "an@example.com", "--json").json
    assert user["roles"] == ["owner"] and user["has_password"] is True


def test_without_a_password_the_first_user_gets_a_link(program):
    made = program.ok("init", "--admin", "an@example.com", "--json").json
    assert "/login?link=" in made["login_link"]
    assert program.ok("user", "show", "an@example.com", "--json").json["has_password"] is False


def test_what_is_wrong_with_the_first_user_is_found_before_anything_is_made(program):
    assert "--admin EMAIL" in program.fails(2, "init", "--password-stdin", input="x").err
    assert "no e-mail" in program.fails(2, "init", "--admin", "an").err
    assert "15 characters" in program.fails(1, "init", "--admin", "an@example.com",
                                            "--password-stdin", input="short").err
    assert not program.data.exists()


def test_if_missing_makes_the_first_user_where_there_is_none_and_leaves_others_alone(ready):
    arguments = ["init", "--if-missing", "--admin", "an@example.com", "--password-stdin"]
    ready.serve()
    ready.ok(*arguments, input="mossy lantern quilt")
    ready.ok(*arguments[:3], "other@example.com", "--password-stdin", input="mossy lantern quilt")
    users = ready.ok("user", "list", "--json").json["data"]
    assert [user["email"] for user in users] == ["an@example.com"]
