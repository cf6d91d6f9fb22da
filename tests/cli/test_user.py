"""Users from the command line: made, shown, changed, and never deleted."""
import json
import re
import sqlite3
import urllib.parse

import pytest

PASSWORD = "mossy lantern quilt"
AN = "an@example.com"


def add(program, email=AN, *args, role="sales", password=PASSWORD):
    return program.ok("user", "add", email, "--role", role, "--password-stdin", "--json", *args,
                      input=password).json


def shown(program, email=AN):
    return program.ok("user", "show", email, "--json").json


@pytest.fixture(params=["alone", "through the server"])
def office(ready, request):
    """With a first owner; commands work the same with a server and without."""
    ready.ok("user", "add", "owner@example.com", "--role", "owner", "--password-stdin", input=PASSWORD)
    if request.param != "alone":
        ready.serve()
    return ready


def test_a_user_is_made_shown_and_listed(office):
    made = add(office, AN, "--name", "An Nguyen", "--role", "support")
    assert made == shown(office)
    assert made["email"] == AN and made["name"] == "An Nguyen"
    assert made["roles"] == ["sales", "support"] and made["status"] == "active"
    assert made["has_password"] is True and made["two_factor"] is False
    listed = office.ok("user", "list", "--json").json["data"]
    assert [user["email"] for user in listed] == ["owner@example.com", AN]
    assert AN in office.ok("user", "list").out
    assert "Roles: sales, support" in office.ok("user", "show", AN).out


def test_the_password_is_kept_as_a_hash_alone(office):
    add(office)
    with sqlite3.connect(f"file:{office.data}/kontor.db?mode=ro", uri=True) as db:
        stored, = db.execute("SELECT password_hash FROM users WHERE email = ?", [AN]).fetchone()
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    for file in office.data.glob("kontor.db*"):
        assert PASSWORD.encode() not in file.read_bytes()


def test_what_is_wrong_is_told_and_nothing_is_made(office):
    def refused(code, *args, password=PASSWORD):
        return office.fails(code, "user", *args, input=password).err if password else \
            office.fails(code, "user", *args).err

    assert "no e-mail address" in refused(1, "add", "an", "--role", "sales", "--password-stdin")
    assert 'no role "wizard"' in refused(1, "add", AN, "--role", "wizard", "--password-stdin")
    assert "at least 15 characters" in refused(1, "add", AN, "--role", "sales", "--password-stdin",
                                               password="too short")
    assert "guessed first" in refused(1, "add", AN, "--role", "sales", "--password-stdin",
                                      password="Password1234567")
    assert "words of the name" in refused(1, "add", AN, "--role", "sales", "--password-stdin",
                                          password="the kontor is open late")
    assert "exists already" in refused(1, "add", "OWNER@example.com", "--role", "sales",
                                       "--password-stdin")
    assert "--role is missing" in refused(2, "add", AN)
    assert "is missing" in refused(2, "passwd", AN)
    assert "empty" in refused(2, "add", AN, "--role", "sales", "--password-stdin", password="\n")
    assert "is missing" in refused(2, "show")
    assert "There is no user" in refused(1, "show", AN)
    assert "There is no user" in refused(1, "disable", AN)
    assert "Did you mean" in refused(2, "ad", AN)
    assert len(office.ok("user", "list", "--json").json["data"]) == 1


def test_roles_are_replaced_and_the_last_owner_stays(office):
    add(office)
    office.ok("user", "role", AN, "--role", "support", "--role", "viewer")
    assert shown(office)["roles"] == ["support", "viewer"]
    assert "last active owner" in office.fails(1, "user", "role", "owner@example.com", "--role",
                                               "sales").err
    assert "last active owner" in office.fails(1, "user", "disable", "owner@example.com").err
    office.ok("user", "role", AN, "--role", "owner")
    office.ok("user", "disable", "owner@example.com")
    assert shown(office, "owner@example.com")["status"] == "disabled"
    office.ok("user", "enable", "owner@example.com")
    assert shown(office, "owner@example.com")["status"] == "active"


def test_a_password_is_changed_and_an_old_one_not_taken_again(office, tmp_path):
    before = add(office)
    file = tmp_path / "password"
    file.write_text("another lantern quilt\n")
    office.ok("user", "passwd", AN, "--password-file", file)
    assert shown(office)["version"] > before["version"]
    for used in (PASSWORD, "another lantern quilt"):
        assert "last 5 passwords" in office.fails(1, "user", "passwd", AN, "--password-stdin",
                                                  input=used).err
    assert "No such file" in office.fails(1, "user", "passwd", AN, "--password-file",
                                          tmp_path / "none").err


def test_a_login_link_is_for_active_users_and_leads_to_the_server(office):
    add(office)
    link = office.ok("user", "login-link", AN, "--json").json
    assert re.fullmatch(r"/login\?link=[\w-]{43}", link["path"])
    url = urllib.parse.urlsplit(link["url"])
    assert url.hostname == "127.0.0.1" and url.path == "/login"
    if office.running:
        assert url.port == office.running[0].port
    office.ok("user", "disable", AN)
    assert "is disabled" in office.fails(1, "user", "login-link", AN).err


def test_unlocking_is_for_users_that_exist(office):
    add(office)
    office.ok("user", "unlock", AN)
    assert "There is no user" in office.fails(1, "user", "unlock", "nobody@example.com").err


def test_a_password_never_shows(office):
    """Neither in what the program says, nor in the server's log."""
    result = office.run("--verbose", "user", "add", AN, "--role", "sales", "--password-stdin",
                        input="canary lantern quilt")
    assert result.code == 0 and "canary" not in result.out + result.err
    failed = office.run("user", "add", AN, "--role", "sales", "--password-stdin", "--json",
                        input="canary lantern quilt")
    assert failed.code == 1 and "canary" not in failed.out + failed.err
    for running in office.running:
        running.stop()
        assert "canary" not in "\n".join(running.err + running.out)


def test_with_a_user_the_server_may_face_other_machines(office):
    if office.running:
        office.running[0].stop()
    running = office.serve(listen="0.0.0.0:0")
    assert not any("setup" in line for line in running.out)
    assert len(running.out) == 5


def test_a_set_up_link_stands_in_the_json_too(ready):
    ready.start("--json").wait_for_output("setup_url")


def test_the_demo_shows_how_to_sign_in(program, tmp_path):
    def start():
        demo = program.launch("demo", "--port", 0, "--size", "s", "--keep", tmp_path / "kept")
        demo.until_ready()
        assert demo.stop() == 0
        return "\n".join(demo.out)

    assert re.search(r"^Log in as owner@example\.com with the password [\w-]{24}$", start(), re.M)
    assert "Log in as before" in start()
    users = program.ok("user", "list", "--json", data=tmp_path / "kept").json["data"]
    assert [user["roles"] for user in users] == [["owner"]]
    assert json.dumps(users).count("argon2") == 0
