"""API tokens over HTTP: what they open, from where, and how they end."""
import pytest

from support.kontor import OWNER, Client, Server

PHRASE = "a long enough pass phrase"


@pytest.fixture(scope="module")
def server():
    with Server(owner="session") as running:
        running.client.post("/api/v1/customers", {"kind": "company", "name": "Acme"})
        yield running


@pytest.fixture
def make_token(api):
    """The token, and what is told of it."""
    def make(**wanted):
        made = api.call("POST", "/api/v1/tokens", dict({"name": "stock count"}, **wanted),
                        expect=201).json
        return made["token"], made["details"]
    return make


def bearer(api, token):
    client = Client(api.host, api.port, api.openapi)
    client.credentials = {"Authorization": f"Bearer {token}"}
    return client


def test_a_token_acts_for_its_user(api, make_token):
    token, details = make_token()
    program = bearer(api, token)
    assert program.get("/api/v1/customers").json["data"][0]["name"] == "Acme"
    assert program.get("/api/v1/me").json["credential"] == "token"
    made = program.post("/api/v1/customers", {"kind": "person", "name": "Binh"})
    assert made.status == 201
    assert details["email"] == OWNER["email"] and details["hint"] == token[-4:]


def test_a_token_does_no_more_than_its_scopes(api, make_token):
    program = bearer(api, make_token(scopes=["customers:read"])[0])
    program.get("/api/v1/customers")
    assert program.call("POST", "/api/v1/customers", {"kind": "person", "name": "C"}).status == 403
    assert program.call("GET", "/api/v1/orders").status == 403
    assert program.call("GET", "/api/v1/users").status == 403


def test_a_token_is_told_once_and_listed_without_its_secret(api, make_token):
    token, details = make_token(scopes=["*:read"], addresses=["127.0.0.0/8"])
    listed = api.get("/api/v1/tokens")
    assert details in listed.json["data"]
    assert token not in listed.text


def test_a_repeat_of_the_request_does_not_tell_the_token_again(api):
    headers = {"Idempotency-Key": "one-token"}
    first, second = (api.call("POST", "/api/v1/tokens", {"name": "x"}, headers).json["token"]
                     for _ in range(2))
    assert first != second


def test_only_from_listed_addresses(api, make_token):
    assert bearer(api, make_token(addresses=["127.0.0.1", "::1"])[0]).get("/api/v1/me")
    elsewhere = bearer(api, make_token(addresses=["192.0.2.0/24"])[0])
    assert elsewhere.call("GET", "/api/v1/me").status == 401


def test_revoked_is_refused_at_once(api, make_token):
    token, details = make_token()
    program = bearer(api, token)
    program.get("/api/v1/me")
    api.call("DELETE", f"/api/v1/tokens/{details['id']}", expect=204)
    assert program.call("GET", "/api/v1/me").status == 401
    states = {row["id"]: row["state"] for row in api.get("/api/v1/tokens").json["data"]}
    assert states[details["id"]] == "revoked"
    assert api.call("DELETE", "/api/v1/tokens/none").status == 404


def test_what_is_no_token_is_one_and_the_same_refusal(api, make_token):
    token = make_token()[0]
    changed = token[:-1] + ("0" if token[-1] != "0" else "1")
    replies = [bearer(api, text).call("GET", "/api/v1/me")
               for text in (changed, "kontor_pat_", "A" * 60, make_token()[0][:-1])]
    assert {reply.status for reply in replies} == {401}
    assert len({reply.json["detail"] for reply in replies}) == 1


def test_a_token_makes_and_revokes_no_tokens(api, make_token):
    token, details = make_token()
    program = bearer(api, token)
    assert program.call("POST", "/api/v1/tokens", {"name": "x"}).status == 403
    assert program.call("DELETE", f"/api/v1/tokens/{details['id']}").status == 403


def test_every_mistake_is_told_at_once(api):
    reply = api.call("POST", "/api/v1/tokens", {"name": "", "scopes": ["custmers:read"],
                                                "addresses": ["nowhere"],
                                                "expires_at": "2020-01-01T00:00:00Z"})
    assert reply.status == 422
    assert set(reply.pointers) == {"/name", "/scopes/0", "/addresses/0", "/expires_at"}
    reply = api.call("POST", "/api/v1/tokens", {"name": 1, "expires_at": "soon", "sudo": True})
    assert reply.status == 422
    assert {"/name", "/expires_at", "/sudo"} <= set(reply.pointers)


def test_pages(api, make_token):
    made = [make_token()[1]["id"] for _ in range(3)]
    first = api.get("/api/v1/tokens?limit=2").json
    assert [row["id"] for row in first["data"]] == made[:0:-1] and first["has_more"]
    then = api.get(f"/api/v1/tokens?limit=2&cursor={first['next_cursor']}").json
    assert then["data"][0]["id"] == made[0]
    assert api.call("GET", "/api/v1/tokens?cursor=x").status == 400


def test_tokens_of_others_are_seen_and_revoked_by_who_manages_users(api):
    user = api.post("/api/v1/users", {"email": "an@example.com", "name": "An", "roles": ["viewer"],
                                      "password": PHRASE}).json
    an = Client(api.host, api.port, api.openapi)
    an.sign_in("an@example.com", PHRASE)
    token = an.call("POST", "/api/v1/tokens", {"name": "hers"}, expect=201).json
    assert [row["name"] for row in api.get(f"/api/v1/tokens?user={user['id']}").json["data"]] == \
        ["hers"]
    owner = api.get("/api/v1/me").json["user"]["id"]
    assert an.call("GET", f"/api/v1/tokens?user={owner}").status == 404
    mine = api.call("POST", "/api/v1/tokens", {"name": "x"}).json["details"]["id"]
    assert an.call("DELETE", f"/api/v1/tokens/{mine}").status == 404
    api.call("DELETE", f"/api/v1/tokens/{token['details']['id']}", expect=204)
    assert bearer(api, token["token"]).call("GET", "/api/v1/me").status == 401


def test_tokens_end_with_the_account(api):
    user = api.post("/api/v1/users", {"email": "binh@example.com", "name": "Binh",
                                      "roles": ["viewer"], "password": PHRASE}).json
    binh = Client(api.host, api.port, api.openapi)
    binh.sign_in("binh@example.com", PHRASE)
    token = binh.call("POST", "/api/v1/tokens", {"name": "x"}, expect=201).json["token"]
    program = bearer(api, token)
    program.get("/api/v1/me")
    api.patch(f"/api/v1/users/{user['id']}", {"status": "disabled"})
    assert program.call("GET", "/api/v1/me").status == 401
    api.patch(f"/api/v1/users/{user['id']}", {"status": "active"})
    assert program.call("GET", "/api/v1/me").status == 401
