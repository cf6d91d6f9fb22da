"""API tokens on the command line, with and without a running server."""
import datetime
import json
import re
import zlib

import pytest

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def firm(ready):
    ready.ok("user", "add", "an@example.com", "--role", "owner", "--password-stdin",
             input="a long walk by the river")
    ready.ok("user", "add", "binh@example.com", "--role", "sales", "--password-stdin",
             input="a long walk by the river")
    return ready


def create(firm, *more, user="an@example.com", name="stock count"):
    return firm.ok("token", "create", "--user", user, "--name", name, "--json", *more).json


def listed(firm, *more):
    return firm.ok("token", "list", "--json", *more).json["data"]


def checksum(text):
    number, out = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        out = DIGITS[digit] + out
    return out


def test_a_token_is_shown_once(firm):
    token = create(firm)["token"]
    assert re.fullmatch("kontor_pat_[0-9A-Za-z]{49}", token)
    assert token[-6:] == checksum(token[:-6])
    (row,) = listed(firm)
    assert row["hint"] == token[-4:] and row["state"] == "active" and row["scopes"] == []
    assert token not in json.dumps(row)
    for file in firm.data.glob("kontor.db*"):
        assert token.encode() not in file.read_bytes()


def test_for_a_person_only_the_token_is_on_stdout(firm):
    result = firm.ok("token", "create", "--user", "an@example.com", "--name", "x")
    assert re.fullmatch("kontor_pat_[0-9A-Za-z]{49}\n", result.out)
    assert "shown this once" in result.err
    assert "an@example.com" in firm.ok("token", "list").out


@pytest.mark.parametrize("given, days", [((), 90), (("--expires", "30d"), 30)])
def test_expiry(firm, given, days):
    details = create(firm, *given)["details"]
    made, end = (datetime.datetime.fromisoformat(details[name].replace("Z", "+00:00"))
                 for name in ("created_at", "expires_at"))
    assert end - made == datetime.timedelta(days=days)


def test_what_is_asked_for_is_kept(firm):
    end = (datetime.datetime.utcnow() + datetime.timedelta(days=10)).strftime("%Y-%m-%dT00:00:00")
    details = create(firm, "--scope", "customers:read", "--scope", "orders:*", "--address",
                     "10.0.0.0/8", "--expires", end + "Z")["details"]
    assert details["scopes"] == ["customers:read", "orders:*"]
    assert details["addresses"] == ["10.0.0.0/8"]
    assert details["expires_at"] == end + ".000Z"


@pytest.mark.parametrize("args, code, told", [
    (("--expires", "soon"), 2, "neither days nor an instant"),
    (("--expires", "0d"), 2, "neither days nor an instant"),
    (("--expires", "367d"), 1, "at most 366 days"),
    (("--expires", "2020-01-01T00:00:00Z"), 1, "in the future"),
    (("--scope", "custmers:read"), 1, "customers:read"),
    (("--address", "nowhere"), 1, "10.0.0.0/8"),
])
def test_bad_tokens_are_refused(firm, args, code, told):
    result = firm.fails(code, "token", "create", "--user", "an@example.com", "--name", "x", *args)
    assert told in result.err
    assert listed(firm) == []


def test_a_scope_beyond_the_user_is_refused(firm):
    result = firm.run("token", "create", "--user", "binh@example.com", "--name", "x", "--scope",
                      "users")
    assert result.code == 1 and "no right" in result.err


def test_usage(firm):
    assert "--user and --name" in firm.fails(2, "token", "create").err
    assert "no user" in firm.fails(1, "token", "create", "--user", "no@example.com", "--name",
                                   "x").err
    assert "id" in firm.fails(2, "token", "revoke").err
    assert "id" in firm.fails(2, "token", "revoke", "x").err
    firm.fails(2, "token", "destroy")


def test_tokens_of_one_user(firm):
    create(firm)
    create(firm, user="binh@example.com", name="route")
    assert len(listed(firm)) == 2
    assert [row["name"] for row in listed(firm, "--user", "binh@example.com")] == ["route"]


def test_revoked(firm):
    token = create(firm)["details"]["id"]
    firm.ok("token", "revoke", token)
    assert listed(firm)[0]["state"] == "revoked"
    firm.ok("token", "revoke", token)
    unknown = "0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c"
    assert "no token" in firm.run("token", "revoke", unknown).err


def test_through_a_running_server(firm):
    running = firm.serve()
    made = create(firm, "--scope", "customers:read")

    def asked(path):
        connection = running.connect()
        connection.request("GET", path, headers={"Authorization": f"Bearer {made['token']}"})
        return connection.getresponse().status

    assert asked("/api/v1/customers") == 200
    assert asked("/api/v1/orders") == 403
    assert listed(firm)[0]["state"] == "active"
    firm.ok("token", "revoke", made["details"]["id"])
    assert asked("/api/v1/customers") == 401
