"""A request that is repeated with the same key has its effect once."""
import uuid

import pytest
from support import samples
from support.kontor import in_parallel


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def comparable(reply):
    hidden = {"date", "x-request-id", "idempotency-replayed", "connection"}
    return reply.status, reply.body, {k: v for k, v in reply.headers.items() if k.lower() not in hidden}


def test_a_repeat_is_answered_as_the_first_time(api):
    headers = key()
    first = api.post("/api/v1/customers", {"name": "Once"}, headers=headers)
    again = api.post("/api/v1/customers", {"name": "Once"}, headers=headers)
    assert comparable(again) == comparable(first)
    assert first.headers["Idempotency-Replayed"] is None
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(api.list("customers", q="Once")) == 1


def test_the_answer_stays_what_it_was_when_the_record_moves_on(api):
    headers = key()
    first = api.post("/api/v1/customers", {"name": "Before"}, headers=headers)
    api.patch(first.headers["Location"], {"name": "After"})
    assert api.post("/api/v1/customers", {"name": "Before"}, headers=headers).json["name"] == "Before"


def test_twenty_at_once_make_one_record(api):
    headers = key()
    replies = in_parallel(20, lambda _: api.post("/api/v1/customers", {"name": "Simultaneous"}, headers=headers))
    assert len({reply.json["id"] for reply in replies}) == 1
    assert len({reply.body for reply in replies}) == 1
    assert len([reply for reply in replies if not reply.headers["Idempotency-Replayed"]]) == 1
    assert len(api.list("customers", q="Simultaneous")) == 1


def test_a_key_belongs_to_one_request(api):
    headers = key()
    api.post("/api/v1/customers", {"name": "Mine"}, headers=headers)
    for path, body in (("/api/v1/customers", {"name": "Other"}),
                       ("/api/v1/contacts", {"last_name": "Mine"})):
        reply = api.post(path, body, expect=422, headers=headers)
        assert reply.json["code"] == "idempotency_mismatch"


def test_a_refusal_is_not_kept_so_better_data_may_use_the_key(api):
    headers = key()
    api.post("/api/v1/customers", {"name": ""}, expect=422, headers=headers)
    api.post("/api/v1/customers", {"name": "Better"}, headers=headers)


def test_patches_actions_and_batches_are_kept_too(api):
    order = samples.order(api)
    path = f"/api/v1/orders/{order['id']}"
    for method, to, body in (("PATCH", path, {"notes": "x"}), ("POST", path + "/confirm", None),
                             ("POST", "/api/v1/batch", {"operations": [
                                 {"method": "PATCH", "path": path, "body": {"notes": "y"}}]})):
        headers = key()
        first = api.call(method, to, body, headers=headers, expect=200)
        again = api.call(method, to, body, headers=headers, expect=200)
        assert comparable(again) == comparable(first)
        assert again.headers["Idempotency-Replayed"] == "true"
    assert samples.read(api, "orders", order)["version"] == 4


def test_a_payment_is_not_taken_twice(api):
    order = samples.confirmed(api)
    headers = key()
    body = {"order_id": order["id"], "amount": 400}
    in_parallel(5, lambda _: api.post("/api/v1/payments", body, headers=headers))
    assert samples.read(api, "orders", order)["paid"] == 400


@pytest.mark.parametrize("bad", ["", " ", "x" * 256, "with blank", "tab\tbed"])
def test_a_key_is_printable_and_of_bounded_length(api, bad):
    api.post("/api/v1/customers", {"name": "Key"}, expect=400, headers={"Idempotency-Key": bad})
    assert api.list("customers", name="Key") == []


def test_the_longest_key_is_taken(api):
    api.post("/api/v1/customers", {"name": "Long key"}, headers={"Idempotency-Key": "k" * 255})


def test_answers_survive_a_restart(start):
    server = start()
    headers = key()
    first = server.client.post("/api/v1/customers", {"name": "Lasting"}, headers=headers)
    assert server.stop() == 0
    server.start()
    assert server.client.post("/api/v1/customers", {"name": "Lasting"}, headers=headers).body == first.body
