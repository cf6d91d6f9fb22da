"""Several writes at once: all or nothing, or each for itself."""
import uuid

import pytest
from support import samples


def batch(api, *operations, expect=200, **more):
    return api.call("POST", "/api/v1/batch", {"operations": list(operations), **more}, expect=expect)


def create(name, **fields):
    return {"method": "POST", "path": "/api/v1/customers", "body": {"name": name, **fields}}


def test_every_operation_is_answered_in_order(api):
    order = samples.order(api)
    old = samples.customer(api)
    results = batch(api, create("Batch A"),
                    {"method": "PATCH", "path": f"/api/v1/customers/{old['id']}", "body": {"name": "Batch B"}},
                    {"method": "POST", "path": f"/api/v1/orders/{order['id']}/confirm"},
                    {"method": "DELETE", "path": f"/api/v1/customers/{old['id']}", "body": None}).json["results"]
    assert [result["status"] for result in results] == [201, 200, 200, 204]
    assert [result["body"] and result["body"].get("name") for result in results] == ["Batch A", "Batch B", None, None]
    assert results[2]["body"]["status"] == "confirmed"
    assert results[3]["body"] is None
    api.get(f"/api/v1/customers/{old['id']}", expect=404)


def test_operations_see_what_the_ones_before_did(api):
    customer, order = str(uuid.uuid4()), str(uuid.uuid4())
    results = batch(api, create("Chained", id=customer),
                    {"method": "POST", "path": "/api/v1/orders",
                     "body": {"id": order, "customer_id": customer, "currency": "USD", "lines": [samples.line()]}},
                    {"method": "POST", "path": f"/api/v1/orders/{order}/confirm"}).json["results"]
    assert results[2]["body"]["customer_id"] == customer


def test_one_refusal_takes_everything_back(api):
    reply = batch(api, create("Gone 1"), create("Gone 2"), create("", email="x"), create("Gone 3"), expect=422)
    assert set(reply.pointers) == {"/operations/2/body/name", "/operations/2/body/email"}
    assert api.list("customers", q="gone") == []


@pytest.mark.parametrize("operation, status, pointer", [
    ({"method": "POST", "path": "/api/v1/products", "body": {"sku": "BATCH-TWICE", "name": "x"}}, 409,
     "/operations/1/body/sku"),
    ({"method": "PATCH", "path": "/api/v1/customers/01890000-0000-7000-8000-000000000000", "body": {}}, 404,
     "/operations/1"),
    ({"method": "POST", "path": "/api/v1/nothing", "body": {}}, 404, "/operations/1"),
    ({"method": "GET", "path": "/api/v1/customers"}, 404, "/operations/1"),
    ({"method": "POST", "path": "/api/v1/batch", "body": {"operations": []}}, 404, "/operations/1"),
    ({"method": "POST", "path": "/api/v1/customers?x=1", "body": {"name": "x"}}, 400, "/operations/1/path?x"),
    ({"method": "POST", "path": "/api/v1/customers"}, 400, "/operations/1"),
    ({"method": "POST", "path": "/api/v1/%zz", "body": {}}, 400, "/operations/1")])
def test_the_answer_says_which_operation_failed(api, operation, status, pointer):
    first = {"method": "POST", "path": "/api/v1/products", "body": {"sku": "BATCH-TWICE", "name": "First"}}
    reply = batch(api, first, operation, expect=status)
    assert reply.pointers == [pointer]
    assert api.list("products", sku="BATCH-TWICE") == []


def test_not_atomic_each_stands_for_itself(api):
    reply = batch(api, create("Alone 1"), create(""), create("Alone 2"),
                  {"method": "POST", "path": "/api/v1/products", "body": {"sku": "ALONE", "name": "x"}},
                  {"method": "POST", "path": "/api/v1/products", "body": {"sku": "ALONE", "name": "y"}},
                  create("Alone 3"), atomic=False)
    results = reply.json["results"]
    assert [result["status"] for result in results] == [201, 422, 201, 201, 409, 201]
    assert results[1]["body"]["errors"][0]["pointer"] == "/name"
    assert results[4]["body"]["errors"][0]["pointer"] == "/sku"
    assert len(api.list("customers", q="alone")) == 3
    assert [row["name"] for row in api.list("products", sku="ALONE")] == ["x"]


def test_a_refused_order_leaves_no_gap_and_no_line(api):
    customer = samples.customer(api)["id"]
    good = {"method": "POST", "path": "/api/v1/orders",
            "body": {"customer_id": customer, "currency": "USD", "lines": [samples.line()]}}
    bad = {"method": "POST", "path": "/api/v1/orders",
           "body": {"customer_id": customer, "currency": "USD", "lines": [samples.line(), samples.line(quantity=0)]}}
    results = batch(api, good, bad, good, atomic=False).json["results"]
    numbers = [int(results[i]["body"]["number"][-5:]) for i in (0, 2)]
    assert numbers[1] == numbers[0] + 1


def test_an_operation_may_name_its_version(api):
    record = samples.customer(api)
    path = f"/api/v1/customers/{record['id']}"
    batch(api, {"method": "PATCH", "path": path, "body": {"name": "x"}, "if_match": '"v2"'}, expect=412)
    batch(api, {"method": "PATCH", "path": path, "body": {"name": "x"}, "if_match": '"v1"'})


def test_the_shape_is_checked_as_a_whole(api):
    reply = api.call("POST", "/api/v1/batch", {
        "atomic": "yes", "extra": 1, "operations": [{"method": 5, "bogus": 1}, "text"]}, expect=422)
    assert set(reply.pointers) == {"/atomic", "/extra", "/operations/0/method", "/operations/0/bogus",
                                   "/operations/0/path", "/operations/1"}


@pytest.mark.parametrize("operations", [[], [create("x")] * 101, None, {}])
def test_a_batch_has_one_to_a_hundred_operations(api, operations):
    reply = api.call("POST", "/api/v1/batch", {"operations": operations}, expect=422)
    assert reply.pointers == ["/operations"]


def test_a_hundred_are_taken(api):
    results = batch(api, *[create(f"Hundred {n}") for n in range(100)]).json["results"]
    assert len({result["body"]["id"] for result in results}) == 100
