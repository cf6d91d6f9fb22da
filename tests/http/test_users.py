"""Accounts of others: made, changed, ended, and given a way in again."""
import pytest

from support.kontor import Client, Server

PHRASE = "a long enough pass phrase"


@pytest.fixture(scope="module")
def server():
    with Server(owner="session") as running:
        yield running


def make(api, email, **more):
    return api.call("POST", "/api/v1/users", {"email": email, "name": "Ann", "roles": ["viewer"], **more})


def test_a_user_is_made_listed_read_and_changed(api):
    made = make(api, "ann@example.com", password=PHRASE)
    assert made.headers["Location"] == f"/api/v1/users/{made.json['id']}"
    assert made.json["has_password"] and "password" not in made.json
    read = api.get(made.headers["Location"])
    assert read.json == made.json and read.etag == made.etag
    changed = api.patch(made.headers["Location"], {"name": "Anna"}, headers={"If-Match": made.etag})
    assert changed.json["name"] == "Anna" and changed.json["version"] == made.json["version"] + 1
    stale = api.patch(made.headers["Location"], {"name": "Anne"}, headers={"If-Match": made.etag}, expect=412)
    assert stale.json["current"]["name"] == "Anna"
    assert made.json["id"] in {user["id"] for user in api.list("users", limit=2)}


def test_every_mistake_is_named_at_once(api):
    reply = make(api, "no address", roles=["nonsense"], timezone="Mars/Phobos")
    assert reply.status == 422
    assert {"/email", "/roles/0", "/timezone"} <= set(reply.pointers)


def test_nobody_else_may(api, server):
    user = make(api, "plain@example.com", password=PHRASE).json
    other = Client(api.host, api.port, api.openapi)
    other.sign_in("plain@example.com", PHRASE)
    assert other.get("/api/v1/me").json["flags"] == []
    for method, path in [("GET", "/api/v1/users"), ("GET", f"/api/v1/users/{user['id']}"),
                         ("POST", "/api/v1/users"), ("PATCH", f"/api/v1/users/{user['id']}"),
                         ("POST", f"/api/v1/users/{user['id']}/link"),
                         ("POST", f"/api/v1/users/{user['id']}/unlock"),
                         ("DELETE", f"/api/v1/users/{user['id']}/totp")]:
        reply = other.call(method, path, {} if method != "GET" else None)
        assert reply.status == 403 and reply.json["code"] == "forbidden", path
    # Mass assignment: what is hers to change is named, all else is refused.
    for field, value in [("roles", ["owner"]), ("status", "active"), ("email", "x@example.com"), ("epoch", 1),
                         ("password_hash", "x"), ("id", user["id"])]:
        reply = other.patch("/api/v1/me", {field: value}, expect=422)
        assert reply.pointers == [f"/{field}"] and reply.json["errors"][0]["code"] == "unknown_field"


def test_who_has_signed_in_is_told_which_fields_are_not_hers(api):
    assert api.get("/api/v1/me").json["fields"] == {}
    api.post("/api/v1/roles", {"name": "till", "label": "Till", "collections": {"products": {"read": "all", "update": "all"}},
                               "fields": {"products.price": "read_only"}})
    make(api, "till@example.com", password=PHRASE, roles=["till"])
    other = Client(api.host, api.port, api.openapi)
    other.sign_in("till@example.com", PHRASE)
    assert other.get("/api/v1/me").json["fields"] == {
        "products.price": "read_only", "products.cost": "hidden", "orders.lines.cost": "hidden"}
    other.get("/api/v1/products?fields=cost", expect=403)


def test_a_link_signs_in_once_and_sets_a_password(api):
    user = make(api, "link@example.com").json
    assert not user["has_password"]
    link = api.act(f"/api/v1/users/{user['id']}/link", expect=201).json
    assert link["path"].endswith(link["token"])
    browser = Client(api.host, api.port, api.openapi)
    weak = browser.call("POST", "/api/v1/session", {"link": link["token"], "password": "short"}, expect=422)
    assert weak.pointers == ["/password"]
    browser.call("POST", "/api/v1/session", {"link": link["token"], "password": PHRASE}, expect=201)
    again = browser.call("POST", "/api/v1/session", {"link": link["token"], "password": PHRASE + "!"}, expect=401)
    assert again.json["code"] == "link_refused"
    browser.sign_in("link@example.com", PHRASE)


def test_the_last_owner_stays(api):
    me = api.get("/api/v1/me").json["user"]
    for change in ({"roles": ["viewer"]}, {"status": "disabled"}):
        reply = api.patch(f"/api/v1/users/{me['id']}", change, expect=409)
        assert reply.json["code"] == "last_owner"


def test_an_address_belongs_to_one_user(api):
    make(api, "twice@example.com")
    reply = api.call("POST", "/api/v1/users", {"email": "Twice@Example.com", "roles": ["viewer"]})
    assert reply.status == 409 and reply.json["code"] == "email_taken"


def test_set_up_is_over_once_there_is_a_user(api):
    stranger = Client(api.host, api.port, api.openapi)
    reply = stranger.call("POST", "/api/v1/setup", {
        "token": "A" * 43, "email": "evil@example.com", "password": PHRASE}, expect=409)
    assert reply.json["code"] == "set_up_already"
    assert "Set-Cookie" not in reply.headers


def test_colleagues_are_known_by_name_and_nothing_else(api):
    ann = make(api, "known@example.com", name="Lê Thị Ánh", password=PHRASE).json
    other = Client(api.host, api.port, api.openapi)
    other.sign_in("known@example.com", PHRASE)
    found = other.get("/api/v1/people?q=anh&active=true").json["data"]
    assert found == [{"id": ann["id"], "name": "Lê Thị Ánh", "initials": "LÁ", "active": True, "teams": []}]
    everyone = other.get("/api/v1/people?limit=200")
    assert "@" not in everyone.text and everyone.headers["Cache-Control"] == "private, no-cache"
    assert other.get(f"/api/v1/people?id[in]={ann['id']}").json["data"] == found
    other.get("/api/v1/people?limit=200", headers={"If-None-Match": everyone.etag}, expect=304)
    for wrong in ("q=--", "id[in]=x", "active=maybe", "cursor=x", "email=a"):
        other.get(f"/api/v1/people?{wrong}", expect=400)


def test_colleagues_are_kept_from_who_reads_nothing(api):
    make(api, "nothing@example.com", roles=[], password=PHRASE)
    other = Client(api.host, api.port, api.openapi)
    other.get("/api/v1/people", expect=401)
    other.sign_in("nothing@example.com", PHRASE)
    other.get("/api/v1/people", expect=403)
