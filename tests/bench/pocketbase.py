"""PocketBase: its collections made over its API, its rows written into its database while it is stopped."""
import datetime
import json
import sqlite3
import subprocess
import urllib.parse

import dataset
from contender import FRESH, Contender, Failed

ROOT_USER = ("root@example.com", "a-root-password-1")
USER = ("bench@example.com", "a-bench-password-1")


def record_id(kind, number):
    return dataset.digest(kind, number).hex()[:15]


def instant(at_s):
    return datetime.datetime.fromtimestamp(at_s, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.000Z")


class PocketBase(Contender):
    name = "pocketbase"
    durability = "synchronous=NORMAL, its own setting"
    health = "/api/health"

    def __init__(self, root, with_accounts):
        super().__init__(root)
        self.program = self.root / "peers/pocketbase/usr/bin/base"
        self.with_accounts = with_accounts

    def version(self):
        return (self.root / "peers/pocketbase/VERSION").read_text().strip()

    def command(self):
        # Without --dev=false a program below the temporary folder takes itself for one under development.
        return [self.program, "serve", "--dev=false", "--http", f"127.0.0.1:{self.port}", "--dir", self.data / "pb_data"], {}

    def fill(self, folder):
        subprocess.run([self.program, "superuser", "upsert", *ROOT_USER, "--dir", folder / "pb_data"], check=True, cwd=folder,
                       stdout=subprocess.DEVNULL)
        self.data, kept = folder, self.data
        try:
            self.launch_for_filling()
            self.make_collections()
        finally:
            self.stop_filling()
            self.data = kept
        fill_database(sqlite3.connect(folder / "pb_data/data.db", isolation_level=None))
        folder.with_name(folder.name + ".log").unlink(missing_ok=True)

    def launch_for_filling(self):
        keep, self.with_accounts = self.with_accounts, False
        self.after_start, wanted = (lambda: None), self.after_start
        self.launch()
        self.after_start, self.with_accounts = wanted, keep

    def stop_filling(self):
        self.process.terminate()
        self.process.wait()
        self.process = None

    def api(self, method, path, body, headers):
        status, answer = self.call(method, path, body, headers)
        if status not in (200, 204):
            raise Failed(f"pocketbase: {method} {path}: {status} {answer[:300]!r}")
        return json.loads(answer) if answer else None

    def signed_in(self, collection, user):
        answer = self.api("POST", f"/api/collections/{collection}/auth-with-password", {"identity": user[0], "password": user[1]}, {})
        return {"Authorization": answer["token"]}

    def make_collections(self):
        root = self.signed_in("_superusers", ROOT_USER)
        self.api("PATCH", "/api/settings", {"batch": {"enabled": True, "maxRequests": 50, "timeout": 10}}, root)
        made = {}
        for name, fields, indexes in collections(made):
            body = {"name": name, "type": "base", "fields": fields, "indexes": indexes, **rules('@request.auth.id != ""')}
            made[name] = self.api("POST", "/api/collections", body, root)["id"]
        self.api("POST", "/api/collections", {
            "name": "months", "type": "view", "listRule": '@request.auth.id != ""',
            "viewQuery": "SELECT substr(o.placed_at, 1, 7) AS id, count(*) AS orders, sum(o.cents) AS cents, "
                         "(SELECT count(*) FROM customers) AS customers, (SELECT count(*) FROM products) AS products "
                         "FROM orders o WHERE o.state NOT IN ('draft', 'cancelled') GROUP BY substr(o.placed_at, 1, 7)"}, root)
        self.api("POST", "/api/collections/users/records", {"email": USER[0], "password": USER[1], "passwordConfirm": USER[1]}, root)

    def after_start(self):
        if self.with_accounts:
            self.headers = self.signed_in("users", USER)
            return
        root = self.signed_in("_superusers", ROOT_USER)
        for name in ("customers", "products", "orders", "order_lines"):
            self.api("PATCH", f"/api/collections/{name}", rules(""), root)
        self.api("PATCH", "/api/collections/months", {"listRule": ""}, root)

    def requests(self, operation):
        records = "/api/collections/customers/records"
        page = "?perPage=50&sort=-created&page="
        if operation == "health":
            return [("GET", "/api/health", None)]
        if operation == "get":
            return [("GET", f"{records}/{record_id('customer', n)}", None) for n in dataset.wanted_customers()]
        if operation == "list":
            return [("GET", f"{records}{page}1&skipTotal=1", None)]
        if operation == "list_count":
            return [("GET", f"{records}{page}1", None)]
        if operation == "deep":
            return [("GET", f"{records}{page}2000&skipTotal=1", None)]
        if operation == "search":
            return [("GET", f"{records}?perPage=20&sort=-created&filter={urllib.parse.quote(f'name ~ {json.dumps(name, ensure_ascii=False)}')}",
                     None) for name in dataset.wanted_names()]
        if operation == "dashboard":
            return [("GET", "/api/collections/months/records?perPage=60&skipTotal=1", None)]
        if operation == "customer":
            return [("POST", records, json.dumps({"name": c.name, "email": c.email, "phone": c.phone, "street": c.street,
                                                  "city": c.city, "kind": c.kind}, ensure_ascii=False))
                    for c in dataset.new_customers()]
        if operation == "order":
            return [("POST", "/api/batch", batch(customer, lines)) for customer, lines in dataset.new_orders()]
        return []

    def check(self, operation, status, body):
        super().check(operation, status, body)
        answer = json.loads(body)
        if operation == "get":
            fine = answer["name"] and answer["email"]
        elif operation in ("list", "list_count", "deep"):
            fine = len(answer["items"]) == 50 and (operation != "list_count" or answer["totalItems"] >= dataset.CUSTOMERS)
        elif operation == "search":
            fine = len(answer["items"]) == 20 and 20 < answer["totalItems"] < 1_000
        elif operation == "dashboard":
            fine = len(answer["items"]) >= 24 and answer["items"][0]["customers"] >= dataset.CUSTOMERS
        elif operation == "order":
            fine = len(answer) == 3 and all(part["status"] == 200 for part in answer)
        else:
            fine = True
        if not fine:
            raise Failed(f"pocketbase: {operation} is not answered in full: {body[:300]!r}")


def rules(rule):
    return {name: rule for name in ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")}


def collections(made):
    """(name, fields, indexes); later ones point at those `made` before."""
    text = lambda name, **more: {"type": "text", "name": name, **more}
    whole = lambda name: {"type": "number", "name": name, "onlyInt": True}
    choice = lambda name, *values: {"type": "select", "name": name, "maxSelect": 1, "values": list(values)}
    to = lambda name, where, **more: {"type": "relation", "name": name, "collectionId": made[where], "maxSelect": 1, "required": True, **more}
    dates = [{"type": "autodate", "name": "created", "onCreate": True},
             {"type": "autodate", "name": "updated", "onCreate": True, "onUpdate": True}]
    index = lambda table, column, unique="": f"CREATE {unique} INDEX `{table}_{column}` ON `{table}` (`{column}`)"
    yield ("customers", [text("name", required=True), {"type": "email", "name": "email"}, text("phone"), text("street"), text("city"),
                         choice("kind", "lead", "prospect", "customer", "former"), *dates],
           [index("customers", c) for c in ("created", "name", "email", "phone")])
    yield "products", [text("sku", required=True), text("name", required=True), whole("cents"), *dates], [index("products", "sku", "UNIQUE")]
    yield ("orders", [text("number"), to("customer", "customers"), choice("state", "draft", "confirmed", "completed", "cancelled"),
                      whole("cents"), {"type": "date", "name": "placed_at"}, *dates],
           [index("orders", c) for c in ("customer", "placed_at", "state")])
    yield ("order_lines", [to("order", "orders", cascadeDelete=True), to("product", "products"), whole("quantity"), whole("cents"), *dates],
           [index("order_lines", c) for c in ("order", "product")])


def batch(customer, lines):
    """An order and its lines are created together only by PocketBase's batch; the client computes the sum."""
    create = lambda collection, body: {"method": "POST", "url": f"/api/collections/{collection}/records", "body": body}
    order = {"id": FRESH, "number": FRESH, "customer": record_id("customer", customer), "state": "draft",
             "cents": sum(q * cents for _, q, cents in lines), "placed_at": instant(dataset.NEWEST_S)}
    return json.dumps({"requests": [create("orders", order), *(
        create("order_lines", {"order": FRESH, "product": record_id("product", p), "quantity": q, "cents": cents})
        for p, q, cents in lines)]})


def fill_database(db):
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    db.executemany("INSERT INTO customers (id, name, email, phone, street, city, kind, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   ((record_id("customer", c.number), c.name, c.email, c.phone, c.street, c.city, c.kind, instant(c.at_s), instant(c.at_s))
                    for c in dataset.customers()))
    start = instant(dataset.NEWEST_S - dataset.SPAN_S)
    db.executemany("INSERT INTO products (id, sku, name, cents, created, updated) VALUES (?, ?, ?, ?, ?, ?)",
                   ((record_id("product", p.number), p.sku, p.name, p.cents, start, start) for p in dataset.products()))
    orders = list(dataset.orders())
    db.executemany("INSERT INTO orders (id, number, customer, state, cents, placed_at, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   ((record_id("order", o.number), f"B-{o.number:06d}", record_id("customer", o.customer), o.state, o.cents,
                     *[instant(o.at_s)] * 3) for o in orders))
    db.executemany("INSERT INTO order_lines (id, `order`, product, quantity, cents, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   ((record_id("line", 2 * o.number + position), record_id("order", o.number), record_id("product", p), q, cents,
                     *[instant(o.at_s)] * 2) for o in orders for position, (p, q, cents) in enumerate(o.lines)))
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
