"""Before there is a user: nobody may do anything but look at what is open and use the set-up link."""
import uuid

import pytest
from support.access_policy import read_policy
from support.kontor import OWNER, SAME_ORIGIN, Server

POLICY = read_policy()
SET_UP = {"email": OWNER["email"], "password": OWNER["password"], "name": "Owner"}


@pytest.fixture
def empty():
    with Server(owner=None) as running:
        yield running


def test_without_a_user_every_route_that_is_not_open_says_how_to_make_one(empty):
    asked = 0
    for (method, path), (function, _) in POLICY.routes.items():
        if function in ("open", "local", "sign_out"):
            continue
        path = path.replace("{id}", str(uuid.uuid4())).replace("{name}", "x").replace("{code}", "x")
        for headers in ({}, SAME_ORIGIN, {"Authorization": "Bearer x"}):
            reply = empty.client.call(method, path, None if method in ("GET", "DELETE") else {}, headers=headers)
            assert reply.status in (401, 403), (method, path, reply)
            assert reply.status == 401 or reply.json["code"] == "cross_site", (method, path, reply)
        asked += 1
    assert asked > 60
    told = empty.client.get("/api/v1/customers", expect=401).json
    assert told["code"] == "unauthenticated"
    for word in ("set-up link", "kontor init --if-missing --admin", "kontor user add"):
        assert word in told["detail"]


def test_the_link_that_was_printed_makes_an_owner_once(empty):
    token = empty.wait_for_line(r"/setup\?token=(\S+)")
    wrong = dict(SET_UP, token="A" * len(token))
    assert empty.client.post("/api/v1/setup", wrong, headers=SAME_ORIGIN, expect=401).json["code"]
    empty.client.post("/api/v1/setup", dict(SET_UP, token=token, password="short"), headers=SAME_ORIGIN, expect=422)
    made = empty.client.post("/api/v1/setup", dict(SET_UP, token=token), headers=SAME_ORIGIN)
    cookies = [line.partition(";")[0] for line in made.headers.get_all("Set-Cookie")]
    owner = empty.stranger()
    owner.credentials = dict(SAME_ORIGIN, Cookie="; ".join(cookies))
    assert owner.get("/api/v1/me").json["user"]["roles"] == ["owner"]
    owner.post("/api/v1/customers", {"name": "First"})
    empty.client.post("/api/v1/setup", dict(SET_UP, token=token), headers=SAME_ORIGIN, expect=409)
    assert "set-up" not in empty.client.get("/api/v1/customers", expect=401).json["detail"]


def test_a_user_who_is_made_on_the_server_ends_it_too(empty):
    empty.client.get("/api/v1/customers", expect=401)
    empty.run("user", "add", OWNER["email"], "--role", "owner", "--password-stdin", input=OWNER["password"])
    assert "set-up" not in empty.client.get("/api/v1/customers", expect=401).json["detail"]
    empty.client.sign_in()
    assert empty.client.get("/api/v1/customers").json["data"] == []
