"""The firm's own settings: changed while the server runs, behind what the operator has fixed."""
from support.firm import Firm
from support.kontor import EventStream

PATH = "/api/v1/organisation"


def test_a_change_counts_at_once_and_for_new_records_alone(start):
    api = start().client
    before = api.get(PATH)
    assert before.json["currency"] == "USD" and before.json["name"] is None
    assert before.json["origins"] == {"name": "default", "country": "default", "currency": "default", "timezone": "default"}
    old = api.post("/api/v1/products", {"sku": "A", "name": "Old", "price": 100}).json
    with EventStream(api) as stream:
        changed = api.patch(PATH, {"name": "Hoa Sen", "currency": "VND", "timezone": "Asia/Ho_Chi_Minh", "country": "VN",
                                   "address": {"city": "Đà Lạt"}}, headers={"If-Match": before.headers["etag"]})
        assert stream.next().name == "organisation.update"
    assert changed.json["version"] == 2 and changed.json["origins"]["currency"] == "organisation"
    assert changed.headers["etag"] == '"v2"' == api.get(PATH).headers["etag"]
    new = api.post("/api/v1/products", {"sku": "B", "name": "New", "price": 100}).json
    assert (old["currency"], new["currency"]) == ("USD", "VND")
    assert api.get(f"/api/v1/products/{old['id']}").json["currency"] == "USD"
    assert api.get("/api/v1/meta").json["organisation"]["address"]["city"] == "Đà Lạt"
    figures = api.get("/api/v1/stats/dashboard").json
    assert (figures["timezone"], figures["currency"]) == ("Asia/Ho_Chi_Minh", "VND")
    trail = api.get("/api/v1/audit?collection=organisation").json["data"]
    assert [row["diff"]["currency"] for row in trail] == [{"from": None, "to": "VND"}]
    assert api.patch(PATH, {"name": "x"}, headers={"If-Match": '"v1"'}, expect=412).json["current"]["name"] == "Hoa Sen"


def test_it_outlives_the_server_and_the_command_line_says_where_it_is_from(start):
    server = start()
    server.client.patch(PATH, {"currency": "EUR"})
    shown = server.run("config", "show", "--origin").stdout
    assert "currency = EUR  # organisation" in shown and "timezone = UTC  # default" in shown
    server.stop()
    server.start()
    assert server.client.get(PATH).json["currency"] == "EUR"


def test_what_the_operator_has_fixed_is_shown_with_its_origin_and_stays(start):
    api = start("--currency", "VND").client
    assert api.get(PATH).json["origins"]["currency"] == "flag --currency"
    refused = api.patch(PATH, {"currency": "EUR", "name": "A"}, expect=422).json
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [("/currency", "fixed")]
    assert "flag --currency" in refused["errors"][0]["detail"]
    assert api.patch(PATH, {"currency": "VND", "name": "A"}).json["name"] == "A"


def test_pages_speak_the_firms_language_to_who_has_not_chosen(start):
    api = start().client
    page = {"Accept": "text/html", "Accept-Language": "en"}
    read = lambda headers: api.call("GET", "/login", headers=headers, check=False).text  # noqa: E731
    if "<html" not in read(page):
        return  # a program without its web UI
    assert '<html lang="en"' in read(page)
    api.patch(PATH, {"language": "vi"})
    assert '<html lang="vi"' in read(page)
    assert '<html lang="en"' in read(dict(page, Cookie="kontor_lang=en"))


def test_who_may_not_change_settings_neither_reads_nor_changes_them(start):
    with Firm(["manager"]) as firm:
        manager = firm.caller("manager")
        manager.get(PATH, expect=403)
        manager.patch(PATH, {"name": "Mine"}, expect=403)
        assert manager.get("/api/v1/meta").json["organisation"]["name"] is None
        manager.credentials = manager.headers
        with EventStream(manager) as stream:
            firm.founder.patch(PATH, {"name": "Ours"})
            assert stream.next().name == "organisation.update"  # everyone's pages show it
        assert manager.get("/api/v1/meta").json["organisation"]["name"] == "Ours"


def test_a_made_up_firm_comes_and_goes_without_a_trace(start):
    api = start("--timezone", "Asia/Ho_Chi_Minh").client
    api.post("/api/v1/customers", {"name": "Real"})
    wrong = api.post("/api/v1/demo", {"preset": "bank", "size": "l", "boss": 1}, expect=422).json
    assert {one["pointer"] for one in wrong["errors"]} == {"/preset", "/size", "/boss"}
    assert "Must be one of shop, studio, manufacturing, telegram." in [one["detail"] for one in wrong["errors"]]
    made = api.post("/api/v1/demo", {"size": "s", "language": "vi"}).json
    assert made["customers"] == 48 and api.get("/api/v1/demo").json["records"] >= sum(made.values()) - made["order_lines"]
    assert api.post("/api/v1/demo", {"size": "s"}, expect=409).json["code"] == "demo_loaded"
    assert {one["currency"] for one in api.get("/api/v1/products").json["data"]} == {"USD"}  # the firm's, not the language's
    gone = api.call("DELETE", "/api/v1/demo", expect=200).json
    assert gone["removed"]["customers"] == 48 and gone["kept_count"] == 0
    assert api.get("/api/v1/demo").json["records"] == 0
    assert [one["name"] for one in api.get("/api/v1/customers").json["data"]] == ["Real"]
    api.post("/api/v1/demo", {"preset": "telegram", "size": "s"})
    assert api.get("/api/v1/customers?custom.telegram[null]=false").json["data"]
    assert api.call("DELETE", "/api/v1/demo", expect=200).json["removed"]["customers"] == 60
    assert [one["action"] for one in api.get("/api/v1/audit?collection=demo").json["data"]] == ["clear", "load"] * 2
