"""Signing in with a browser: the cookie, what ends it, and what never opens anything."""
import json
import time

import pytest

from support.kontor import OWNER, SAME_ORIGIN, Client, Server, in_parallel

NAME = "kontor_session"
PHRASE = "a long enough pass phrase"


@pytest.fixture(scope="module")
def server():
    with Server(owner="session") as running:
        # Its client is another owner: the sessions of OWNER are those of the tests.
        other = {"email": "other@example.com", "password": PHRASE}
        running.client.post("/api/v1/users", dict(other, roles=["owner"]))
        running.client.sign_in(**other)
        yield running


class Browser(Client):
    """Keeps cookies, and says what a browser says of the page that asks."""

    def __init__(self, server, **headers):
        super().__init__("127.0.0.1", server.client.port, server.client.openapi)
        self.cookies, self.headers = {}, headers

    def call(self, method, path, body=None, headers=None, **more):
        sent = dict(SAME_ORIGIN, **self.headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reply = super().call(method, path, body, dict(sent, **(headers or {})), **more)
        for line in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    def sign_in(self, email=OWNER["email"], password=OWNER["password"], expect=201, **more):
        return self.call("POST", "/api/v1/session", {"email": email, "password": password, **more}, expect=expect)

    @property
    def is_in(self):
        return self.call("GET", "/api/v1/me").status == 200


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def make_user(server):
    def make(email, password=PHRASE, roles=("viewer",)):
        user = server.client.post("/api/v1/users", {
            "email": email, "name": "Some One", "password": password, "roles": list(roles)}).json
        return user
    return make


def test_a_sign_in_gives_a_cookie_that_no_script_and_no_other_site_can_use(browser):
    reply = browser.sign_in()
    lines = reply.headers.get_all("Set-Cookie")
    session = next(line for line in lines if line.startswith(f"{NAME}="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
    assert "Max-Age" not in session and "Domain" not in session
    assert len(browser.cookies[NAME]) >= 43  # 256 bits
    assert reply.json["user"]["email"] == OWNER["email"]
    assert browser.cookies[NAME] not in reply.text
    assert browser.get("/api/v1/me").json["credential"] == "session"


def test_nothing_that_a_browser_brings_along_becomes_a_session(server):
    planted = Browser(server)
    planted.cookies[NAME] = "A" * 43
    planted.sign_in()
    assert planted.cookies[NAME] != "A" * 43
    attacker = Browser(server)
    attacker.cookies[NAME] = "A" * 43
    assert not attacker.is_in


def test_each_sign_in_has_a_token_of_its_own(server):
    tokens = set()
    for _ in range(3):
        browser = Browser(server)
        browser.sign_in()
        tokens.add(browser.cookies[NAME])
    assert len(tokens) == 3


def test_after_signing_out_the_cookie_opens_nothing(browser, server):
    browser.sign_in()
    stolen = Browser(server)
    stolen.cookies = dict(browser.cookies)
    assert stolen.is_in
    reply = browser.delete("/api/v1/session")
    assert "storage" in reply.headers["Clear-Site-Data"]
    assert NAME not in browser.cookies
    assert not stolen.is_in
    browser.delete("/api/v1/session")  # again: no harm


def test_the_oldest_session_makes_room(server, make_user):
    make_user("cap@example.com")
    browsers = []
    for number in range(4):
        browsers.append(Browser(server))
        reply = browsers[-1].sign_in("cap@example.com", PHRASE).json
        assert reply["ended_sessions"] == (1 if number == 3 else 0)
    assert [browser.is_in for browser in browsers] == [False, True, True, True]


def test_sessions_are_listed_and_revoked_by_their_user(server, make_user):
    make_user("own@example.com")
    here, there = Browser(server, **{"User-Agent": "here"}), Browser(server, **{"User-Agent": "there"})
    for browser in (here, there):
        browser.sign_in("own@example.com", PHRASE)
    listed = here.get("/api/v1/sessions").json["data"]
    assert {(row["user_agent"], row["current"]) for row in listed} == {("here", True), ("there", False)}
    assert all(row["address"] == "127.0.0.1" for row in listed)
    other = next(row for row in listed if not row["current"])
    assert here.get(f"/api/v1/sessions/{other['id']}").json == other
    here.delete(f"/api/v1/sessions/{other['id']}")
    assert here.is_in and not there.is_in
    here.delete(f"/api/v1/sessions/{other['id']}", expect=404)


def test_sessions_of_others_are_nobodys_business_but_of_who_manages_users(server, make_user):
    user = make_user("watched@example.com")
    make_user("nosy@example.com")
    watched, nosy, owner = Browser(server), Browser(server), Browser(server)
    watched.sign_in("watched@example.com", PHRASE)
    nosy.sign_in("nosy@example.com", PHRASE)
    owner.sign_in()
    of_user = f"?user={user['id']}"
    row = owner.get(f"/api/v1/sessions{of_user}").json["data"][0]
    assert nosy.get(f"/api/v1/sessions{of_user}", expect=404)
    nosy.delete(f"/api/v1/sessions/{row['id']}{of_user}", expect=404)
    nosy.delete(f"/api/v1/sessions/{row['id']}", expect=404)
    assert watched.is_in
    owner.delete(f"/api/v1/sessions/{row['id']}{of_user}")
    assert not watched.is_in


def test_a_new_password_ends_all_other_sessions_and_gives_this_one_a_new_token(server, make_user):
    make_user("change@example.com")
    here, there = Browser(server), Browser(server)
    for browser in (here, there):
        browser.sign_in("change@example.com", PHRASE)
    before = here.cookies[NAME]
    wrong = here.patch("/api/v1/me", {"password": "another good pass phrase", "current_password": "no"}, expect=422)
    assert wrong.pointers == ["/current_password"]
    here.patch("/api/v1/me", {"password": "another good pass phrase",
                              "current_password": PHRASE})
    assert here.is_in and here.cookies[NAME] != before
    assert not there.is_in
    Browser(server).sign_in("change@example.com", PHRASE, expect=401)
    Browser(server).sign_in("change@example.com", "another good pass phrase")
    again = here.patch("/api/v1/me", {"password": PHRASE,
                                      "current_password": "another good pass phrase"}, expect=422)
    assert again.pointers == ["/password"]  # one of the last five


def test_who_is_disabled_is_out_at_once_and_stays_out(server, make_user):
    user = make_user("gone@example.com")
    browser = Browser(server)
    browser.sign_in("gone@example.com", PHRASE)
    server.client.patch(f"/api/v1/users/{user['id']}", {"status": "disabled"})
    assert not browser.is_in
    Browser(server).sign_in("gone@example.com", PHRASE, expect=401)
    server.client.patch(f"/api/v1/users/{user['id']}", {"status": "active"})
    assert not browser.is_in, "the session of before has ended for good"
    Browser(server).sign_in("gone@example.com", PHRASE)


def test_a_change_of_roles_counts_at_once(server, make_user):
    user = make_user("risen@example.com")
    browser = Browser(server)
    browser.sign_in("risen@example.com", PHRASE)
    browser.get("/api/v1/users", expect=403)
    server.client.patch(f"/api/v1/users/{user['id']}", {"roles": ["owner"]})
    assert not browser.is_in, "rights have changed: sign in again"
    browser.sign_in("risen@example.com", PHRASE)
    browser.get("/api/v1/users")


def same_refusal(replies):
    bodies = []
    for reply in replies:
        body = dict(reply.json)
        body.pop("request_id")
        bodies.append((reply.status, json.dumps(body, sort_keys=True), reply.headers["WWW-Authenticate"]))
    return len(set(bodies)) == 1


def test_every_failed_sign_in_gets_the_same_answer(server, make_user):
    make_user("known@example.com")
    off = make_user("off@example.com")
    server.client.patch(f"/api/v1/users/{off['id']}", {"status": "disabled"})
    tries = [("known@example.com", "wrong"), ("nobody@example.com", "wrong"), ("", ""),
             ("off@example.com", PHRASE), ("no address", "x" * 300),
             ("known@example.com", ""), ("known@example.com'--", "' OR 1=1--")]
    replies = [Browser(server).sign_in(email, password, expect=401) for email, password in tries]
    for _ in range(6):
        replies.append(Browser(server).sign_in("known@example.com", "wrong", expect=401))
    replies.append(Browser(server).sign_in("known@example.com", PHRASE, expect=401))  # locked
    assert same_refusal(replies)
    assert all("Set-Cookie" not in reply.headers for reply in replies)


def test_an_attacker_locks_out_strangers_but_no_browser_that_is_known(server, make_user):
    make_user("target@example.com")
    known = Browser(server)
    known.sign_in("target@example.com", PHRASE)
    known.delete("/api/v1/session")
    attacker = Browser(server)
    for _ in range(6):
        attacker.sign_in("target@example.com", "guess", expect=401)
    attacker.sign_in("target@example.com", PHRASE, expect=401)
    known.sign_in("target@example.com", PHRASE)


def test_a_session_and_a_token_at_once_is_neither(browser):
    browser.sign_in()
    reply = browser.call("GET", "/api/v1/me", headers={"Authorization": "Bearer kontor_x"})
    assert reply.status == 401


@pytest.mark.parametrize("value", ["", "x", "A" * 43, "A" * 5000, "../../etc/passwd", "%00", "'--"])
def test_what_is_no_session_opens_nothing(server, value):
    browser = Browser(server)
    browser.cookies[NAME] = value
    assert browser.call("GET", "/api/v1/customers").status == 401
    browser.cookies = {"__Host-kontor": value}
    assert browser.call("GET", "/api/v1/customers").status == 401


def test_the_cookie_of_the_world_is_not_the_one_of_this_machine(server, browser):
    browser.sign_in()
    token = browser.cookies[NAME]
    other = Browser(server)
    other.cookies["__Host-kontor"] = token
    assert not other.is_in
    forwarded = {"X-Forwarded-For": "192.0.2.7"}
    browser.cookies = {NAME: token}
    assert browser.call("GET", "/api/v1/me", headers=forwarded).status == 401
    browser.cookies = {"__Host-kontor": token}
    assert browser.call("GET", "/api/v1/me", headers=forwarded).status == 200
    secure = Browser(server)
    reply = secure.call("POST", "/api/v1/session", OWNER, headers=forwarded, expect=201)
    for line in reply.headers.get_all("Set-Cookie"):
        assert line.startswith("__Host-") and "Secure" in line


def test_two_hundred_wait_and_the_rest_goes_on(server):
    def work(number):
        return Browser(server).call("POST", "/api/v1/session", {"email": f"n{number}@example.com", "password": "x"}).status

    statuses = in_parallel(40, work)
    assert set(statuses) <= {401, 503} and 401 in statuses
    begun = time.monotonic()
    server.client.get("/livez")
    assert time.monotonic() - begun < 5


def test_what_is_typed_starts_no_header_and_no_line_of_the_log(server):
    browser = Browser(server, **{"User-Agent": 'x","status":200,"forged":"yes'})
    for value in ("a@example.com\r\nSet-Cookie: kontor_session=forged", 'b@example.com\n{"forged":"yes"}',
                  "c@example.com\u0000\u001b[31m\u2028"):
        reply = browser.call("POST", "/api/v1/session", {"email": value, "password": value})
        assert reply.status in (400, 401) and "Set-Cookie" not in reply.headers
    log = "".join(server.lines)
    assert '\n{"forged"' not in log and "\nSet-Cookie" not in log and "\u001b" not in log


def test_no_secret_ever_stands_in_the_log(server, make_user):
    canary = "canary-7Qv2 sings in the mine"
    user = make_user("bird@example.com", canary)
    browser = Browser(server)
    browser.sign_in("bird@example.com", canary)
    cookies = list(browser.cookies.values())
    browser.call("POST", "/api/v1/session", {"email": canary, "password": canary + "!"}, expect=401)
    browser.call("POST", "/api/v1/session/confirm", {"password": canary}, expect=204)
    browser.get("/api/v1/me", headers={"Authorization": f"Bearer kontor_{canary[:11]}"}, expect=401)
    browser.call("GET", "/api/v1/customers?token=canary-7Qv2")
    link = server.client.act(f"/api/v1/users/{user['id']}/link", expect=201).json["token"]
    browser.call("POST", "/api/v1/session", {"link": link}, expect=201)
    last = browser.call("GET", "/livez").headers["X-Request-Id"]
    end = time.monotonic() + 10
    while not any(last in line for line in server.lines):
        assert time.monotonic() < end
    log = "".join(server.lines)
    for secret in ["canary-7Qv2", link, *cookies, *browser.cookies.values()]:
        assert secret not in log
