"""Secrets that were planted are found nowhere again: in no line of the log at its most talkative, in no
error, in no byte of the data directory. Each is sent where it belongs and where it does not."""
import pytest
from support.firm import SAME_ORIGIN, Caller
from support.kontor import Server

EMAIL = "owner@example.com"
PASSWORD = "canary-password-osprey-41"
NEW_PASSWORD = "canary-changed-plover-42"
WRONG = "canary-wrong-heron-43"


class Planted:
    """Values by what they are, the errors that were answered, and whoever asked."""

    def __init__(self, server):
        self.server, self.secrets, self.errors = server, {}, []
        self.secrets["password"] = PASSWORD
        self.secrets["wrong password"] = WRONG
        self.secrets["changed password"] = NEW_PASSWORD

    def remember(self, name, value):
        assert len(value) >= 16, f"{name}: too short to be told apart"
        self.secrets[name] = value
        return value

    def fail(self, caller, method, path, body=None, **more):
        reply = caller.call(method, path, body, check=False, **more)
        assert 400 <= reply.status < 500, (method, path, reply)
        self.errors.append(f"{method} {path}: {reply.text}\n{reply.headers}")

    def cookies(self, reply):
        return dict(value.partition(";")[0].partition("=")[::2] for value in reply.headers.get_all("Set-Cookie"))

    def sign_in(self, password):
        reply = self.server.client.call("POST", "/api/v1/session", {"email": EMAIL, "password": password}, headers=SAME_ORIGIN)
        assert reply.status in (200, 201), reply
        jar = self.cookies(reply)
        for name, value in jar.items():
            self.remember(f"cookie {name} {len(self.secrets)}", value)
        return Caller(self.server, {"Cookie": "; ".join(f"{n}={v}" for n, v in jar.items()), **SAME_ORIGIN})


def make_owner(planted):
    """By the set-up link, which is a secret itself."""
    token = planted.remember("set-up link", planted.server.wait_for_line(r"/setup\?token=(\S+)"))
    nobody, owner = Caller(planted.server, SAME_ORIGIN), {"email": EMAIL, "name": "Owner", "token": token}
    planted.fail(nobody, "POST", "/api/v1/setup", {**owner, "password": "canary-7"})
    return nobody.post("/api/v1/setup", {**owner, "password": PASSWORD}).json["user"]["id"]


def sign_in_in_every_way(planted):
    nobody = Caller(planted.server, SAME_ORIGIN)
    planted.fail(nobody, "POST", "/api/v1/session", {"email": EMAIL, "password": WRONG})
    planted.fail(nobody, "POST", "/api/v1/session", {"email": EMAIL, "password": [WRONG]})
    planted.fail(nobody, "POST", "/api/v1/session", {"email": EMAIL, "password": WRONG, "totp": PASSWORD})
    planted.fail(nobody, "POST", "/api/v1/session", raw=f'{{"email": "{EMAIL}", "password": "{PASSWORD}'.encode())
    api = planted.sign_in(PASSWORD)
    planted.fail(api, "PATCH", "/api/v1/me", {"password": NEW_PASSWORD, "current_password": WRONG})
    planted.fail(api, "PATCH", "/api/v1/me", {"password": NEW_PASSWORD})
    return api


def misplace(planted, caller):
    """Each secret where it does not belong."""
    for value in list(planted.secrets.values()):
        planted.fail(caller, "GET", f"/api/v1/customers?token={value}")
        planted.fail(caller, "GET", f"/api/v1/customers?email[nonsense]={value}")
        planted.fail(Caller(planted.server), "GET", "/api/v1/customers", headers={"Authorization": f"Bearer {value}"})
        planted.fail(Caller(planted.server), "GET", "/api/v1/customers", headers={"Cookie": f"__Host-kontor={value}; session={value}"})
        planted.fail(Caller(planted.server), "GET", "/api/v1/customers", headers={"Authorization": f"Basic {value}"})


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "kontor.log"
    with Server("--lockout-failures", "100", "--log-level", "debug", "--log-file", str(log), owner=None) as server:
        found = Planted(server)
        user = make_owner(found)
        api = sign_in_in_every_way(found)
        misplace(found, api)
        api.call("PATCH", "/api/v1/me", {"password": NEW_PASSWORD, "current_password": PASSWORD}, expect=200)
        again = found.sign_in(NEW_PASSWORD)
        found.remember("sign-in link", again.post(f"/api/v1/users/{user}/link").json["token"])
        again.call("DELETE", "/api/v1/session", expect=None)
        server.run("backup", "create")
        found.log = log
        yield found


def everything_below(folder):
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_no_error_repeats_a_secret(planted):
    assert len(planted.errors) > 30
    for name, value in planted.secrets.items():
        assert not [text for text in planted.errors if value in text.split(": ", 1)[1]], name


def test_no_secret_is_in_the_data_directory(planted):
    stored = everything_below(planted.server.data)
    assert EMAIL.encode() in stored, "this would not see anything"
    for name, value in planted.secrets.items():
        assert value.encode() not in stored, name


def test_no_secret_is_in_the_log(planted):
    text = planted.log.read_text()
    assert text.count("/api/v1/session") > 3, "this would not see anything"
    for name, value in planted.secrets.items():
        assert value not in text, name
