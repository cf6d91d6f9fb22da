"""Records for tests: the least that each collection needs, with names of their own."""
import itertools

numbers = itertools.count(1)


def customer(api, **fields):
    return api.post("/api/v1/customers", {"name": f"Customer {next(numbers)}", **fields}).json


def product(api, **fields):
    number = next(numbers)
    return api.post("/api/v1/products", {
        "sku": f"SKU-{number}", "name": f"Product {number}", "price": 1000, "currency": "USD", **fields}).json


def line(**fields):
    return {"name": "Work", "quantity": 1, "unit_price": 1000, **fields}


def order(api, *lines, **fields):
    if "customer_id" not in fields:
        fields["customer_id"] = customer(api)["id"]
    fields.setdefault("currency", "USD")
    return api.post("/api/v1/orders", {"lines": list(lines or [line()]), **fields}).json


def confirmed(api, *lines, **fields):
    return api.act(f"/api/v1/orders/{order(api, *lines, **fields)['id']}/confirm").json


def payment(api, order, amount=None, **fields):
    amount = order["due"] if amount is None else amount
    return api.post("/api/v1/payments", {"order_id": order["id"], "amount": amount, **fields}).json


def read(api, collection, record):
    return api.get(f"/api/v1/{collection}/{record['id']}").json
