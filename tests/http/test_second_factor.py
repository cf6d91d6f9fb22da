"""The second factor over HTTP: taken, asked for at sign-in, used once, lost and removed."""
import base64
import hashlib
import hmac
import struct
import time

import pytest

from support.kontor import SAME_ORIGIN, Client, Server

PHRASE = "a long enough pass phrase"


@pytest.fixture(scope="module")
def server():
    with Server(owner="session") as running:
        yield running


def code_of(secret, steps=0):
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + steps),
                      hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10 ** 6:06d}"


class Person(Client):
    """Someone with a browser, and perhaps an authenticator app."""

    def __init__(self, server, email):
        super().__init__(server.client.host, server.client.port, server.client.openapi)
        self.email = email
        server.client.post("/api/v1/users", {"email": email, "name": "Some One",
                                             "roles": ["viewer"], "password": PHRASE})
        self.sign_in(email, PHRASE)

    def take_cookies(self, reply):
        cookies = [line.partition(";")[0] for line in reply.headers.get_all("Set-Cookie")]
        self.credentials = dict(SAME_ORIGIN, Cookie="; ".join(cookies))

    def enrol(self):
        self.secret = self.call("POST", "/api/v1/me/totp", expect=201).json["secret"]
        reply = self.call("POST", "/api/v1/me/totp/confirm", {"code": code_of(self.secret)},
                          expect=200)
        self.take_cookies(reply)
        self.recovery = reply.json["recovery_codes"]
        return reply

    def enter(self, **more):
        other = Client(self.host, self.port, self.openapi)
        body = {"email": self.email, "password": PHRASE, **more}
        return other.call("POST", "/api/v1/session", body, SAME_ORIGIN)


@pytest.fixture
def person(server, request):
    return Person(server, f"{request.node.name.replace('_', '.')}@example.com")


def test_an_offer_is_a_secret_a_url_and_a_picture(person):
    offer = person.call("POST", "/api/v1/me/totp", expect=201).json
    assert len(base64.b32decode(offer["secret"])) == 20
    assert offer["url"].startswith("otpauth://totp/") and offer["secret"] in offer["url"]
    assert offer["qr_svg"].startswith("<svg ")
    assert person.get("/api/v1/me/totp").json == {"active": False, "recovery_codes_left": 0}
    assert person.enter().status == 201


def test_a_wrong_code_confirms_nothing(person):
    person.call("POST", "/api/v1/me/totp/confirm", {"code": "123456"}, expect=409)
    person.call("POST", "/api/v1/me/totp", expect=201)
    reply = person.call("POST", "/api/v1/me/totp/confirm", {"code": "1234567"}, expect=422)
    assert reply.json["code"] == "wrong_code"
    assert not person.get("/api/v1/me/totp").json["active"]


def test_signing_in_asks_for_a_code(person):
    person.enrol()
    refused = [person.enter(), person.enter(totp="12345"), person.enter(password="wrong " + PHRASE)]
    assert {reply.status for reply in refused} == {401}
    assert len({reply.json["detail"] for reply in refused}) == 1
    assert person.enter(totp=code_of(person.secret, 1)).status == 201


def test_a_code_signs_in_once(person):
    person.enrol()
    code = code_of(person.secret, 1)  # the one of now has confirmed it
    assert person.enter(totp=code).status == 201
    assert person.enter(totp=code).status == 401


def test_a_recovery_code_signs_in_once(person):
    person.enrol()
    assert len(person.recovery) == 10
    assert person.enter(totp=person.recovery[3]).status == 201
    assert person.enter(totp=person.recovery[3]).status == 401
    assert person.get("/api/v1/me/totp").json == {"active": True, "recovery_codes_left": 9}
    renewed = person.call("POST", "/api/v1/me/recovery-codes", expect=201).json["recovery_codes"]
    assert person.enter(totp=person.recovery[4]).status == 401
    assert person.enter(totp=renewed[0]).status == 201


def test_what_was_signed_in_before_ends_and_the_caller_goes_on(person):
    elsewhere = Client(person.host, person.port, person.openapi)
    elsewhere.sign_in(person.email, PHRASE)
    old = dict(person.credentials)
    person.enrol()
    assert elsewhere.call("GET", "/api/v1/me").status == 401
    assert person.call("GET", "/api/v1/me", headers=old).status == 401
    assert person.get("/api/v1/me").json["user"]["two_factor"] is True


def test_removing_it(person):
    person.call("DELETE", "/api/v1/me/totp", expect=409)
    person.enrol()
    person.call("POST", "/api/v1/me/totp", expect=409)
    person.take_cookies(person.call("DELETE", "/api/v1/me/totp", expect=204))
    assert person.get("/api/v1/me/totp").json == {"active": False, "recovery_codes_left": 0}
    assert person.enter().status == 201


def test_a_token_has_nothing_to_do_with_it(person):
    token = person.call("POST", "/api/v1/tokens", {"name": "x"}, expect=201).json["token"]
    program = Client(person.host, person.port, person.openapi)
    program.credentials = {"Authorization": f"Bearer {token}"}
    for method, path in [("GET", "/api/v1/me/totp"), ("POST", "/api/v1/me/totp"),
                         ("DELETE", "/api/v1/me/totp"), ("POST", "/api/v1/me/recovery-codes")]:
        assert program.call(method, path).status == 403


def test_no_secret_is_kept_for_a_repeat_or_in_the_log(server, person):
    person.enrol()
    files = b"".join(path.read_bytes() for path in server.data.glob("kontor.db*"))
    for secret in [person.secret, *person.recovery]:
        assert secret.encode() not in files
        assert secret not in "".join(server.lines)


@pytest.mark.parametrize("who, held", [("all", True), ("admins", False)])
def test_who_must_have_one_reaches_nothing_else_first(start, who, held):
    firm = start("--require-totp", who, owner="session")
    owner = firm.client
    refused = owner.call("GET", "/api/v1/customers")
    assert refused.status == 403 and refused.json["code"] == "second_factor_required"
    owner.get("/api/v1/me")
    secret = owner.call("POST", "/api/v1/me/totp", expect=201).json["secret"]
    reply = owner.call("POST", "/api/v1/me/totp/confirm", {"code": code_of(secret)}, expect=200)
    cookies = [line.partition(";")[0] for line in reply.headers.get_all("Set-Cookie")]
    owner.credentials = dict(SAME_ORIGIN, Cookie="; ".join(cookies))
    owner.get("/api/v1/customers")
    viewer = Person(firm, "viewer@example.com")
    assert viewer.call("GET", "/api/v1/customers").status == (403 if held else 200)
    assert viewer.call("DELETE", "/api/v1/session").status == 204


def test_a_lost_factor_is_taken_off_and_sessions_end(server, person):
    person.enrol()
    user = person.get("/api/v1/me").json["user"]["id"]
    assert person.enter().status == 401
    server.client.call("DELETE", f"/api/v1/users/{user}/totp", expect=204)
    person.get("/api/v1/me", expect=401)
    assert person.enter().status == 201
    assert server.client.get(f"/api/v1/users/{user}").json["two_factor"] is False
    again = server.client.call("DELETE", f"/api/v1/users/{user}/totp", expect=409)
    assert again.json["code"] == "no_second_factor"
    trail = server.client.get(f"/api/v1/audit?id={user}&action=second_factor_off").json["data"]
    assert len(trail) == 1 and trail[0]["actor"]["id"] != user


def test_no_token_takes_a_factor_off(server, person):
    person.enrol()
    user = person.get("/api/v1/me").json["user"]["id"]
    made = server.client.call("POST", "/api/v1/tokens", {"name": "all", "scopes": []}, check=False)
    program = Client(person.host, person.port, person.openapi)
    program.credentials = {"Authorization": f"Bearer {made.json['token']}"}
    program.call("DELETE", f"/api/v1/users/{user}/totp", expect=403)
    assert server.client.get(f"/api/v1/users/{user}").json["two_factor"] is True
