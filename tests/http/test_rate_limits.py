"""How many requests a caller may make, and what he is told of it."""
import pytest

from support.kontor import OWNER, Server

QUOTA = 4  # of a token; a user in a browser has 20 times that, an address 10 times
WRONG = {"email": OWNER["email"], "password": "wrong"}


@pytest.fixture
def server():
    with Server("--rate-limit", str(QUOTA), "--trusted-proxies", "127.0.0.2", owner="session") as running:
        yield running


def count_until_refused(api, most, **more):
    for number in range(most):
        reply = api.call("GET", "/api/v1/me", **more)
        if reply.status == 429:
            return number, reply
    raise AssertionError(f"{most} requests, and none was refused")


def test_a_user_is_held_back_and_told_when_to_come_again(server):
    first = server.client.get("/api/v1/me")
    assert first.headers["RateLimit-Policy"] == f'"user";q={20 * QUOTA};w=60'
    assert first.headers["RateLimit"].startswith(f'"user";r={20 * QUOTA - 1};t=')
    _, refused = count_until_refused(server.client, 30 * QUOTA)
    assert refused.json["code"] == "quota_exceeded"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"user";r=0;')


def test_health_and_pages_are_free(server):
    count_until_refused(server.client, 30 * QUOTA)
    for path in ("/livez", "/readyz", "/health", "/docs", "/openapi.json", "/robots.txt"):
        for _ in range(QUOTA):
            assert "RateLimit" not in server.client.get(path).headers


def test_signing_in_is_dear_so_that_guessing_is(server):
    api = server.client
    api.credentials = {}
    statuses = [api.call("POST", "/api/v1/session", WRONG).status for _ in range(QUOTA + 3)]
    assert 429 in statuses and set(statuses) == {401, 429}
    assert statuses.index(429) <= QUOTA


def test_who_shows_nothing_valid_is_counted_by_address_whatever_he_says_of_it(server):
    api = server.client
    api.credentials = {}
    forged = ({"X-Forwarded-For": f"203.0.113.{number}"} for number in range(250))
    refused = 0
    for headers in list(forged)[:12 * QUOTA]:
        reply = api.call("GET", "/api/v1/me", headers=headers)
        refused += reply.status == 429
    assert refused, "a header that anybody can send is no address"


def test_searches_and_exports_cost_more(server):
    def left():
        return int(server.client.get("/api/v1/me").headers["RateLimit"].partition("r=")[2].partition(";")[0])

    before = left()
    server.client.get("/api/v1/customers?q=x")
    after_search = left()
    server.client.get("/api/v1/customers/export?format=csv")
    assert before - after_search >= 2
    assert after_search - left() >= 10


def test_behind_a_proxy_each_client_is_itself():
    with Server("--rate-limit", str(QUOTA), "--trusted-proxies", "127.0.0.0/8,10.0.0.0/8", owner="session") as server:
        api = server.client
        api.credentials = {}
        client = {"X-Forwarded-For": "203.0.113.7"}
        assert count_until_refused(api, 30 * QUOTA, headers=client)
        other = {"X-Forwarded-For": "203.0.113.8"}
        assert api.call("GET", "/api/v1/me", headers=other).status == 401
        # What stands before the last address that is no proxy's, anybody may have sent.
        forged = {"X-Forwarded-For": "203.0.113.99, 203.0.113.7, 10.1.2.3"}
        assert api.call("GET", "/api/v1/me", headers=forged).status == 429
        # A neighbour in the same /64 is the same customer of a provider.
        for number in range(12 * QUOTA):
            api.call("GET", "/api/v1/me", headers={"X-Forwarded-For": f"2001:db8::{number:x}"})
        assert api.call("GET", "/api/v1/me", headers={"X-Forwarded-For": "2001:db8::ffff"}).status == 429
        assert api.call("GET", "/api/v1/me", headers={"X-Forwarded-For": "2001:db8:0:1::1"}).status == 401


def test_off_is_off():
    with Server(owner="session") as server:
        for _ in range(30 * QUOTA):
            assert "RateLimit" not in server.client.get("/api/v1/me").headers
