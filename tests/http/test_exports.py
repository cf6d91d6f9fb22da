"""A collection as a file: the rows of a list, all of them, as they were at one moment."""
import csv
import io
import json
import urllib.request

import pytest


def begin(server, path):
    """An answer that can be read bit by bit."""
    url = f"http://127.0.0.1:{server.client.port}{path}"
    return urllib.request.urlopen(urllib.request.Request(url, headers=server.client.credentials), timeout=60)


def fetch(server, path):
    with begin(server, path) as answer:
        return answer.headers, answer.read().decode()


def rows_of(server, path):
    return list(csv.DictReader(io.StringIO(fetch(server, path)[1], newline="")))


@pytest.fixture(scope="module")
def customers(server):
    for i in range(30):
        server.client.post("/api/v1/customers", {"name": f"Export {i:02}", "lifecycle": "customer" if i % 3 else "former"})


def test_csv_is_a_file_with_all_fields(server, customers):
    headers, text = fetch(server, "/api/v1/customers/export?q=export")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"].startswith('attachment; filename="customers-20')
    assert headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["name"] for row in rows] == [f"Export {i:02}" for i in range(30)]
    assert text.count("\r\n") == 31


def test_json_lines_are_the_records(api, server, customers):
    headers, text = fetch(server, "/api/v1/customers/export?format=jsonl&q=export")
    assert headers["Content-Type"] == "application/jsonl"
    records = [json.loads(line) for line in text.splitlines()]
    assert len(records) == 30
    assert records[0] == api.get(f"/api/v1/customers/{records[0]['id']}").json


def test_filters_order_and_fields_are_those_of_the_list(server, customers):
    rows = rows_of(server, "/api/v1/customers/export?lifecycle=former&q=export&sort=-name&fields=name")
    assert [row["name"] for row in rows] == [f"Export {i:02}" for i in range(27, -1, -3)]
    assert set(rows[0]) == {"id", "name"}


def test_the_trash_is_left_out_unless_it_is_asked_for(api, server):
    gone = api.post("/api/v1/customers", {"name": "Trashed export"}).json["id"]
    api.delete(f"/api/v1/customers/{gone}")
    assert not [r for r in rows_of(server, "/api/v1/customers/export") if r["id"] == gone]
    assert [r["id"] for r in rows_of(server, "/api/v1/customers/export?trash=only")] == [gone]


@pytest.mark.parametrize("query", ["format=xlsx", "limit=5", "cursor=x", "expand=owner", "count=exact", "nonsense=1",
                                   "sort=notes", "name[lt", "fields=nope"])
def test_what_is_not_understood_is_refused(api, query):
    assert api.get(f"/api/v1/customers/export?{query}", expect=400).json["errors"]


def test_head_and_other_methods(api):
    assert api.call("HEAD", "/api/v1/customers/export", expect=200).body == b""
    api.post("/api/v1/customers/export", {}, expect=405)
    api.get("/api/v1/nothings/export", expect=404)


def test_every_collection_has_one_and_the_description_knows_it(api, server):
    paths = api.openapi.document["paths"]
    for collection in ("customers", "contacts", "products", "orders", "payments"):
        operation = paths[f"/api/v1/{collection}/export"]["get"]
        assert set(operation["responses"]["200"]["content"]) == {"text/csv; charset=utf-8", "application/jsonl"}
        assert fetch(server, f"/api/v1/{collection}/export")[1].startswith("id,version,")


def test_an_export_has_one_moment_while_others_write(start):
    server = start()
    for i in range(5):
        operations = [{"method": "POST", "path": "/api/v1/customers", "body": {"name": f"C{i}-{j}", "notes": "x" * 9000}}
                      for j in range(80)]
        server.client.post("/api/v1/batch", {"operations": operations}, expect=200)
    with begin(server, "/api/v1/customers/export?format=jsonl") as answer:
        first = answer.readline()
        server.client.post("/api/v1/customers", {"name": "Too late"})
        names = [json.loads(line)["name"] for line in [first, *answer]]
    assert len(names) == 400 and "Too late" not in names


def test_a_third_export_waits_and_the_others_work(start):
    server = start()
    for i in range(8):
        operations = [{"method": "POST", "path": "/api/v1/customers", "body": {"name": f"C{i}-{j}", "notes": "x" * 9900}}
                      for j in range(90)]
        server.client.post("/api/v1/batch", {"operations": operations}, expect=200)
    held = [begin(server, "/api/v1/customers/export") for _ in range(2)]
    assert server.client.get("/api/v1/customers/export", expect=503).headers["Retry-After"]
    server.client.get("/api/v1/customers")
    for one in held:
        assert len(list(csv.DictReader(io.StringIO(one.read().decode(), newline="")))) == 720
    server.client.get("/api/v1/customers/export")
