"""What a page of another site can make a browser do here: nothing, unless it is listed; and then
with a token of its own, never with the cookie of whoever sits there."""
import pytest

from support.kontor import Server

SHOP = "https://shop.example.com"
CUSTOMER = {"name": "Mallory"}


@pytest.fixture(scope="module")
def server():
    with Server(owner="session") as running:
        yield running


@pytest.fixture
def page(server):
    """What a page in the owner's browser sends: nothing by itself, and her cookie where a test adds it."""
    return server.stranger()


@pytest.fixture
def cookie(server):
    return {"Cookie": server.client.credentials["Cookie"]}


def change(page, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return page.call("POST", "/api/v1/customers", CUSTOMER, headers=named)


def test_her_own_page_may(page, cookie):
    assert change(page, Sec_Fetch_Site="same-origin", **cookie).status == 201


@pytest.mark.parametrize("relation", ["cross-site", "same-site", "nonsense"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_page_of_another_site_changes_nothing(api, page, cookie, relation, signed_in):
    before = len(api.list("customers", q="Mallory"))
    reply = change(page, Sec_Fetch_Site=relation, **(cookie if signed_in else {}))
    assert reply.status == 403 and reply.json["code"] == "cross_site"
    assert len(api.list("customers", q="Mallory")) == before


@pytest.mark.parametrize("origin", [
    "https://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", "http://127.0.0.1:1",
    "http://127.0.0.1:{port}.evil.example", "http://localhost:{port}"])
def test_an_older_browser_is_told_by_its_origin(page, cookie, origin):
    named = origin.format(port=page.port)
    for header in ("Origin", "Referer"):
        reply = change(page, **{header: named, **cookie})
        assert reply.status == 403 and reply.json["code"] == "cross_site"


def test_a_cookie_without_any_word_of_where_it_comes_from_is_refused(page, cookie):
    for method, path in [("POST", "/api/v1/customers"), ("DELETE", "/api/v1/customers/x"),
                         ("PATCH", "/api/v1/customers/x"), ("POST", "/api/v1/batch")]:
        reply = page.call(method, path, {}, headers=cookie)
        assert reply.status == 403 and reply.json["code"] == "cross_site"
        assert "Origin" in reply.json["detail"]


def test_a_form_is_not_taken_on_behalf_of_a_cookie(page, cookie):
    for form in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        reply = change(page, Sec_Fetch_Site="same-origin", Content_Type=form, **cookie)
        assert reply.status == 415


def test_pages_of_others_may_not_read_by_default(api):
    reply = api.get("/api/v1/customers", headers={"Origin": SHOP})
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    asked = api.call("OPTIONS", "/api/v1/customers",
                     headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"})
    assert asked.status == 204
    assert not [name for name in asked.headers if name.lower().startswith("access-control")]


class TestListedOrigin:
    @pytest.fixture(scope="class")
    def server(self):
        with Server("--cors-origins", f"{SHOP},http://localhost:3000") as running:
            yield running

    @pytest.mark.parametrize("origin", [SHOP, "http://localhost:3000"])
    def test_it_is_let_in_by_name_and_without_cookies(self, api, origin):
        for path, status in [("/api/v1/customers", 200), ("/api/v1/nothing", 404), ("/livez", 200)]:
            reply = api.get(path, expect=status, headers={"Origin": origin})
            assert reply.headers["Access-Control-Allow-Origin"] == origin
            assert "Access-Control-Allow-Credentials" not in reply.headers
            assert "ETag" in reply.headers["Access-Control-Expose-Headers"]
            assert "Origin" in reply.headers["Vary"]

    @pytest.mark.parametrize("origin", [
        "https://evil.example", "null", "http://shop.example.com", "https://shop.example.com:444",
        "https://shop.example.com.evil.example", "https://evil.example/https://shop.example.com", "*"])
    def test_no_other_is_and_none_is_reflected(self, api, origin):
        reply = api.get("/api/v1/customers", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in reply.headers
        assert "Origin" in reply.headers["Vary"]
        asked = api.call("OPTIONS", "/api/v1/customers",
                         headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        assert not [name for name in asked.headers if name.lower().startswith("access-control")]

    def test_the_question_before_a_change_is_answered(self, api):
        asked = api.call("OPTIONS", "/api/v1/customers",
                         headers={"Origin": SHOP, "Access-Control-Request-Method": "POST",
                                  "Access-Control-Request-Headers": "authorization,content-type"})
        assert asked.status == 204
        assert asked.headers["Access-Control-Allow-Origin"] == SHOP
        assert "POST" in asked.headers["Access-Control-Allow-Methods"]
        assert "authorization" in asked.headers["Access-Control-Allow-Headers"].lower()
        assert "Access-Control-Allow-Credentials" not in asked.headers

    def test_a_cookie_does_not_come_along_even_from_there(self, server, page):
        browser = server.stranger()
        browser.sign_in()
        reply = change(page, Origin=SHOP, Sec_Fetch_Site="same-site", Cookie=browser.credentials["Cookie"])
        assert reply.status == 403 and reply.json["code"] == "cross_site"
