"""Kontor itself."""
import datetime
import json
import pathlib
import sqlite3
import subprocess
import unicodedata
import urllib.parse
import uuid

import dataset
from contender import FRESH, Contender, Failed

API = "/api/v1"


def instant_ms(at_s):
    return at_s * 1000


def record_id(kind, number, at_s=dataset.NEWEST_S):
    """A UUID of version 7, as the program gives them: the time, then what looks random."""
    tail = dataset.digest(kind, number)[:10]
    raw = instant_ms(at_s).to_bytes(6, "big") + bytes([0x70 | tail[0] & 15, tail[1], 0x80 | tail[2] & 63]) + tail[3:10]
    return uuid.UUID(bytes=raw)


def folded(text):
    """As the program folds what is searched: small letters without marks, words between blanks."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = (c for c in bare if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


class Kontor(Contender):
    name = "kontor"
    durability = "synchronous=FULL"
    health = "/livez"

    def __init__(self, root, binary):
        super().__init__(root)
        self.binary = pathlib.Path(binary)
        self.last_page = ""

    def version(self):
        return subprocess.run([self.binary, "version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]

    def command(self):
        # One client with one token would be held back after a hundred requests.
        unlimited = ["--rate-limit", "off"] if self.has_accounts() else []
        return [self.binary, "--data", self.data, "serve", "--listen", f"127.0.0.1:{self.port}", "--log-level", "error",
                *unlimited], self.without_archive()

    def without_archive(self):
        """The peers keep none; archive_latency.py measures what it costs."""
        flags = subprocess.run([self.binary, "serve", "--help"], capture_output=True, text=True, check=True).stdout
        return {"KONTOR_ARCHIVE": "off"} if "--archive " in flags else {}

    def launch(self, under=()):
        self.headers = {"Authorization": f"Bearer {self.make_token()}"} if self.has_accounts() else {}
        super().launch(under)

    def has_accounts(self):
        """A program from before there were any can be the one that another is held against."""
        verbs = subprocess.run([self.binary, "--help"], capture_output=True, text=True, check=True).stdout
        return any(line.split()[:1] == ["token"] for line in verbs.splitlines())

    def make_token(self):
        """Of an owner, in the copy that is about to be served."""
        def run(*arguments):
            return subprocess.run([self.binary, "--data", self.data, *arguments], capture_output=True, text=True, check=True).stdout
        run("user", "add", "owner@example.com", "--role", "owner")
        return json.loads(run("token", "create", "--user", "owner@example.com", "--name", "bench", "--json"))["token"]

    def fill(self, folder):
        data = folder / "data"
        run = [self.binary, "--data", data, "--quiet"]
        subprocess.run([*run, "init"], check=True, stdout=subprocess.DEVNULL)
        fill_database(sqlite3.connect(data / "kontor.db", isolation_level=None))
        # Every kept figure and sum is proved, so nothing is measured that the program would not write.
        proof = subprocess.run([*run, "doctor"], capture_output=True, text=True)
        if proof.returncode != 0:
            raise Failed(f"kontor doctor on the benchmark's data: {proof.stdout}{proof.stderr}")
        for entry in data.iterdir():
            entry.rename(folder / entry.name)
        data.rmdir()

    def after_start(self):
        self.last_page = self.find_last_page()

    def find_last_page(self):
        """The address of page 2,000: what a client holds that has turned all the pages before it."""
        cursor, left = "", 1_999 * 50
        while left:
            step = min(left, 200)
            status, body = self.call("GET", f"{API}/customers?fields=id&limit={step}" + (f"&cursor={cursor}" if cursor else ""),
                                     headers=self.headers)
            cursor = json.loads(body)["next_cursor"]
            if status != 200 or not cursor:
                raise Failed(f"kontor: page 2,000 cannot be reached: {status} {body[:200]!r}")
            left -= step
        return f"{API}/customers?limit=50&cursor={cursor}"

    def request_headers(self, operation):
        return {**self.headers, **({"Idempotency-Key": FRESH} if operation in ("customer", "order") else {})}

    def requests(self, operation):
        if operation == "health":
            return [("GET", "/livez", None)]
        if operation == "get":
            at = {c.number: c.at_s for c in dataset.customers()}
            return [("GET", f"{API}/customers/{record_id('customer', n, at[n])}", None) for n in dataset.wanted_customers()]
        if operation == "list":
            return [("GET", f"{API}/customers?limit=50", None)]
        if operation == "list_count":
            return [("GET", f"{API}/customers?limit=50&count=exact", None)]
        if operation == "deep":
            return [("GET", self.last_page, None)]
        if operation == "search":
            return [("GET", f"{API}/customers?limit=20&count=exact&q={urllib.parse.quote(name)}", None)
                    for name in dataset.wanted_names()]
        if operation == "dashboard":
            return [("GET", f"{API}/stats/dashboard?from=2024-10-01&to=2026-10-01", None)]
        if operation == "customer":
            return [("POST", f"{API}/customers", json.dumps({
                "kind": "person", "name": c.name, "email": c.email, "phone": c.phone, "lifecycle": c.kind,
                "address": {"street": c.street, "city": c.city}}, ensure_ascii=False)) for c in dataset.new_customers()]
        if operation == "order":
            at = {c.number: c.at_s for c in dataset.customers()}
            return [("POST", f"{API}/orders", json.dumps({
                "customer_id": str(record_id("customer", customer, at[customer])), "currency": "USD",
                "lines": [{"product_id": str(record_id("product", p)), "quantity": q} for p, q, _ in lines]}))
                    for customer, lines in dataset.new_orders()]
        return []

    def check(self, operation, status, body):
        super().check(operation, status, body)
        answer = json.loads(body)
        if operation == "get":
            fine = answer["name"] and answer["email"]
        elif operation in ("list", "list_count", "deep"):
            fine = len(answer["data"]) == 50 and answer["data"][0]["email"]
        elif operation == "search":
            fine = len(answer["data"]) == 20 and 20 < answer["count"] < 1_000
        elif operation == "dashboard":
            fine = len(answer["revenue_by_month"]) >= 24 and answer["customers"]["count"] >= dataset.CUSTOMERS
        elif operation == "order":
            fine = len(answer["lines"]) == 2 and answer["total"] > 0
        else:
            fine = True
        if not fine:
            raise Failed(f"kontor: {operation} is not answered in full: {body[:300]!r}")


def fill_database(db):
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    # The full-text index is built in one go afterwards, which is much faster than row by row.
    held = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_search\\_%' ESCAPE '\\'").fetchall()
    for name, _ in held:
        db.execute(f"DROP TRIGGER {name}")
    db.executemany("INSERT INTO customers (id, uid, version, created_at, updated_at, kind, name, name_fold, email, email_norm, "
                   "phone, phone_norm, lifecycle, address_street, address_city, search_fold) "
                   "VALUES (?, ?, 1, ?, ?, 'person', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(customer_row, dataset.customers()))
    at = instant_ms(dataset.NEWEST_S - dataset.SPAN_S)
    db.executemany("INSERT INTO products (id, uid, version, created_at, updated_at, sku, name, name_fold, price, currency, tax_rate, "
                   "track_stock, stock_on_hand, reorder_point, status, search_fold) "
                   "VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, 'USD', 0, 0, 0, 0, 'active', ?)",
                   ((p.number, record_id("product", p.number).bytes, at, at, p.sku, p.name, folded(p.name), p.cents * 10_000,
                     folded(f"{p.sku} {p.name}")) for p in dataset.products()))
    orders = list(dataset.orders())
    db.executemany("INSERT INTO orders (id, uid, version, created_at, updated_at, number, customer_id, status, payment_status, "
                   "fulfilment_status, currency, order_date, subtotal, discount, net, tax, shipping, total, paid, due, "
                   "confirmed_at, confirmed_on, search_fold) VALUES (?, ?, 1, ?, ?, ?, ?, ?, 'unpaid', 'unfulfilled', 'USD', ?, "
                   "?, 0, ?, 0, 0, ?, 0, ?, ?, ?, ?)", map(order_row, orders))
    db.executemany("INSERT INTO order_lines (uid, order_id, position, product_id, sku, name, quantity, unit_price, discount, "
                   "tax_rate, line_total, discount_share) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0)", line_rows(orders))
    # Newest last, as the trail grows.
    db.execute("INSERT INTO changes (at, collection, record_uid, action, version, diff) SELECT * FROM ("
               "SELECT created_at, 'customers', uid, 'create', 1, '{}' FROM customers UNION ALL "
               "SELECT created_at, 'products', uid, 'create', 1, '{}' FROM products UNION ALL "
               "SELECT created_at, 'orders', uid, 'create', 1, '{}' FROM orders) ORDER BY 1")
    # The chain of hashes begins behind them.
    db.execute("UPDATE meta SET value = (SELECT 1 + max(seq) FROM changes) WHERE key = 'audit_begins'")
    for _, sql in held:
        db.execute(sql)
    for table in ("customers", "products", "orders"):
        db.execute(f"INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')")
        # As an index is that has grown with its records: else the first writes merge what this left.
        db.execute(f"INSERT INTO {table}_search ({table}_search) VALUES ('optimize')")
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def customer_row(c):
    at = instant_ms(c.at_s)
    return (c.number, record_id("customer", c.number, c.at_s).bytes, at, at, c.name, folded(c.name), c.email, c.email,
            c.phone, c.phone, c.kind, c.street, c.city, folded(f"{c.name} {c.email} {c.phone} {c.city}"))


def order_row(o):
    at, number = instant_ms(o.at_s), f"B-{o.number:06d}"
    day = datetime.datetime.fromtimestamp(o.at_s, datetime.timezone.utc).date().isoformat()
    booked = o.state != "draft"
    return (o.number, record_id("order", o.number, o.at_s).bytes, at, at, number, o.customer, o.state, day, o.cents, o.cents,
            o.cents, o.cents, at if booked else None, day if booked else None, folded(number))


def line_rows(orders):
    names = {p.number: (p.sku, p.name) for p in dataset.products()}
    for o in orders:
        for position, (product, quantity, cents) in enumerate(o.lines):
            yield (record_id("line", 2 * o.number + position, o.at_s).bytes, o.number, position, product, *names[product],
                   quantity * 10_000, cents * 10_000, quantity * cents)
