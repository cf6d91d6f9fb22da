"""Ids of others and fields of the server's own: what a caller may not see is not there for her, in whatever
way she names it, and what she may not set is refused by name."""
import uuid

import pytest
from support.access_policy import COLLECTIONS, read_policy
from support.firm import COLLEAGUE, FOUNDER, STRANGER, Firm

# Of every record, beside what the schema says is the server's.
SERVERS_OWN = {"version": 7, "created_at": "2020-01-01T00:00:00.000Z", "updated_at": "2020-01-01T00:00:00.000Z",
               "created_by": str(uuid.uuid4()), "deleted_at": "2020-01-01T00:00:00.000Z", "holder_id": 1, "row_id": 1, "is_demo": True}


@pytest.fixture(scope="module")
def firm():
    with Firm(read_policy().roles, "--rate-limit", "off") as running:
        yield running


@pytest.fixture(scope="module")
def sales(firm):
    return firm.caller("sales")


def make(firm, collection, owner, **fields):
    """A record of somebody's."""
    root = {"customers": {"name": "x"}, "contacts": {"last_name": "x"},
            "products": {"sku": str(uuid.uuid4()), "name": "x", "price": 1, "currency": "USD"}}
    if collection == "orders":
        fields.setdefault("customer_id", make(firm, "customers", owner)["id"])
        root["orders"] = {"currency": "USD", "lines": [{"name": "Work", "quantity": 1, "unit_price": 1000}]}
    if collection == "payments":
        fields.setdefault("order_id", make(firm, "orders", owner)["id"])
        root["payments"] = {"amount": 1, "status": "pending"}
    return firm.founder.post(f"/api/v1/{collection}", {**root[collection], "owner_id": firm.users[owner], **fields}).json


def told(reply):
    """What a refusal says, without what differs between any two answers."""
    problem = dict(reply.json)
    for name in ("request_id", "instance"):
        problem.pop(name, None)
    return reply.status, problem


def properties(firm, name):
    """Of a schema of the OpenAPI file, with those that it is put together from."""
    schema = firm.server.client.openapi.document["components"]["schemas"][name]
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found.update(firm.server.client.openapi.resolve(part).get("properties", {}))
    return found


@pytest.mark.parametrize("collection", COLLECTIONS)
class TestMassAssignment:
    def test_fields_of_the_server_are_refused_or_left_as_they_are(self, firm, collection):
        """A record may be sent back as it came, so what the server says of it is read over; all else is refused."""
        described = properties(firm, collection[:-1].title() + "Patch")
        servers = {name for name, schema in described.items() if schema.get("readOnly")}
        assert {"version", "created_at", "updated_at", "created_by"} <= servers
        record = make(firm, collection, "owner")
        before = firm.founder.get(f"/api/v1/{collection}/{record['id']}").json
        for field in sorted(servers | set(SERVERS_OWN)):
            value = SERVERS_OWN.get(field, "completed")
            made = firm.founder.call("POST", f"/api/v1/{collection}", {**least(firm, collection), field: value})
            changed = firm.founder.call("PATCH", f"/api/v1/{collection}/{record['id']}", {field: value})
            assert made.status in (201, 400, 422) and changed.status in (200, 400, 422), (field, made, changed)
            if made.status == 201:
                assert made.json.get(field) != value and field in servers, (field, made)
            else:
                assert f"/{field}" in made.pointers, (field, made)
            assert changed.status == 200 or f"/{field}" in changed.pointers, (field, changed)
        assert firm.founder.get(f"/api/v1/{collection}/{record['id']}").json == before

    def test_an_id_that_is_taken_makes_no_second_record_and_changes_none(self, firm, sales, collection):
        theirs = make(firm, collection, STRANGER)
        reply = sales.call("POST", f"/api/v1/{collection}", {**least(firm, collection), "id": theirs["id"]})
        assert reply.status in (403, 409, 422)
        assert "name" not in reply.json
        assert firm.founder.get(f"/api/v1/{collection}/{theirs['id']}").json["version"] == theirs["version"]
        patched = sales.call("PATCH", f"/api/v1/{collection}/{make(firm, collection, 'sales')['id']}", {"id": str(uuid.uuid4())})
        assert patched.status in (400, 403, 422), patched


def least(firm, collection):
    body = {"customers": lambda: {"name": "x"}, "contacts": lambda: {"last_name": "x"},
            "products": lambda: {"sku": str(uuid.uuid4()), "name": "x", "price": 1, "currency": "USD"},
            "orders": lambda: {"customer_id": make(firm, "customers", "sales")["id"], "currency": "USD",
                               "lines": [{"name": "Work", "quantity": 1, "unit_price": 1000}]},
            "payments": lambda: {"order_id": make(firm, "orders", "sales")["id"], "amount": 1, "status": "pending"}}
    return body[collection]()


class TestReferences:
    """A reference to what one cannot see is answered as one to what is not there."""

    @pytest.mark.parametrize("collection, field, target", [
        ("contacts", "customer_id", "customers"), ("orders", "customer_id", "customers"), ("payments", "order_id", "orders")])
    def test_on_creation(self, firm, sales, collection, field, target):
        body = least(firm, collection)
        hidden = sales.call("POST", f"/api/v1/{collection}", {**body, field: make(firm, target, STRANGER)["id"]})
        missing = sales.call("POST", f"/api/v1/{collection}", {**body, field: str(uuid.uuid4())})
        assert told(hidden) == told(missing)
        assert hidden.status in (403, 422)

    def test_on_a_change(self, firm, sales):
        contact = make(firm, "contacts", "sales")
        hidden = sales.call("PATCH", f"/api/v1/contacts/{contact['id']}", {"customer_id": make(firm, "customers", STRANGER)["id"]})
        missing = sales.call("PATCH", f"/api/v1/contacts/{contact['id']}", {"customer_id": str(uuid.uuid4())})
        assert told(hidden) == told(missing) and hidden.status == 422

    def test_what_is_referred_to_already_keeps_its_id_and_shows_nothing(self, firm, sales):
        customer = make(firm, "customers", STRANGER, name="Hidden in the hills")
        order = make(firm, "orders", "sales", customer_id=customer["id"])
        seen = sales.get(f"/api/v1/orders/{order['id']}?expand=customer")
        assert seen.json["customer_id"] == customer["id"]
        assert "Hidden in the hills" not in seen.text
        assert "Hidden in the hills" not in sales.get("/api/v1/orders?expand=customer&limit=200").text
        assert sales.get(f"/api/v1/customers?id={customer['id']}&count=exact").json["count"] == 0
        # Writing the rest of the record does not ask for what it referred to already.
        assert sales.patch(f"/api/v1/orders/{order['id']}", {"notes": "called"}).json["customer_id"] == customer["id"]

    def test_filters_on_a_reference_find_only_what_one_sees(self, firm, sales):
        customer = make(firm, "customers", STRANGER)
        make(firm, "orders", STRANGER, customer_id=customer["id"])
        page = sales.get(f"/api/v1/orders?customer_id={customer['id']}&count=exact").json
        assert page["data"] == [] and page["count"] == 0


@pytest.mark.parametrize("collection", [name for name in COLLECTIONS if name != "products"])  # all see those
def test_what_one_cannot_see_answers_as_what_is_not_there(firm, sales, collection):
    """Also where a version, a tag or a key is at hand that would tell."""
    theirs, none = make(firm, collection, STRANGER), str(uuid.uuid4())
    root, etag = f"/api/v1/{collection}", f'"v{theirs["version"]}"'
    calls = [("GET", "", None, {}), ("GET", "", None, {"If-None-Match": etag}), ("HEAD", "", None, {}), ("GET", "/history", None, {}),
             ("PATCH", "", {"tags": []}, {}), ("PATCH", "", {"tags": []}, {"If-Match": '"v99"'}), ("DELETE", "", None, {}),
             ("POST", "/restore", None, {}), ("GET", "?trash=with", None, {}), ("GET", "?expand=owner", None, {})]
    for method, more, body, headers in calls:
        hidden = sales.call(method, f"{root}/{theirs['id']}{more}", body, headers=headers)
        missing = sales.call(method, f"{root}/{none}{more}", body, headers=headers)
        assert hidden.status == missing.status, (method, more, headers, hidden, missing)
        if hidden.body:
            assert told(hidden) == told(missing), (method, more)
    assert firm.founder.get(f"{root}/{theirs['id']}").json["version"] == theirs["version"]


def test_owner_and_maker_of_a_record_are_not_for_everyone_to_set(firm, sales):
    mine = make(firm, "customers", "sales")
    for stranger in (firm.users[STRANGER], firm.users[FOUNDER]):
        reply = sales.call("POST", "/api/v1/customers", {"name": "x", "created_by": stranger})
        assert reply.status == 422 or reply.json["created_by"] == firm.users["sales"]
        assert sales.call("POST", "/api/v1/customers", {"name": "x", "owner_id": stranger}).status == 403
    reply = sales.call("PATCH", f"/api/v1/customers/{mine['id']}", {"owner_id": str(uuid.uuid4())})
    assert reply.status in (403, 422)


def test_a_key_of_somebody_else_repeats_nothing(firm, sales):
    key = {"Idempotency-Key": "the-same-for-two"}
    first = firm.founder.post("/api/v1/customers", {"name": "Founder's"}, headers=key).json
    second = sales.post("/api/v1/customers", {"name": "Founder's"}, headers=key).json
    assert first["id"] != second["id"]


def test_a_cursor_of_somebody_else_opens_nothing(firm, sales):
    for _ in range(3):
        make(firm, "customers", STRANGER)
    cursor = firm.founder.get("/api/v1/customers?limit=1").json["next_cursor"]
    reply = sales.call("GET", f"/api/v1/customers?limit=200&cursor={cursor}")
    if reply.status == 200:
        stranger = firm.users[STRANGER]
        assert all(row["owner_id"] != stranger for row in reply.json["data"])
    else:
        assert reply.status == 400


class TestHiddenFields:
    """Warehouse does not see what things cost."""
    COST = 987654

    @pytest.fixture(scope="class")
    def product(self, firm):
        return make(firm, "products", "warehouse", cost=self.COST)

    def test_it_is_in_no_answer(self, firm, product):
        api = firm.caller("warehouse")
        order = make(firm, "orders", "warehouse", lines=[{"product_id": product["id"], "quantity": 1, "unit_price": 1, "name": "x"}])
        assert firm.founder.get(f"/api/v1/products/{product['id']}").json["cost"] == self.COST
        for path in (f"/api/v1/products/{product['id']}", "/api/v1/products?limit=200", "/api/v1/products/export?format=jsonl",
                     "/api/v1/products/export?format=csv", f"/api/v1/products/{product['id']}/history", "/api/v1/changes?limit=200",
                     f"/api/v1/orders/{order['id']}", "/api/v1/orders?limit=200", f"/api/v1/orders/{order['id']}/history",
                     "/api/v1/stats/dashboard"):
            reply = api.call("GET", path, check=False)
            assert reply.status in (200, 403), reply
            assert str(self.COST) not in reply.text, path

    @pytest.mark.parametrize("query", ["fields=cost", "sort=cost", "sort=-cost", "cost=1", "cost[gt]=1", "cost[null]=true",
                                       "cost[in]=1,2", "cost[gt]=1&count=exact", "fields=id,cost"])
    def test_it_cannot_be_asked_for(self, firm, product, query):
        api = firm.caller("warehouse")
        for path in ("/api/v1/products", "/api/v1/products/export"):
            if "count" not in query or "export" not in path:
                assert api.call("GET", f"{path}?{query}").status in (400, 403), query

    def test_it_cannot_be_searched_for(self, firm, product):
        assert firm.caller("warehouse").get(f"/api/v1/products?q={self.COST}&count=exact").json["count"] == 0

    def test_it_cannot_be_written(self, firm, product):
        reply = firm.caller("warehouse").call("PATCH", f"/api/v1/products/{product['id']}", {"cost": 1})
        assert reply.status in (403, 422), reply
        assert firm.founder.get(f"/api/v1/products/{product['id']}").json["cost"] == self.COST

    def test_a_conflict_shows_the_record_without_it(self, firm, product):
        reply = firm.caller("warehouse").call("PATCH", f"/api/v1/products/{product['id']}", {"tags": ["x"]},
                                              headers={"If-Match": '"v99"'})
        assert reply.status in (403, 412) and str(self.COST) not in reply.text


class TestOtherPeople:
    def test_sessions_and_tokens_of_others_are_not_there(self, firm, sales):
        theirs = [row["id"] for row in firm.founder.get("/api/v1/sessions").json["data"]]
        for id in theirs:
            assert sales.call("DELETE", f"/api/v1/sessions/{id}").status == 404
        assert not set(theirs) & {row["id"] for row in sales.get("/api/v1/sessions").json["data"]}
        assert firm.founder.get("/api/v1/me").json["user"]["email"] == firm.email("founder")

    @pytest.mark.parametrize("field", ["roles", "role", "epoch", "password_hash", "is_active", "disabled_at", "totp_seed", "id", "version"])
    def test_nobody_makes_more_of_herself(self, sales, field):
        before = sales.get("/api/v1/me").json["user"]
        reply = sales.call("PATCH", "/api/v1/me", {field: ["owner"] if field == "roles" else "owner"})
        assert reply.status in (400, 403, 422), reply
        assert sales.get("/api/v1/me").json["user"] == before

    def test_who_manages_no_users_sees_and_makes_none(self, firm, sales):
        colleague = firm.users[COLLEAGUE]
        assert sales.call("POST", "/api/v1/users", {"email": "new@example.com", "roles": ["owner"]}).status == 403
        assert sales.call("PATCH", f"/api/v1/users/{colleague}", {"roles": ["owner"]}).status == 403
