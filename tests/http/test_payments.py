"""Payments, and the payment status of an order that follows from them."""
import pytest
from support import samples
from support.kontor import in_parallel


def state(api, order):
    record = samples.read(api, "orders", order)
    assert record["due"] == record["total"] - record["paid"]
    return record["payment_status"], record["paid"], record["due"]


def act(api, payment, action, body=None, **more):
    return api.act(f"/api/v1/payments/{payment['id']}/{action}", body, **more)


def test_a_payment_counts_when_it_succeeded(api):
    order = samples.confirmed(api)
    assert state(api, order) == ("unpaid", 0, 1000)
    first = samples.payment(api, order, 400, method="card", reference="tx-1")
    assert first["status"] == "succeeded" and first["currency"] == "USD" and first["paid_at"]
    assert state(api, order) == ("partially_paid", 400, 600)
    samples.payment(api, order, 600)
    assert state(api, order) == ("paid", 1000, 0)


def test_a_payment_that_is_pending_counts_for_nothing_yet(api):
    order = samples.confirmed(api)
    payment = samples.payment(api, order, status="pending")
    assert state(api, order) == ("unpaid", 0, 1000)
    assert act(api, payment, "authorize").json["status"] == "authorized"
    assert state(api, order)[0] == "authorized"
    assert act(api, payment, "succeed").json["paid_at"]
    assert state(api, order) == ("paid", 1000, 0)


def test_a_payment_that_failed_shows_until_another_succeeds(api):
    order = samples.confirmed(api)
    act(api, samples.payment(api, order, status="pending"), "fail")
    assert state(api, order)[0] == "failed"
    samples.payment(api, order, 1)
    assert state(api, order)[0] == "partially_paid"


def test_a_refund_in_part_and_then_in_full(api):
    order = samples.confirmed(api)
    payment = samples.payment(api, order)
    part = act(api, payment, "refund", {"amount": 300}).json
    assert (part["status"], part["refunded"]) == ("partially_refunded", 300)
    assert state(api, order) == ("partially_refunded", 700, 300)
    whole = act(api, payment, "refund").json
    assert (whole["status"], whole["refunded"]) == ("refunded", 1000)
    assert state(api, order) == ("refunded", 0, 1000)
    assert act(api, payment, "refund", expect=409).json["allowed"] == []


@pytest.mark.parametrize("amount", [0, -5, 1001, "5", 1.5, None, True])
def test_a_refund_is_of_what_was_received(api, amount):
    payment = samples.payment(api, samples.confirmed(api))
    assert act(api, payment, "refund", {"amount": amount}, expect=422).pointers == ["/amount"]


def test_nobody_pays_more_than_is_due(api):
    order = samples.confirmed(api)
    reply = api.post("/api/v1/payments", {"order_id": order["id"], "amount": 1001}, expect=422)
    assert reply.json["errors"][0]["code"] == "exceeds_due"
    statuses = in_parallel(10, lambda _: api.post(
        "/api/v1/payments", {"order_id": order["id"], "amount": 300}, expect=None).status)
    assert sorted(statuses) == [201] * 3 + [422] * 7
    assert state(api, order) == ("partially_paid", 900, 100)


@pytest.mark.parametrize("fields, pointer", [
    ({"amount": 0}, "/amount"), ({"amount": -1}, "/amount"), ({"amount": "5"}, "/amount"), ({"currency": "EUR"}, "/currency"),
    ({"method": "gold"}, "/method"), ({"status": "refunded"}, "/status"), ({"order_id": None}, "/order_id"),
    ({"refunded": 5}, "/refunded"), ({"paid_at": "today"}, "/paid_at")])
def test_a_payment_that_makes_no_sense_is_refused(api, fields, pointer):
    body = {"order_id": samples.confirmed(api)["id"], "amount": 100, **fields}
    assert pointer in api.post("/api/v1/payments", body, expect=422).pointers


def test_money_that_was_received_is_not_edited(api):
    payment = samples.payment(api, samples.confirmed(api), 400)
    path = f"/api/v1/payments/{payment['id']}"
    assert api.patch(path, {"amount": 300}, expect=409).json["code"] == "payment_locked"
    assert api.patch(path, {"reference": "corrected"}).json["reference"] == "corrected"


def test_a_payment_in_the_trash_does_not_count(api):
    order = samples.confirmed(api)
    payment = samples.payment(api, order)
    api.delete(f"/api/v1/payments/{payment['id']}")
    assert state(api, order) == ("unpaid", 0, 1000)
    api.act(f"/api/v1/payments/{payment['id']}/restore")
    assert state(api, order) == ("paid", 1000, 0)


def test_an_order_that_holds_money_is_not_cancelled(api):
    order = samples.confirmed(api)
    payment = samples.payment(api, order, 400)
    assert api.act(f"/api/v1/orders/{order['id']}/cancel", expect=409).json["code"] == "order_is_paid"
    act(api, payment, "refund")
    api.act(f"/api/v1/orders/{order['id']}/cancel")
    reply = api.post("/api/v1/payments", {"order_id": order["id"], "amount": 1}, expect=409)
    assert reply.json["code"] == "order_cancelled"


def test_an_order_of_nothing_is_paid_when_it_is_confirmed(api):
    order = samples.confirmed(api, samples.line(unit_price=0))
    assert state(api, order) == ("paid", 0, 0)


def test_the_lines_of_a_draft_cannot_fall_below_what_is_paid(api):
    order = samples.order(api)
    samples.payment(api, order, 800)
    path = f"/api/v1/orders/{order['id']}"
    assert api.patch(path, {"lines": [samples.line(unit_price=700)]}, expect=422).json["errors"][0]["code"] == "below_paid"
    changed = api.patch(path, {"lines": [samples.line(unit_price=800)]}).json
    assert (changed["due"], changed["payment_status"]) == (0, "paid")
