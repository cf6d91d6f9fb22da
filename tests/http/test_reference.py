"""What the server says of itself: OpenAPI, the pages, health, and the description of the data."""
import gzip
import re
import time

import pytest
from support import samples


class TestOpenApi:
    def test_the_document_is_whole(self, api):
        document = api.openapi.document
        assert document["openapi"] == "3.1.0" and document["info"]["title"] and document["info"]["version"]
        for path, operations in document["paths"].items():
            assert path.startswith("/")
            for method, operation in operations.items():
                assert method in ("get", "post", "patch", "delete")
                assert operation["summary"] and operation["operationId"]
                in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
                assert in_path == set(re.findall(r"{(\w+)}", path))
                assert any(status.startswith("2") for status in operation["responses"])
                for response in operation["responses"].values():
                    assert api.openapi.resolve(response)["description"]

    def test_every_schema_is_a_valid_schema(self, api):
        import jsonschema
        for name, schema in api.openapi.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema.get("type") or "allOf" in schema, name

    def test_what_it_calls_an_input_is_taken(self, api):
        record = samples.customer(api, email="schema@example.com", address={"city": "Huế"})
        api.openapi.validate({"$ref": "#/components/schemas/CustomerInput"}, record)
        api.openapi.validate({"$ref": "#/components/schemas/OrderInput"}, samples.order(api))
        with pytest.raises(AssertionError):
            api.openapi.validate({"$ref": "#/components/schemas/CustomerInput"}, {"name": "x", "bogus": 1})

    def test_the_checker_of_these_tests_notices_a_wrong_reply(self, api):
        record = samples.customer(api)
        for change in ({"version": 0}, {"id": "x"}, {"created_at": "yesterday"}, {"surprise": 1}, {"kind": "robot"}):
            with pytest.raises(AssertionError):
                api.openapi.validate({"$ref": "#/components/schemas/Customer"}, {**record, **change})
        del record["name"]
        with pytest.raises(AssertionError):
            api.openapi.validate({"$ref": "#/components/schemas/Customer"}, record)


class TestPages:
    @pytest.mark.parametrize("path", ["/docs", "/robots.txt", "/favicon.ico", "/openapi.json", "/docs/problems/stale",
                                      "/api/v1/meta"])
    def test_what_a_browser_has_is_not_sent_again(self, api, path):
        first = api.get(path)
        assert api.get(path, expect=304, headers={"If-None-Match": first.etag}).body == b""

    @pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
    def test_large_pages_are_kept_compressed(self, api, path):
        plain = api.get(path)
        packed = api.get(path, headers={"Accept-Encoding": "gzip"}, check=False)
        assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 5
        assert packed.etag != plain.etag
        api.get(path, expect=304, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.etag})

    def test_pages_load_nothing_from_elsewhere_and_run_nothing(self, start):
        api = start(owner="session").client
        for path in ("/docs", "/docs/problems/stale"):
            page = api.get(path)
            assert page.headers["Content-Type"] == "text/html; charset=utf-8"
            assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", page.text)
            for link in set(re.findall(r'(?:href|src)="(/[^"#]*)"', page.text)):
                # What there is to explain, it has to be told.
                api.get(link, expect=400 if link.endswith("/access/explain") else 200)

    def test_the_style_sheet_is_kept_for_ever_under_a_name_of_its_content(self, api):
        path = re.search(r'href="(/docs/assets/[^"]+)"', api.get("/docs").text).group(1)
        assert "immutable" in api.get(path).headers["Cache-Control"]
        api.get("/docs/assets/style-000000000000.css", expect=404)

    def test_every_problem_leads_to_its_explanation(self, api):
        for reply in (api.get("/api/v1/customers/x", expect=404), api.post("/api/v1/customers", {}, expect=422),
                      api.call("PUT", "/api/v1/customers", expect=405),
                      api.call("POST", "/api/v1/customers", raw=b"{", expect=400)):
            page = api.get(reply.json["type"])
            assert reply.json["title"] in page.text
        api.get("/docs/problems/bogus", expect=404)

    def test_the_reference_names_every_route(self, api):
        page = api.get("/docs").text
        for path in api.openapi.document["paths"]:
            assert path in page

    def test_crawlers_are_kept_out_of_the_api(self, api):
        assert "Disallow: /api/\n" in api.get("/robots.txt").text


class TestHealth:
    def test_health_has_the_shape_that_monitors_read(self, api):
        health = api.get("/health").json
        assert health["status"] == "healthy" and health["database"] == "connected"
        assert health["memory_usage"] > 1_000_000 and health["uptime"] >= 0
        assert all(check["status"] == "pass" for check in health["checks"].values())

    def test_alive_and_ready(self, api):
        assert api.get("/livez").json == {"status": "alive"}
        ready = api.get("/readyz").json
        assert ready["status"] == "ready"
        assert set(ready["checks"]) == {"draining", "disk", "schema", "write"}

    def test_probes_are_quick_and_share_their_writes(self, api):
        begin = time.monotonic()
        for _ in range(50):
            api.get("/readyz")
        assert time.monotonic() - begin < 5

    def test_probes_are_no_change(self, api):
        before = api.get("/api/v1/changes?limit=1").json
        api.get("/readyz")
        assert api.get("/api/v1/changes?limit=1").json == before


class TestMeta:
    def test_the_description_of_the_data_is_complete(self, api):
        meta = api.get("/api/v1/meta").json
        assert [entity["collection"] for entity in meta["collections"]] == ["customers", "contacts", "products", "orders", "payments"]
        assert (meta["currencies"]["VND"], meta["currencies"]["USD"], meta["currencies"]["KWD"]) == (0, 2, 3)
        order = next(entity for entity in meta["collections"] if entity["name"] == "order")
        assert {field["name"] for field in order["lines"]["fields"]} >= {"product_id", "quantity", "unit_price"}
        assert {"action": "confirm", "from": "draft", "to": "confirmed", "label": "Confirm"} in order["moves"]

    def test_the_organisation_is_the_one_of_the_settings(self, start):
        api = start("--organisation", "Hoa Sen", "--timezone", "Asia/Ho_Chi_Minh", "--currency", "VND", "--default-country", "VN").client
        told = api.get("/api/v1/meta").json["organisation"]
        assert told["name"] == "Hoa Sen" and told["timezone"] == "Asia/Ho_Chi_Minh"
        assert (told["currency"], told["country"], told["email"]) == ("VND", "VN", None)

    def test_every_field_of_a_record_is_described(self, api):
        meta = api.get("/api/v1/meta").json
        described = {field["name"].partition(".")[0] for field in meta["collections"][0]["fields"]}
        own = {"id", "version", "created_at", "updated_at", "created_by"}
        assert set(samples.customer(api)) == described | own


class TestHeaders:
    def test_every_answer_can_be_found_in_the_log(self, api):
        reply = api.get("/livez", headers={"X-Request-Id": "from-the-client-1"})
        assert reply.headers["X-Request-Id"] == "from-the-client-1"
        assert api.get("/nothing", expect=404).json["request_id"]

    def test_records_are_not_kept_by_anyone(self, api):
        record = samples.customer(api)
        for path in ("/api/v1/customers", f"/api/v1/customers/{record['id']}", "/api/v1/stats/dashboard", "/health"):
            assert api.get(path).headers["Cache-Control"] == "no-store"
