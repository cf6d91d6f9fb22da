"""Every built-in role × every route × whose record it is × the state of the account, against
access_policy.txt. Whoever adds a route adds it there, or this fails.

One server; the records are made once, in bulk: a set for each role, so that what one may change or
delete is there untouched for the next.
"""
import itertools
import json
import uuid

import pytest
from support.access_policy import COLLECTIONS, HOLDERS, read_policy
from support.firm import COLLEAGUE, STRANGER, Caller, Firm

POLICY = read_policy()
# A record of its own for each way of losing it: changed, given away, put in the trash, brought back.
SETS = ("kept", "given", "dropped", "trashed")
OPEN = ("open", "sign_out")
STATUS = {"forbidden": {403}, "invisible": {404}}
NEW_ID = itertools.count(1)
BATCH = 100


class Records:
    """ids[role, collection, holder, set]. A payment belongs to an order of the same holder, as it would
    take over its owner."""

    def __init__(self, firm):
        self.firm, self.api = firm, firm.founder
        self.customer = self.api.post("/api/v1/customers", {"name": "Everyone's", "owner_id": firm.users["viewer"]}).json["id"]
        names = [*POLICY.roles, COLLEAGUE, STRANGER, None]
        self.orders = {name: self.api.post("/api/v1/orders", self.owned(self.order_body(), name)).json["id"] for name in names}
        places = itertools.product(POLICY.roles, COLLECTIONS, HOLDERS, SETS)
        self.ids = {place: str(uuid.uuid4()) for place in places}
        self.send([{"method": "POST", "path": f"/api/v1/{place[1]}", "body": self.body(*place)} for place in self.ids])
        self.send([{"method": "DELETE", "path": f"/api/v1/{place[1]}/{id}"}
                   for place, id in self.ids.items() if place[3] == "trashed"])
        for collection in COLLECTIONS:
            nobodys = [id for place, id in self.ids.items() if place[1] == collection and place[2] == "nobody"]
            firm.make_nobodys(collection, nobodys + ([self.orders[None]] if collection == "orders" else []))
        for role in POLICY.roles:  # nobody could give her these, but she may have had another role
            for collection in COLLECTIONS:
                if not POLICY.visible(role, collection):
                    firm.hand_over(collection, [self.ids[role, collection, "own", kind] for kind in SETS], role)

    def send(self, operations):
        for first in range(0, len(operations), BATCH):
            body = {"atomic": True, "operations": operations[first:first + BATCH]}
            reply = self.api.post("/api/v1/batch", body, expect=200, check=False)
            assert all(result["status"] < 300 for result in reply.json["results"]), reply

    def owned(self, body, name):
        return dict(body, owner_id=self.firm.users[name]) if name else body

    def order_body(self):
        line = {"name": "Work", "quantity": 1, "unit_price": 1000}
        return {"customer_id": self.customer, "currency": "USD", "lines": [line]}

    def least(self, collection, name):
        """What a new record of the collection must have, somebody's."""
        number = next(NEW_ID)
        return {"customers": lambda: {"name": f"Customer {number}"},
                "contacts": lambda: {"last_name": f"Contact {number}"},
                "products": lambda: {"sku": f"SKU-{number}", "name": f"Product {number}", "price": 1000, "currency": "USD"},
                "orders": self.order_body,
                "payments": lambda: {"order_id": self.orders[name], "amount": 1, "status": "pending"}}[collection]()

    def body(self, role, collection, holder, kind):
        name = {"own": role, "team": COLLEAGUE, "other": STRANGER}.get(holder)
        owner = None if name == role and not POLICY.visible(role, collection) else name
        return dict(self.owned(self.least(collection, name), owner), id=self.ids[role, collection, holder, kind])

    def seen_by(self, role, collection, function="read"):
        """The ids that the policy lets a role see, by who holds them now."""
        visible = POLICY.visible(role, collection, function)
        holders = self.firm.holders(collection)
        return {id for id, holder in holders.items() if self.firm.relation(role, holder) in visible}


@pytest.fixture(scope="module")
def firm():
    with Firm(POLICY.roles) as running:
        yield running


@pytest.fixture(scope="module")
def records(firm):
    return Records(firm)


def routes_of(document):
    return {(method.upper(), path) for path, operations in document["paths"].items() for method in operations
            if method in ("get", "post", "put", "patch", "delete")}


def test_every_route_has_a_row_and_every_row_a_route(firm):
    assert routes_of(firm.server.client.openapi.document) == set(POLICY.routes)


def test_every_role_and_every_function_is_in_the_table(firm):
    assert set(POLICY.roles) == {role["name"] for role in firm.founder.get("/api/v1/roles").json["data"]}
    for (function, collection) in POLICY.routes.values():
        for role in POLICY.roles:
            cell = (role, collection, "read" if function == "list" else function)
            assert function in POLICY.functions or cell in POLICY.cells, cell


class Findings:
    """Collects what is not as the policy says, so that one run shows it all."""

    def __init__(self):
        self.wrong, self.checked = [], 0

    def check(self, expected, reply, *place, success=(200, 201, 202, 204)):
        allowed = STATUS.get(expected, set(success))
        self.checked += 1
        if reply.status not in allowed:
            self.wrong.append(f"{' '.join(place)}: {expected} wanted, {reply.status} came: {reply.text[:120]}")

    def conclude(self, at_least):
        assert not self.wrong, f"{len(self.wrong)} of {self.checked}:\n" + "\n".join(self.wrong[:60])
        assert self.checked >= at_least


def record_routes(*functions):
    """Routes on one record, by what they ask for."""
    return [(method, path, function, collection) for (method, path), (function, collection) in POLICY.routes.items()
            if function in functions and "{id}" in path and collection]


@pytest.mark.parametrize("role", POLICY.roles)
class TestRecords:
    def test_reading_changing_moving(self, firm, records, role):
        found, api = Findings(), firm.caller(role)
        for method, path, function, collection in record_routes("read", "change", "refund"):
            if path.endswith("/restore"):
                continue  # below, with records that are in the trash
            body = {"tags": ["seen"]} if method == "PATCH" else None
            # What the state of a record does not allow is no matter of rights.
            success = (200, 201, 409, 422) if method == "POST" else (200,)
            for holder in HOLDERS:
                id = records.ids[role, collection, holder, "kept"]
                reply = api.call(method, path.replace("{id}", id), body)
                found.check(POLICY.record(role, collection, function, holder), reply, role, method, path, holder, success=success)
        found.conclude(at_least=len(HOLDERS) * 25)

    def test_giving_away_dropping_and_bringing_back(self, firm, records, role):
        found, api = Findings(), firm.caller(role)
        for collection, holder in itertools.product(COLLECTIONS, HOLDERS):
            root, colleague = f"/api/v1/{collection}", {"owner_id": firm.users["colleague"]}
            id = {kind: records.ids[role, collection, holder, kind] for kind in SETS}
            if holder != "team":  # it is hers already: nothing would change
                found.check(POLICY.record(role, collection, "assign", holder), api.call("PATCH", f"{root}/{id['given']}", colleague),
                            role, "assign", collection, holder)
            expected = POLICY.record(role, collection, "delete", holder)
            found.check(expected, api.call("DELETE", f"{root}/{id['dropped']}"), role, "DELETE", collection, holder)
            found.check(POLICY.record(role, collection, "change", holder), api.call("POST", f"{root}/{id['trashed']}/restore"),
                        role, "restore", collection, holder)
        found.conclude(at_least=55)

    def test_the_same_inside_a_batch(self, firm, records, role):
        found, api = Findings(), firm.caller(role)
        for collection in COLLECTIONS:
            paths = [f"/api/v1/{collection}/{records.ids[role, collection, holder, 'kept']}" for holder in HOLDERS]
            operations = [{"method": "PATCH", "path": path, "body": {"tags": ["in a batch"]}} for path in paths]
            reply = api.act("/api/v1/batch", {"atomic": False, "operations": operations})
            for holder, result in zip(HOLDERS, reply.json["results"]):
                expected = POLICY.record(role, collection, "change", holder)
                found.check(expected, Result(result), role, "batch PATCH", collection, holder, success=(200,))
        found.conclude(at_least=20)


class Result:
    def __init__(self, result):
        self.status, self.text = result["status"], json.dumps(result.get("body"))


@pytest.mark.parametrize("role", POLICY.roles)
class TestMany:
    def test_lists_counts_and_search_show_what_may_be_read(self, firm, records, role):
        api = firm.caller(role)
        for collection in COLLECTIONS:
            if not POLICY.visible(role, collection):
                for query in ("", "?count=exact", "?q=x", "?trash=only"):
                    api.get(f"/api/v1/{collection}{query}", expect=403)
                continue
            seen = records.seen_by(role, collection)
            rows = [row["id"] for row in api.list(collection, limit=200, fields="id")]
            assert len(rows) == len(set(rows)) and set(rows) == seen, (role, collection)
            assert api.get(f"/api/v1/{collection}?count=exact&limit=1").json["count"] == len(seen), (role, collection)
            if collection == "customers":
                found = api.get("/api/v1/customers?q=customer&count=exact&limit=200").json
                names = {row["id"] for row in firm.founder.list("customers", limit=200) if "Customer" in row["name"]}
                assert found["count"] == len(names & seen)
                assert {row["id"] for row in found["data"]} <= seen

    def test_files_hold_what_may_be_exported(self, firm, records, role):
        api = firm.caller(role)
        for collection in COLLECTIONS:
            path = f"/api/v1/{collection}/export?format=jsonl&fields=id"
            if not POLICY.visible(role, collection, "export"):
                api.get(path, expect=403)
                continue
            ids = {json.loads(line)["id"] for line in api.get(path).text.splitlines()}
            assert ids == records.seen_by(role, collection, "export"), (role, collection)

    def test_changes_and_figures_are_of_what_may_be_read(self, firm, records, role):
        api, seen = firm.caller(role), {name: records.seen_by(role, name) for name in COLLECTIONS}
        figures = api.get("/api/v1/stats/dashboard").json
        assert figures["customers"]["count"] == len(seen["customers"]), role
        assert sum(row["count"] for row in figures["orders_by_status"]) == len(seen["orders"]), role
        live = {name: set(firm.holders(name)) for name in COLLECTIONS}
        since, told = 0, set()
        while True:
            page = api.get(f"/api/v1/changes?since={since}&limit=200").json
            told |= {(change["collection"], change["id"]) for change in page["data"]}
            if not page["has_more"]:
                break
            since = page["next_since"]
        for name in COLLECTIONS:
            assert {id for collection, id in told if collection == name} & live[name] == seen[name], (role, name)

    def test_new_records(self, firm, records, role):
        found, api = Findings(), firm.caller(role)
        for collection in COLLECTIONS:
            reply = api.call("POST", f"/api/v1/{collection}", records.least(collection, role))
            found.check(POLICY.record(role, collection, "create", "own"), reply, role, "create", collection, success=(201,))
        found.conclude(at_least=5)


@pytest.mark.parametrize("role", POLICY.roles)
def test_everything_that_is_no_record(firm, role):
    found, api = Findings(), firm.signed_in(role)
    for (method, path), (function, _) in sorted(POLICY.routes.items(), key=lambda row: row[1][0] == "sign_out"):
        if function in POLICY.functions:
            reply = ask(api, method, path)
            expected = POLICY.function(role, function)
            anything_else = [status for status in range(200, 500) if status not in (401, 403)]
            found.check(expected, reply, role, method, path, success=anything_else)
    found.conclude(at_least=30)


def ask(api, method, path):
    """A call that changes nothing, as there is no such record and nothing in the body."""
    path = path.replace("{id}", str(uuid.uuid4())).replace("{name}", "x").replace("{code}", "x")
    if path.endswith("/events"):
        return Status(api.status_of_stream(path))
    return api.call(method, path, None if method in ("GET", "DELETE") else {}, check=False)


class Status:
    text = ""

    def __init__(self, status):
        self.status = status


def test_nobody_gets_anything_that_is_not_open(firm):
    found, nobody = Findings(), firm.caller(None)
    for (method, path), (function, _) in POLICY.routes.items():
        if function in OPEN:
            found.check("open", ask(nobody, method, path), method, path, success=[s for s in range(200, 500) if s != 403])
        elif function != "local":
            reply = ask(nobody, method, path)
            found.check("refused", reply, method, path, success=(401,))
    found.conclude(at_least=len(POLICY.routes) - 1)


@pytest.mark.parametrize("role", POLICY.roles)
def test_who_is_disabled_gets_nothing(firm, records, role):
    """The session from before, on every route; and a new one is refused."""
    api, found = firm.signed_in(role), Findings()
    firm.disable(role)
    try:
        for (method, path), (function, collection) in POLICY.routes.items():
            if function not in (*OPEN, "local"):
                own = records.ids.get((role, collection, "own", "kept"), "")
                found.check("refused", ask(api, method, path.replace("{id}", own) if own else path), role, method, path,
                            success=(401,))
        firm.server.client.post("/api/v1/session", {"email": firm.email(role), "password": firm.password}, expect=401)
    finally:
        firm.enable(role)
    found.conclude(at_least=60)


@pytest.mark.parametrize("role, collection, field", POLICY.read_only)
def test_fields_that_are_only_read(firm, records, role, collection, field):
    path = f"/api/v1/{collection}/{records.ids[role, collection, 'own', 'kept']}"
    before = firm.founder.get(path).json[field]
    other = {"customer_id": str(uuid.uuid4()), "currency": "EUR", "order_date": "2020-02-02", "tax_rate": "0.31"}.get(field, 31)
    reply = firm.caller(role).call("PATCH", path, {field: other})
    assert reply.status == 403 and reply.pointers == [f"/{field}"], reply
    assert firm.founder.get(path).json[field] == before


@pytest.mark.parametrize("role, collection, field", POLICY.hidden)
def test_fields_that_are_not_seen(firm, records, role, collection, field):
    record, api = records.ids[role, collection, "own", "kept"], firm.caller(role)
    assert field in firm.founder.get(f"/api/v1/{collection}/{record}").json
    assert field not in api.get(f"/api/v1/{collection}/{record}").json
    assert all(field not in row for row in api.get(f"/api/v1/{collection}?limit=20").json["data"])
    for query in (f"{field}=1", f"{field}[gt]=1", f"sort={field}", f"fields={field}"):
        assert api.call("GET", f"/api/v1/{collection}?{query}").status in (400, 403), query


class ByToken:
    """The firm, whose people ask with API tokens."""

    def __init__(self, firm):
        self.firm, self.callers = firm, {}

    def __getattr__(self, name):
        return getattr(self.firm, name)

    def caller(self, name):
        if name not in self.callers:
            token = self.firm.caller(name).post("/api/v1/tokens", {"name": "matrix"}).json["token"]
            self.callers[name] = Caller(self.firm.server, {"Authorization": f"Bearer {token}"})
        return self.callers[name]


@pytest.fixture(scope="module")
def by_token(firm):
    return ByToken(firm)


@pytest.mark.parametrize("role", ["sales", "warehouse"])
class TestTokens:
    """A token without scopes may do what its user may, and not more."""

    def test_records(self, by_token, records, role):
        TestRecords().test_reading_changing_moving(by_token, records, role)
        TestRecords().test_the_same_inside_a_batch(by_token, records, role)

    def test_many(self, by_token, records, role):
        TestMany().test_lists_counts_and_search_show_what_may_be_read(by_token, records, role)
        TestMany().test_files_hold_what_may_be_exported(by_token, records, role)
        TestMany().test_changes_and_figures_are_of_what_may_be_read(by_token, records, role)
        TestMany().test_new_records(by_token, records, role)
