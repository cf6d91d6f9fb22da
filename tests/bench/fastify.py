"""Fastify with better-sqlite3: tests/bench/peers/fastify/server.js."""
import datetime
import json
import sqlite3
import subprocess
import urllib.parse

import dataset
from contender import Contender, Failed

SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT, street TEXT, city TEXT, kind TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX customers_created ON customers (created_at);
CREATE INDEX customers_name ON customers (name);
CREATE INDEX customers_email ON customers (email);
CREATE INDEX customers_phone ON customers (phone);
CREATE TABLE products (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL, cents INTEGER NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, customer_id INTEGER NOT NULL REFERENCES customers (id),
  state TEXT NOT NULL, cents INTEGER NOT NULL, placed_at TEXT NOT NULL);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_placed ON orders (placed_at);
CREATE INDEX orders_state ON orders (state);
CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id),
  product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL, cents INTEGER NOT NULL);
CREATE INDEX order_lines_order ON order_lines (order_id);
CREATE INDEX order_lines_product ON order_lines (product_id);
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
INSERT INTO users VALUES (1, 'bench@example.com');
"""


def instant(at_s):
    return datetime.datetime.fromtimestamp(at_s, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Fastify(Contender):
    name = "fastify"
    durability = "synchronous=FULL"
    health = "/health"

    def __init__(self, root, with_accounts):
        super().__init__(root)
        self.app = self.root / "peers/fastify"
        self.with_accounts = with_accounts

    def version(self):
        packages = ("fastify", "better-sqlite3")
        return " ".join(f"{p} {json.loads((self.app / 'node_modules' / p / 'package.json').read_text())['version']}" for p in packages)

    def command(self):
        doors = "accounts" if self.with_accounts else "open"
        return ["node", self.app / "server.js", self.data / "crm.db", self.port, "FULL", doors], {"NODE_ENV": "production"}

    def after_start(self):
        if not self.with_accounts:
            return
        token = subprocess.run(["node", self.app / "server.js", self.data / "crm.db", "token"], capture_output=True, text=True, check=True)
        self.headers = {"Authorization": f"Bearer {token.stdout.strip()}"}

    def fill(self, folder):
        db = sqlite3.connect(folder / "crm.db", isolation_level=None)
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)
        db.execute("BEGIN")
        db.executemany("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       ((c.number, c.name, c.email, c.phone, c.street, c.city, c.kind, instant(c.at_s), instant(c.at_s))
                        for c in dataset.customers()))
        db.executemany("INSERT INTO products VALUES (?, ?, ?, ?)", ((p.number, p.sku, p.name, p.cents) for p in dataset.products()))
        orders = list(dataset.orders())
        db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)",
                       ((o.number, f"B-{o.number:06d}", o.customer, o.state, o.cents, instant(o.at_s)) for o in orders))
        db.executemany("INSERT INTO order_lines (order_id, product_id, quantity, cents) VALUES (?, ?, ?, ?)",
                       ((o.number, *line) for o in orders for line in o.lines))
        db.execute("COMMIT")
        db.execute("ANALYZE")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()

    def requests(self, operation):
        if operation == "health":
            return [("GET", "/health", None)]
        if operation == "get":
            return [("GET", f"/customers/{n}", None) for n in dataset.wanted_customers()]
        if operation in ("list", "list_count"):
            return [("GET", "/customers?page=1&size=50", None)]
        if operation == "deep":
            return [("GET", "/customers?page=2000&size=50", None)]
        if operation == "search":
            return [("GET", f"/customers?size=20&q={urllib.parse.quote(name)}", None) for name in dataset.wanted_names()]
        if operation == "dashboard":
            return [("GET", "/dashboard", None)]
        if operation == "customer":
            return [("POST", "/customers", json.dumps({"name": c.name, "email": c.email, "phone": c.phone, "street": c.street,
                                                       "city": c.city, "kind": c.kind}, ensure_ascii=False))
                    for c in dataset.new_customers()]
        if operation == "order":
            return [("POST", "/orders", json.dumps({"customer_id": customer, "lines": [
                {"product_id": p, "quantity": q} for p, q, _ in lines]})) for customer, lines in dataset.new_orders()]
        return []

    def check(self, operation, status, body):
        super().check(operation, status, body)
        answer = json.loads(body)
        if operation == "get":
            fine = answer["name"] and answer["email"]
        elif operation in ("list", "list_count", "deep"):
            fine = len(answer["items"]) == 50 and answer["total"] >= dataset.CUSTOMERS
        elif operation == "search":
            fine = len(answer["items"]) == 20 and 20 < answer["total"] < 1_000
        elif operation == "dashboard":
            fine = len(answer["months"]) >= 24 and answer["customers"] >= dataset.CUSTOMERS
        elif operation == "order":
            fine = len(answer["lines"]) == 2 and answer["cents"] > 0
        else:
            fine = True
        if not fine:
            raise Failed(f"fastify: {operation} is not answered in full: {body[:300]!r}")
