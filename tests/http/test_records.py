"""Creating, reading, changing and deleting records, to the contract."""
import re
import uuid

import pytest
from support import samples

COLLECTIONS = ["customers", "contacts", "products", "orders", "payments"]


def new(api, collection, **fields):
    if collection == "contacts":
        return api.post("/api/v1/contacts", {"last_name": "Trần", **fields}).json
    if collection == "payments":
        return samples.payment(api, samples.order(api), **fields)
    return getattr(samples, collection[:-1])(api, **fields)


def path(collection, record, more=""):
    return f"/api/v1/{collection}/{record['id']}{more}"


@pytest.mark.parametrize("collection", COLLECTIONS)
class TestEveryCollection:
    def test_a_new_record_comes_back_with_its_address_and_version(self, api, collection):
        if collection == "customers":
            reply = api.post("/api/v1/customers", {"name": "Anna"})
            assert reply.headers["Location"] == f"/api/v1/customers/{reply.json['id']}"
            assert reply.etag == '"v1"'
            assert reply.headers["Cache-Control"] == "no-store"
        record = new(api, collection)
        assert uuid.UUID(record["id"]).version == 7
        me = api.get("/api/v1/me").json["user"]["id"]
        assert record["created_by"] == me
        assert record["owner_id"] == (me if collection == "payments" else None)  # as who holds the order
        assert record["tags"] == [] and record["custom"] == {}
        assert "deleted_at" not in record
        reply = api.get(path(collection, record))
        assert reply.json["id"] == record["id"]
        assert reply.etag == f'"v{reply.json["version"]}"'

    def test_a_client_may_choose_the_id_but_not_one_that_is_taken(self, api, collection):
        mine = str(uuid.uuid4())
        record = new(api, collection, id=mine)
        assert record["id"] == mine
        least = {"customers": {"name": "x"}, "contacts": {"last_name": "x"}, "products": {"sku": mine, "name": "x"},
                 "orders": {"customer_id": record.get("customer_id")}, "payments": {"amount": 1}}[collection]
        if collection == "payments":
            least["order_id"] = samples.order(api)["id"]
        reply = api.post(f"/api/v1/{collection}", {"id": mine, **least}, expect=409)
        assert reply.pointers == ["/id"]
        assert reply.headers["Content-Type"] == "application/problem+json"

    def test_a_change_raises_the_version_and_an_empty_one_does_not(self, api, collection):
        record = samples.read(api, collection, new(api, collection))
        changed = api.patch(path(collection, record), {"tags": ["vip", "vip", "new"]})
        assert changed.json["tags"] == ["vip", "new"]
        assert changed.json["version"] == record["version"] + 1
        assert changed.etag == f'"v{record["version"] + 1}"'
        again = api.patch(path(collection, record), {"tags": ["vip", "new"]})
        assert again.json["version"] == changed.json["version"]
        assert again.json["updated_at"] == changed.json["updated_at"]

    def test_a_record_that_was_read_can_be_sent_back(self, api, collection):
        record = samples.read(api, collection, new(api, collection))
        reply = api.patch(path(collection, record), record)
        assert reply.json == record

    def test_custom_fields_hold_any_object(self, api, collection):
        value = {"score": 3, "nested": {"a": [1, "é", None, True]}}
        record = new(api, collection, custom=value)
        assert samples.read(api, collection, record)["custom"] == value

    def test_a_deleted_record_is_in_the_trash_and_comes_back(self, api, collection):
        record = new(api, collection)
        assert api.delete(path(collection, record)).body == b""
        api.get(path(collection, record), expect=404)
        api.patch(path(collection, record), {"tags": ["x"]}, expect=404)
        api.delete(path(collection, record), expect=404)
        trashed = api.get(path(collection, record, "?trash=only")).json
        assert trashed["deleted_at"]
        assert record["id"] not in [row["id"] for row in api.list(collection, limit=200)]
        assert record["id"] in [row["id"] for row in api.list(collection, limit=200, trash="only")]
        restored = api.act(path(collection, record, "/restore"))
        assert "deleted_at" not in restored.json
        assert restored.etag == f'"v{restored.json["version"]}"'
        assert restored.json["version"] > record["version"]
        api.get(path(collection, record, "?trash=only"), expect=404)
        assert api.act(path(collection, record, "/restore"), expect=409).json["code"] == "not_in_trash"

    def test_the_history_says_who_did_what_and_what_it_was_before(self, api, collection):
        record = new(api, collection)
        api.patch(path(collection, record), {"tags": ["a"]})
        api.patch(path(collection, record), {"tags": []})
        api.delete(path(collection, record))
        entries = api.get(path(collection, record, "/history")).json["data"]
        assert [entry["action"] for entry in entries] == ["delete", "update", "update", "create"]
        assert entries[1]["diff"]["tags"] == {"from": ["a"], "to": []}
        assert entries[2]["diff"]["tags"] == {"from": [], "to": ["a"]}
        assert [entry["version"] for entry in entries] == sorted((e["version"] for e in entries), reverse=True)
        assert all(entry["collection"] == collection and entry["id"] == record["id"] for entry in entries)

    def test_unknown_ids_are_404_whatever_is_asked(self, api, collection):
        for unknown in (str(uuid.uuid4()), "42", "not-a-uuid", "%F0%9F%99%82"):
            root = f"/api/v1/{collection}/{unknown}"
            assert api.get(root, expect=404).json["code"] == "not_found"
            api.patch(root, {"tags": []}, expect=404)
            api.delete(root, expect=404)
            api.act(root + "/restore", expect=404)
            api.get(root + "/history", expect=404)

    def test_every_field_error_is_named_at_once(self, api, collection):
        reply = api.post(f"/api/v1/{collection}", {
            "nonsense": 1, "tags": "no", "custom": [], "owner_id": "x", "another/odd~name": 2}, expect=422)
        assert {"/nonsense", "/tags", "/custom", "/owner_id", "/another~1odd~0name"} <= set(reply.pointers)
        assert reply.json["code"] == "validation_failed"


class TestConditions:
    def test_what_the_client_has_is_not_sent_again(self, api):
        record = samples.customer(api)
        for tags in ('"v1"', 'W/"v1"', '"v0", "v1"', "*"):
            reply = api.get(path("customers", record), expect=304, headers={"If-None-Match": tags})
            assert reply.body == b"" and reply.etag == '"v1"'
        api.get(path("customers", record), headers={"If-None-Match": '"v2"'})

    def test_nobody_overwrites_what_another_has_written(self, api):
        record = samples.customer(api)
        api.patch(path("customers", record), {"name": "Second"}, headers={"If-Match": '"v1"'})
        stale = api.patch(path("customers", record), {"name": "Third"}, expect=412, headers={"If-Match": '"v1"'})
        assert stale.json["code"] == "stale"
        assert stale.json["current"] == samples.read(api, "customers", record)
        assert stale.json["current"]["name"] == "Second"
        api.delete(path("customers", record), expect=412, headers={"If-Match": '"v1"'})
        api.patch(path("customers", record), {"name": "Fourth"}, headers={"If-Match": "*"})
        api.delete(path("customers", record), headers={"If-Match": '"v3"'})

    def test_actions_honour_if_match_too(self, api):
        order = samples.order(api)
        api.act(path("orders", order, "/confirm"), expect=412, headers={"If-Match": '"v9"'})
        api.act(path("orders", order, "/confirm"), headers={"If-Match": '"v1"'})

    @pytest.mark.parametrize("tag", ['W/"v1"', "v1", '"1"', '"v1", "v2"', '"v0"', "yes"])
    def test_a_condition_that_can_never_hold_is_refused(self, api, tag):
        record = samples.customer(api)
        api.patch(path("customers", record), {"name": "x"}, expect=400, headers={"If-Match": tag})
        assert samples.read(api, "customers", record)["version"] == 1

    def test_with_records_of_others_beside_it_a_reply_has_a_tag_of_its_own(self, api):
        order = samples.order(api)
        customer = f"/api/v1/customers/{order['customer_id']}"
        before = api.get(path("orders", order, "?expand=customer"))
        assert before.json["customer"]["id"] == order["customer_id"]
        api.patch(customer, {"name": "Renamed"})
        after = api.get(path("orders", order, "?expand=customer"), headers={"If-None-Match": before.etag})
        assert after.json["customer"]["name"] == "Renamed"
        api.patch(path("orders", order), {"notes": "x"}, headers={"If-Match": after.etag})

    def test_where_the_setting_asks_for_it_a_change_must_name_its_version(self, start):
        api = start("--require-if-match", "true").client
        record = samples.customer(api)
        reply = api.patch(path("customers", record), {"name": "x"}, expect=428)
        assert reply.json["code"] == "precondition_required"
        api.delete(path("customers", record), expect=428)
        api.patch(path("customers", record), {"name": "x"}, headers={"If-Match": '"v1"'})
        api.delete(path("customers", record), headers={"If-Match": '"v2"'})
        api.act(path("customers", record, "/restore"))


class TestMergePatch:
    def test_absent_keeps_and_null_clears(self, api):
        record = samples.customer(api, email="a@example.com", notes="keep", phone="+84 90 123 4567")
        changed = api.patch(path("customers", record), {"email": None}).json
        assert changed["email"] is None and changed["notes"] == "keep" and changed["phone"]

    def test_a_nested_object_is_merged_member_by_member(self, api):
        record = samples.customer(api, address={"street": "1 Lê Lợi", "city": "Huế", "country": "VN"})
        changed = api.patch(path("customers", record), {"address": {"city": "Hà Nội", "street": None}}).json
        assert changed["address"] == {"street": None, "city": "Hà Nội", "state": None, "postal_code": None,
                                      "country": "VN"}
        cleared = api.patch(path("customers", record), {"address": None}).json
        assert set(cleared["address"].values()) == {None}

    def test_both_media_types_are_taken(self, api):
        record = samples.customer(api)
        for kind in ("application/json", "application/merge-patch+json", "application/json; charset=utf-8"):
            api.patch(path("customers", record), {"notes": kind}, headers={"Content-Type": kind})

    def test_a_required_field_cannot_be_cleared(self, api):
        record = samples.customer(api)
        reply = api.patch(path("customers", record), {"name": None, "kind": None, "address": {"town": 1}}, expect=422)
        assert set(reply.pointers) == {"/name", "/kind", "/address/town"}
        assert samples.read(api, "customers", record) == record

    def test_what_is_the_servers_cannot_be_set(self, api):
        order = samples.order(api)
        reply = api.patch(path("orders", order), {"number": "SO-1", "total": 5, "id": str(uuid.uuid4()),
                                                  "status": "completed"}, expect=422)
        assert set(reply.pointers) == {"/number", "/total", "/id", "/status"}
        assert {error["code"] for error in reply.json["errors"]} == {"read_only"}


class TestFields:
    def test_a_customer_has_every_field_of_the_contract(self, api):
        given = {"kind": "person", "name": "Nguyễn Văn Điện", "email": "dien@example.com", "phone": "+84901234567",
                 "lifecycle": "prospect", "company_name": "Điện Máy", "tax_id": "0312345678",
                 "address": {"street": "12 Trần Phú", "city": "Đà Nẵng", "state": "ĐN", "postal_code": "550000",
                             "country": "VN"},
                 "notes": "two\nlines", "language": "vi", "currency": "VND", "tags": ["vip"], "custom": {"a": 1}}
        record = samples.read(api, "customers", samples.customer(api, **given))
        assert {name: record[name] for name in given} == given

    def test_a_product_has_every_field_of_the_contract(self, api):
        given = {"sku": "FULL-1", "name": "Trà", "description": "green", "unit": "box", "price": 125000,
                 "currency": "VND", "cost": 90000, "tax_rate": "0.08", "track_stock": True, "stock_on_hand": 12,
                 "reorder_point": "2.5", "category": "tea", "status": "active"}
        record = samples.product(api, **given)
        assert {name: record[name] for name in given} == given
        assert record["stock_reserved"] == 0 and record["low_stock"] is False

    def test_a_contact_belongs_to_a_customer(self, api):
        customer = samples.customer(api)
        given = {"customer_id": customer["id"], "first_name": "Bình", "last_name": "Lê", "job_title": "Buyer",
                 "email": "binh@example.com", "phone": "+84901234568", "is_primary": True, "birthday": "1990-02-28"}
        record = api.post("/api/v1/contacts", given).json
        assert {name: record[name] for name in given} == given
        shown = api.get(f"/api/v1/contacts/{record['id']}?expand=customer").json
        assert shown["customer"] == customer

    def test_fractions_of_prices_and_quantities_are_exact(self, api):
        record = samples.product(api, price="12.3456", stock_on_hand="0.1", cost=0.25)
        assert (record["price"], record["stock_on_hand"], record["cost"]) == ("12.3456", "0.1", "0.25")

    @pytest.mark.parametrize("field, value, code", [
        ("price", "1.23456", "invalid_number"), ("price", -1, "out_of_range"), ("price", "1e3", "invalid_number"),
        ("price", True, "wrong_type"), ("price", 10**12, "out_of_range"), ("tax_rate", "1.1", "out_of_range"),
        ("tax_rate", 8, "out_of_range"), ("currency", "XXX", "invalid_currency"), ("status", "gone", "invalid_choice"),
        ("track_stock", "yes", "wrong_type"), ("name", "x" * 201, "too_long"), ("name", 5, "wrong_type"),
        ("name", "a\nb", "control_character"), ("sku", None, "required"), ("sku", "", "required"),
        ("tags", [""], "invalid_tag"), ("tags", [1], "wrong_type"), ("tags", ["x"] * 51, "too_long")])
    def test_a_value_that_breaks_a_rule_says_which(self, api, field, value, code):
        body = {"sku": "BAD", "name": "Bad", field: value}
        error, = api.post("/api/v1/products", body, expect=422).json["errors"]
        assert (error["pointer"], error["code"]) == (f"/{field}", code)

    @pytest.mark.parametrize("field, value, code", [
        ("email", "nobody", "invalid_email"), ("birthday", "2025-02-29", "invalid_date"),
        ("birthday", "1990-2-1", "invalid_date"), ("customer_id", "x", "invalid_id"),
        ("customer_id", "01890000-0000-7000-8000-000000000000", "not_found"), ("is_primary", 1, "wrong_type")])
    def test_contacts_are_checked_alike(self, api, field, value, code):
        error, = api.post("/api/v1/contacts", {"last_name": "X", field: value}, expect=422).json["errors"]
        assert (error["pointer"], error["code"]) == (f"/{field}", code)

    def test_a_sku_is_unique_among_live_products(self, api):
        first = samples.product(api, sku="ONE")
        taken = api.post("/api/v1/products", {"sku": "ONE", "name": "Other"}, expect=409)
        assert taken.pointers == ["/sku"]
        api.delete(path("products", first))
        samples.product(api, sku="ONE")
        assert api.act(path("products", first, "/restore"), expect=409).pointers == ["/sku"]

    def test_a_reference_to_a_deleted_record_is_refused_when_new_and_kept_when_old(self, api):
        customer = samples.customer(api)
        contact = api.post("/api/v1/contacts", {"last_name": "X", "customer_id": customer["id"]}).json
        api.delete(path("customers", customer))
        reply = api.post("/api/v1/contacts", {"last_name": "Y", "customer_id": customer["id"]}, expect=422)
        assert reply.pointers == ["/customer_id"]
        assert api.patch(path("contacts", contact), {"last_name": "Z"}).json["customer_id"] == customer["id"]

    def test_times_are_utc_with_milliseconds(self, api):
        record = samples.customer(api)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["created_at"])
        order = samples.order(api)
        paid = samples.payment(api, order, paid_at="2026-03-01T07:00:00+07:00")
        assert paid["paid_at"] == "2026-03-01T00:00:00.000Z"


class TestView:
    def test_fields_shows_only_what_is_asked_for(self, api):
        order = samples.order(api)
        shown = api.get(path("orders", order, "?fields=number,total")).json
        assert shown == {"id": order["id"], "number": order["number"], "total": order["total"]}
        customer = samples.customer(api, address={"city": "Huế"})
        shown = api.get(path("customers", customer, "?fields=address.city,version")).json
        assert shown == {"id": customer["id"], "version": 1, "address": {"city": "Huế"}}

    def test_expand_reaches_two_references_deep(self, api):
        payment = samples.payment(api, samples.order(api))
        shown = api.get(path("payments", payment, "?expand=order.customer")).json
        assert shown["order"]["customer"]["id"] == shown["order"]["customer_id"]

    def test_unknown_names_are_refused_and_named(self, api):
        order = samples.order(api)
        for query in ("fields=number,bogus", "expand=customer,bogus", "expand=customer.customer", "bogus=1",
                      "trash=all"):
            reply = api.get(path("orders", order, "?" + query), expect=400)
            assert reply.json["errors"], query

    def test_writes_take_no_parameters(self, api):
        reply = api.post("/api/v1/customers?dry=1", {"name": "x"}, expect=400)
        assert reply.pointers == ["?dry"]
