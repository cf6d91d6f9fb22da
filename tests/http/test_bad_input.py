"""Input that is broken, hostile or too large is refused as such; it is never an error of the server."""
import json
import urllib.parse

import pytest
from support import samples

PATH = "/api/v1/customers"

MALFORMED = {
    "nothing": b"", "blank": b" ", "cut": b'{"name": "x"', "trailing comma": b'{"name": "x",}', "no quotes": b"{name: 1}",
    "single quotes": b"{'name': 'x'}", "comment": b'{"name": "x"} // c', "two values": b'{"name":"x"}{"name":"y"}',
    "digits behind": b'{"name":"x"}1', "NaN": b'{"name": NaN}', "Infinity": b'{"name": -Infinity}', "hex": b'{"name": 0x1}',
    "leading zero": b'{"name": 01}', "plus": b'{"name": +1}', "bare point": b'{"name": .5}', "cut number": b'{"name": 1.}',
    "control": b'{"name": "a\nb"}', "bad escape": b'{"name": "\\x41"}', "cut escape": b'{"name": "\\u12"}',
    "lone surrogate": b'{"name": "\\ud800"}', "byte order mark": b'\xef\xbb\xbf{"name": "x"}', "utf-16": '{"name":"x"}'.encode("utf-16"),
    "latin-1": '{"name": "Müller"}'.encode("latin-1"), "overlong": b'{"name": "\xc0\xaf"}', "surrogate bytes": b'{"name": "\xed\xa0\x80"}',
    "beyond unicode": b'{"name": "\xf4\x90\x80\x80"}', "NUL": b'{"name": "a\x00b"}', "NUL escape": b'{"name": "a\\u0000b"}',
    "NUL behind": b'{"name": "x"}\x00', "twice": b'{"name": "x", "name": "y"}', "twice below": b'{"name":"x","address":{"city":"a","city":"b"}}',
    "twice by escape": b'{"name": "x", "\\u006eame": "y"}', "23 digits": b'{"name": "x", "custom": {"a": 12345678901234567890123}}',
    "just too large": b'{"name": "x", "custom": {"a": 9223372036854775808}}',
    "array bomb": b"[" * 100_000, "object bomb": b'{"a":' * 100_000, "closed bomb": b'{"name":"x","custom":{"a":' + b"[" * 70 + b"]" * 70 + b"}}",
    "array": b"[]", "string": b'"x"', "number": b"5", "null": b"null", "true": b"true"}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_json_object_is_400(api, what):
    reply = api.call("POST", PATH, raw=MALFORMED[what], expect=400)
    assert reply.json["code"] == "bad_json"
    record = samples.customer(api)
    api.call("PATCH", f"{PATH}/{record['id']}", raw=MALFORMED[what], expect=400)
    assert samples.read(api, "customers", record)["version"] == 1


def test_depth_is_allowed_up_to_its_limit(api):
    body = b'{"name":"deep","custom":{"a":' + b"[" * 62 + b"]" * 62 + b"}}"
    api.call("POST", PATH, raw=body, expect=201)


def test_the_largest_integers_survive(api):
    for number in (2**63 - 1, -2**63, 0):
        record = samples.customer(api, custom={"n": number})
        assert samples.read(api, "customers", record)["custom"] == {"n": number}


def test_text_survives_as_it_was_sent(api):
    name = "Ünïcödé 𝄞 \U0001F600 \"quoted\" \\ / <b>&amp; đ é e\u0301 \u200bz\u2028"
    assert samples.read(api, "customers", samples.customer(api, name=name))["name"] == name


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                  "application/xml", "application/jsonp", "json", "application/merge-patch+json"])
def test_another_content_type_is_415(api, kind):
    reply = api.call("POST", PATH, raw=b'{"name": "x"}', headers={"Content-Type": kind}, expect=415)
    assert reply.json["code"] == "unsupported_media_type"


@pytest.mark.parametrize("kind", ["text/plain", "application/json-patch+json"])
def test_a_patch_of_another_type_is_415(api, kind):
    record = samples.customer(api)
    api.call("PATCH", f"{PATH}/{record['id']}", raw=b"{}", headers={"Content-Type": kind}, expect=415)


def test_a_compressed_body_is_not_unpacked(api):
    api.call("POST", PATH, raw=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}, expect=415)


def test_a_body_over_the_limit_is_413(api):
    body = json.dumps({"name": "x", "notes": "y" * (1024 * 1024)}).encode()
    reply = api.call("POST", PATH, raw=body, expect=413)
    assert reply.json["code"] == "body_too_large"
    api.get("/livez")


def test_an_address_over_the_limit_is_414(api):
    assert api.get(PATH + "?q=" + "x" * 9000, expect=414).json["code"] == "target_too_long"


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/v1", "/api/v2/customers", "/api/v1/customer", "/api/v1/user",
                                  "/api/v1/customers/x/y/z", "/api/v1/customers/", "/docs/", "/.env", "/wp-login.php"])
def test_an_unknown_path_is_a_problem_document(api, path):
    for method in ("GET", "POST", "PATCH", "DELETE"):
        assert api.call(method, path, expect=404).json["code"] == "not_found"


@pytest.mark.parametrize("path, method, allow", [
    (PATH, "DELETE", "GET, HEAD, OPTIONS, POST"), (PATH, "PUT", "GET, HEAD, OPTIONS, POST"),
    (PATH + "/x", "POST", "DELETE, GET, HEAD, OPTIONS, PATCH"), ("/api/v1/orders/x/confirm", "GET", "OPTIONS, POST"),
    ("/health", "POST", "GET, HEAD, OPTIONS"), ("/api/v1/batch", "GET", "OPTIONS, POST")])
def test_a_method_that_a_path_does_not_take_is_405(api, path, method, allow):
    reply = api.call(method, path, expect=405)
    assert sorted(reply.headers["Allow"].split(", ")) == allow.split(", ")
    assert reply.json["code"] == "method_not_allowed"


def test_a_post_to_the_front_page_is_404(api):
    assert api.call("POST", "/", raw=b"hello", expect=404, check=False).json["code"] == "not_found"
    api.call("DELETE", "/", expect=405, check=False)


def test_options_lists_the_methods(api):
    reply = api.call("OPTIONS", PATH, expect=204)
    assert sorted(reply.headers["Allow"].split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"]
    api.call("OPTIONS", "/nothing", expect=404)


def test_head_is_get_without_a_body(api):
    for path in (PATH, "/health", "/docs", "/openapi.json"):
        head, full = api.call("HEAD", path, expect=200), api.get(path)
        assert head.body == b"" and head.headers["Content-Type"] == full.headers["Content-Type"]
        assert head.headers["Content-Length"]


@pytest.mark.parametrize("text", ["'; DROP TABLE customers; --", "\" OR 1=1", "%' OR '1'='1", "../../etc/passwd", "${jndi:ldap://x}",
                                  "<script>alert(1)</script>", "{{7*7}}", "%00", "\\", "=1+1", "\u202e", "A" * 200])
def test_hostile_text_is_just_text(api, text):
    record = samples.customer(api, name=text)
    assert samples.read(api, "customers", record)["name"] == text
    found = api.list("customers", name=text)
    assert record["id"] in [row["id"] for row in found]
    for query in ({"q": text}, {"name[like]": text}, {"sort": text}, {"fields": text}, {"cursor": text}):
        assert api.get(f"{PATH}?{urllib.parse.urlencode(query)}", expect=None).status in (200, 400)


WRONG_VALUES = [None, True, 0, -1, 1.5, 10**30, "", "x", "\u0000", [], [[]], {}, {"a": 1}, "9" * 500]


@pytest.mark.parametrize("collection", ["customers", "contacts", "products", "orders", "payments"])
def test_any_value_in_any_field_is_taken_or_refused_by_name(api, collection):
    """Each field of the documented input gets each kind of value: 201, or a refusal that names it."""
    schemas = api.openapi.document["components"]["schemas"]
    name = {"customers": "Customer", "contacts": "Contact", "products": "Product", "orders": "Order", "payments": "Payment"}[collection]
    for field in schemas[name + "Patch"]["properties"]:
        for value in WRONG_VALUES:
            reply = api.post(f"/api/v1/{collection}", {field: value}, expect=None)
            assert reply.status in (201, 400, 409, 422), (field, value, reply)
            if reply.status == 422:
                assert reply.json["errors"], (field, value, reply)
