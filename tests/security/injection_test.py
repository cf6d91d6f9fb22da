"""sqlmap over every parameter of the OpenAPI file: those of the query, of paths, of headers that reach the
database, and every member of a body. It must find nothing; and it must find the hole in a server that
has one, or it has not looked.

Bounded: level 1, one pass for each address. INJECTION_PART=N/M takes the N-th of M parts.
"""
import http.server
import itertools
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import threading
import urllib.parse
import uuid

import pytest
from support.firm import sign_in
from support.kontor import OWNER, Server

pytestmark = pytest.mark.skipif(not shutil.which("sqlmap"), reason="sqlmap is not installed")

LIMIT_S = 900
TOGETHER = 20  # parameters of one address: a list takes as many filters
# Not asked of sqlmap: they take no value into the database, or end what the others need.
LEFT_OUT = {("GET", "/api/v1/events"), ("DELETE", "/api/v1/session"), ("POST", "/api/v1/session"), ("POST", "/api/v1/setup")}


def sqlmap(folder, address, *more):
    """What sqlmap says it found."""
    command = ["sqlmap", "-u", address, "--batch", "--disable-coloring", "--flush-session", "--level", "1", "--risk", "1",
               "--dbms", "sqlite", "--threads", "4", "--timeout", "10", "--retries", "1", "--output-dir", str(folder),
               "--ignore-code", "400,401,403,404,405,409,412,415,422,428", "--drop-set-cookie", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    text = done.stdout + done.stderr
    assert "all tested parameters do not appear to be injectable" in text or "injection point" in text, text[-2000:]
    return re.findall(r"^Parameter: (.+)$", text, re.MULTILINE)


class Leaky(http.server.BaseHTTPRequestHandler):
    """A list that puts its filter into the statement as it comes."""

    def do_GET(self):
        value = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(self.path).query)).get("name", "")
        with sqlite3.connect(":memory:") as database:
            database.execute("CREATE TABLE customers (name TEXT)")
            database.execute("INSERT INTO customers VALUES ('Anna')")
            try:
                rows = database.execute(f"SELECT name FROM customers WHERE name = '{value}'").fetchall()
                status, body = 200, json.dumps(rows)
            except sqlite3.Error:
                status, body = 400, "{}"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def test_the_tool_finds_a_hole_that_is_there(tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Leaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert sqlmap(tmp_path, f"http://127.0.0.1:{server.server_port}/?name=Anna") == ["name (GET)"]
    finally:
        server.shutdown()


class Target:
    """A shop with an owner who has signed in, and one record of each collection."""

    def __init__(self, server):
        self.server = server
        self.api = sign_in(server, **OWNER)
        self.document = server.client.openapi.document
        self.ids, self.records = {}, {}
        customer = self.make("customers", {"name": "Anna", "email": "anna@example.com", "phone": "+84901234567", "notes": "Anna"})
        self.make("contacts", {"last_name": "Anna", "customer_id": customer})
        product = self.make("products", {"sku": "A", "name": "Anna", "price": 1, "currency": "USD"})
        line = {"product_id": product, "name": "Anna", "quantity": 1, "unit_price": 1}
        order = self.make("orders", {"customer_id": customer, "currency": "USD", "lines": [line]})
        self.make("payments", {"order_id": order, "amount": 1, "status": "pending"})

    def make(self, collection, body):
        twice = [self.api.post(f"/api/v1/{collection}", {**body, **({"sku": sku} if "sku" in body else {})}).json for sku in "AB"]
        self.records[collection], self.ids[collection] = twice[0], twice[0]["id"]
        return self.ids[collection]

    def path(self, template):
        collection = template.split("/")[3] if template.startswith("/api/v1/") else ""
        id = self.ids.get(collection, str(uuid.uuid4()))
        return re.sub(r"\{\w+\}", id, template)

    def resolved(self, node):
        return self.server.client.openapi.resolve(node)

    def value(self, schema, name=""):
        """A value that the schema allows, as a query has it."""
        schema = self.resolved(schema)
        if "enum" in schema:
            return schema["enum"][0]
        if "const" in schema:
            return schema["const"]
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in schema:
                return self.value(schema[choice][0], name)
        kind = schema.get("type", "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind in ("integer", "number"):
            return max(1, schema.get("minimum", 1))
        if kind == "boolean":
            return True
        if kind == "array":
            return [self.value(schema.get("items", {}), name)]
        if kind == "object":
            members = {name: self.resolved(value) for name, value in schema.get("properties", {}).items()}
            return {name: self.value(value, name) for name, value in members.items() if not value.get("readOnly") and name != "id"}
        if name == "content":
            return "name\nAnna\n"
        target = {"order_id": "orders", "product_id": "products"}.get(name, "customers")
        known = {"uuid": self.ids.get(target, ""), "date": "2026-11-21", "date-time": "2026-11-21T00:00:00.000Z",
                 "email": "anna@example.com"}
        return known.get(schema.get("format"), "Anna")

    def headers(self, *more):
        lines = [f"{name}: {value}" for name, value in self.api.headers.items()]
        return "\\n".join([*lines, "Accept: application/json", *more])

    def queries(self):
        """(path, parameters with values) for every route that has some: values that the server takes, as what
        it refuses would never come to the database."""
        for template, operations in sorted(self.document["paths"].items()):
            if "get" not in operations or ("GET", template) in LEFT_OUT:
                continue
            named = [self.resolved(parameter) for parameter in operations["get"].get("parameters", [])]
            pairs = [(p["name"], self.taken(template, p)) for p in named if p["in"] == "query"]
            pairs = [(name, value) for name, value in pairs if value is not None]
            alone = [pair for pair in pairs if pair[0] in ("cursor", "trash")]
            pairs = [pair for pair in pairs if pair not in alone]
            yield from ((template, [pair]) for pair in alone)
            for first in range(0, len(pairs), TOGETHER):
                yield template, pairs[first:first + TOGETHER]

    def candidates(self, template, parameter):
        name, schema = parameter["name"], self.resolved(parameter.get("schema", {}))
        field = name.partition("[")[0]
        record = self.records.get(self.collection(template), {})
        for part in field.split("."):
            record = record.get(part) if isinstance(record, dict) else None
        text = {True: "true", False: "false"}.get(record, record) if not isinstance(record, (list, dict)) else None
        if name == "cursor":
            yield self.cursor(template)
        yield from schema.get("enum", [])
        yield from {"sort": ["id"], "fields": ["id"], "expand": ["customer", "order", "owner"], "limit": ["5"], "q": ["anna"],
                    "since": ["0"], "format": ["csv"], "[null]": ["false", "true"]}.get(name, [])
        yield from [text] if text is not None else []
        yield from ["Anna", "1", "0", "true", "2026-11-21", "2020-01-01T00:00:00.000Z", self.ids["customers"], "USD", "0.1", "customers"]

    def taken(self, template, parameter):
        """A value for which there is an answer, better one with a row in it; None: there is none."""
        found = None
        for value in self.candidates(template, parameter):
            query = urllib.parse.urlencode({parameter["name"]: value})
            reply = self.api.call("GET", f"{self.path(template)}?{query}", check=False)
            if reply.status == 200:
                found = value if found is None else found
                if b'"id"' in reply.body or b"Anna" in reply.body:
                    return value
        return found

    def collection(self, template):
        return template.split("/")[3] if template.startswith("/api/v1/") else ""

    def cursor(self, template):
        reply = self.api.call("GET", f"{self.path(template)}?limit=1", check=False)
        return (reply.json.get("next_cursor") if reply.status == 200 else None) or "x"

    def bodies(self):
        """(method, path, body that is taken)"""
        for template, operations in sorted(self.document["paths"].items()):
            for method, operation in sorted(operations.items()):
                content = operation.get("requestBody", {}).get("content", {}).get("application/json")
                if content and (method.upper(), template) not in LEFT_OUT:
                    body = self.value(content["schema"]) if not template.endswith("/batch") else self.batch()
                    yield method.upper(), template, self.accepted(method.upper(), template, body)

    def batch(self):
        path = f"/api/v1/customers/{self.ids['customers']}"
        return {"atomic": False, "operations": [{"method": "PATCH", "path": path, "body": {"name": "Anna"}, "if_match": "*"}]}

    def accepted(self, method, template, body):
        """The body without what the server refuses."""
        for _ in range(6):
            reply = self.api.call(method, self.path(template), body, check=False)
            names = {error["pointer"].split("/")[1] for error in reply.json.get("errors", [])} if reply.status in (400, 422) else set()
            if not names & set(body):
                break
            body = {name: value for name, value in body.items() if name not in names}
        return body


@pytest.fixture(scope="module")
def target():
    with Server() as server:
        yield Target(server)


def part(rows):
    number, _, of = os.environ.get("INJECTION_PART", "1/1").partition("/")
    return itertools.islice(rows, int(number) - 1, None, int(of))


def test_no_parameter_of_a_query_reaches_the_database_as_sql(target, tmp_path):
    asked = 0
    for template, pairs in part(target.queries()):
        address = f"http://127.0.0.1:{target.server.port}{target.path(template)}?{urllib.parse.urlencode(pairs)}"
        assert sqlmap(tmp_path, address, "--headers", target.headers(), "-p", ",".join(name for name, _ in pairs)) == []
        asked += len(pairs)
    assert asked > 0
    print(f"{asked} parameters")


def test_no_id_of_a_path_reaches_the_database_as_sql(target, tmp_path):
    templates = [template for template, operations in target.document["paths"].items() if "{id}" in template and "get" in operations]
    for template in part(sorted(templates)):
        address = f"http://127.0.0.1:{target.server.port}{target.path(template)}"
        marked = re.sub(r"([0-9a-f-]{36})", r"\1*", address)
        assert sqlmap(tmp_path, marked, "--headers", target.headers()) == []


def test_no_member_of_a_body_reaches_the_database_as_sql(target, tmp_path):
    for method, template, body in part(target.bodies()):
        address = f"http://127.0.0.1:{target.server.port}{target.path(template)}"
        text = json.dumps(body)
        if not re.search(r'": *["\d]', text):
            continue  # nothing in it that could be changed
        assert sqlmap(tmp_path, address, "--method", method, "--data", text, "--headers",
                      target.headers("Content-Type: application/json")) == []
    assert target.api.get("/api/v1/customers").json["data"], "the database is still there"


def test_the_server_is_content_afterwards(target):
    assert pathlib.Path(target.server.data / "kontor.db").exists()
    target.server.run("doctor", "--quiet")
    assert not [line for line in target.server.lines if '"status":500' in line]
