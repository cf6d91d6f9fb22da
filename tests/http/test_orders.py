"""What an order's numbers and states mean."""
import pytest
from support import samples
from support.kontor import in_parallel


def amounts(order):
    return tuple(order[name] for name in ("subtotal", "discount", "net", "tax", "shipping", "total", "due"))


def order_path(order, action=""):
    return f"/api/v1/orders/{order['id']}{action}"


class TestTotals:
    def test_money_is_whole_minor_units_and_adds_up(self, api):
        order = samples.order(api, samples.line(quantity=3, unit_price=1999, tax_rate="0.2"),
                              samples.line(quantity=1, unit_price=500), shipping=450, discount=0)
        assert amounts(order) == (6497, 0, 6497, 1199, 450, 8146, 8146)
        assert order["paid"] == 0 and order["payment_status"] == "unpaid"

    @pytest.mark.parametrize("currency, price, total", [("VND", 125000, 270000), ("USD", 1250, 2700), ("KWD", 12500, 27000)])
    def test_each_currency_counts_in_its_own_minor_unit(self, api, currency, price, total):
        order = samples.order(api, samples.line(quantity=2, unit_price=price, tax_rate="0.08"), currency=currency)
        assert order["total"] == total and order["currency"] == currency

    def test_a_line_is_rounded_once_half_away_from_zero(self, api):
        order = samples.order(api, samples.line(quantity="0.5", unit_price=1), samples.line(quantity="1.5", unit_price="0.3333"),
                              samples.line(quantity="0.3333", unit_price="1.5"), samples.line(quantity=3, unit_price="0.5"))
        assert [line["line_total"] for line in order["lines"]] == [1, 0, 0, 2]

    def test_a_lines_discount_is_a_rate_and_an_orders_is_money(self, api):
        order = samples.order(api, samples.line(quantity=1, unit_price=10000, discount="0.125"), discount=750)
        assert order["lines"][0]["line_total"] == 8750
        assert amounts(order)[:3] == (8750, 750, 8000)

    def test_tax_is_rounded_once_a_rate_and_not_a_line(self, api):
        lines = [samples.line(unit_price=3, tax_rate="0.1") for _ in range(10)]
        assert samples.order(api, *lines)["tax"] == 3
        mixed = samples.order(api, samples.line(unit_price=5, tax_rate="0.1"), samples.line(unit_price=5, tax_rate="0.08"),
                              samples.line(unit_price=5, tax_rate="0.1"))
        assert mixed["tax"] == 1 + 0

    def test_a_discount_is_spread_by_largest_remainder_and_lowers_the_tax(self, api):
        order = samples.order(api, samples.line(unit_price=100, tax_rate="0.1"), samples.line(unit_price=100, tax_rate="0.1"),
                              samples.line(unit_price=100, tax_rate="0.1"), discount=100)
        shares = [line["discount_share"] for line in order["lines"]]
        assert sorted(shares) == [33, 33, 34] and sum(shares) == 100
        assert amounts(order) == (300, 100, 200, 20, 0, 220, 220)

    def test_mixed_tax_with_a_discount_in_dong(self, api):
        order = samples.order(api, samples.line(unit_price=100000, tax_rate="0.08"), samples.line(unit_price=55555, tax_rate="0.1"),
                              samples.line(unit_price=33333, quantity=3, tax_rate="0.1"), currency="VND", discount=17888)
        groups = {}
        for line in order["lines"]:
            groups.setdefault(line["tax_rate"], 0)
            groups[line["tax_rate"]] += line["line_total"] - line["discount_share"]
        tax = sum((base * round(float(rate) * 100) * 2 + 100) // 200 for rate, base in groups.items())
        assert order["tax"] == tax
        assert order["net"] == order["subtotal"] - 17888
        assert order["total"] == order["net"] + order["tax"] + order["shipping"]

    def test_a_discount_of_everything_leaves_nothing_to_tax(self, api):
        order = samples.order(api, samples.line(unit_price=999, tax_rate="0.2"), discount=999)
        assert amounts(order) == (999, 999, 0, 0, 0, 0, 0)

    @pytest.mark.parametrize("fields, pointer", [
        ({"discount": 1001}, "/discount"), ({"discount": -1}, "/discount"), ({"shipping": -1}, "/shipping"),
        ({"lines": [samples.line(quantity=0)]}, "/lines/0/quantity"), ({"lines": [samples.line(quantity=-2)]}, "/lines/0/quantity"),
        ({"lines": [samples.line(), samples.line(discount="1.5")]}, "/lines/1/discount"),
        ({"lines": [{"quantity": 1}]}, "/lines/0/name"), ({"lines": [{"name": "x"}]}, "/lines/0/unit_price"),
        ({"lines": [samples.line(bogus=1)]}, "/lines/0/bogus"), ({"lines": "x"}, "/lines"), ({"lines": [5]}, "/lines/0"),
        ({"order_date": "2026-02-30"}, "/order_date"), ({"currency": "ABC"}, "/currency"), ({"shipping": "5"}, "/shipping"),
        ({"customer_id": None}, "/customer_id"), ({"total": 5}, "/total"), ({"lines": [samples.line(line_total=5)]}, "/lines/0/line_total")])
    def test_what_does_not_compute_is_refused_by_name(self, api, fields, pointer):
        body = {"customer_id": samples.customer(api)["id"], "currency": "USD", "lines": [samples.line()], **fields}
        assert pointer in api.post("/api/v1/orders", body, expect=422).pointers

    def test_amounts_that_do_not_fit_are_refused_and_never_wrap(self, api):
        body = {"customer_id": samples.customer(api)["id"], "currency": "USD",
                "lines": [samples.line(unit_price=999_999_999_999, quantity=99_999_999_999)]}
        assert api.post("/api/v1/orders", body, expect=422).json["errors"]

    def test_five_hundred_lines_are_taken_and_one_more_is_not(self, api):
        body = {"customer_id": samples.customer(api)["id"], "currency": "USD", "lines": [samples.line()] * 500}
        assert api.post("/api/v1/orders", body).json["subtotal"] == 500_000
        body["lines"].append(samples.line())
        assert api.post("/api/v1/orders", body, expect=422).pointers == ["/lines"]


class TestLines:
    def test_a_line_takes_what_it_does_not_say_from_its_product(self, api):
        product = samples.product(api, price=2500, cost=1000, tax_rate="0.1")
        line, = samples.order(api, {"product_id": product["id"], "quantity": 2})["lines"]
        assert {name: line[name] for name in ("sku", "name", "unit_price", "cost", "tax_rate", "line_total")} == {
            "sku": product["sku"], "name": product["name"], "unit_price": 2500, "cost": 1000, "tax_rate": "0.1", "line_total": 5000}

    def test_a_line_may_differ_from_its_product(self, api):
        product = samples.product(api, price=2500, tax_rate="0.1")
        line, = samples.order(api, {"product_id": product["id"], "unit_price": 2000, "name": "Special", "tax_rate": "0"})["lines"]
        assert (line["unit_price"], line["name"], line["tax_rate"]) == (2000, "Special", "0")

    def test_an_order_keeps_its_prices_when_the_product_changes(self, api):
        product = samples.product(api, price=2500)
        order = samples.order(api, {"product_id": product["id"]})
        api.patch(f"/api/v1/products/{product['id']}", {"price": 9999, "name": "New", "tax_rate": "0.2"})
        assert samples.read(api, "orders", order) == order
        lines = [{"id": order["lines"][0]["id"], "quantity": 3}]
        changed = api.patch(order_path(order), {"lines": lines}).json
        assert changed["lines"][0]["unit_price"] == 2500 and changed["subtotal"] == 7500

    def test_lines_are_replaced_as_a_whole_and_keep_their_ids_where_given(self, api):
        order = samples.order(api, samples.line(name="A"), samples.line(name="B"), samples.line(name="C"))
        a, b, c = order["lines"]
        changed = api.patch(order_path(order), {"lines": [{"id": c["id"]}, {"id": a["id"], "quantity": 5}, samples.line(name="D")]}).json
        assert [line["name"] for line in changed["lines"]] == ["C", "A", "D"]
        assert changed["lines"][0] == c
        assert [line["id"] for line in changed["lines"][:2]] == [c["id"], a["id"]]
        assert changed["subtotal"] == 1000 + 5000 + 1000

    def test_a_product_in_another_currency_needs_a_price(self, api):
        product = samples.product(api, currency="EUR")
        body = {"customer_id": samples.customer(api)["id"], "currency": "USD", "lines": [{"product_id": product["id"]}]}
        assert "/lines/0/unit_price" in api.post("/api/v1/orders", body, expect=422).pointers
        body["lines"][0]["unit_price"] = 5
        api.post("/api/v1/orders", body)

    def test_an_archived_product_is_not_sold(self, api):
        product = samples.product(api, status="archived")
        body = {"customer_id": samples.customer(api)["id"], "currency": "USD", "lines": [{"product_id": product["id"]}]}
        assert api.post("/api/v1/orders", body, expect=422).pointers == ["/lines/0/product_id"]

    def test_currency_and_date_have_defaults(self, api):
        customer = samples.customer(api, currency="EUR")
        order = api.post("/api/v1/orders", {"customer_id": customer["id"], "lines": [samples.line()]}).json
        assert order["currency"] == "EUR" and order["order_date"] == order["created_at"][:10]


class TestMoves:
    def test_the_way_from_draft_to_completed(self, api):
        order = samples.order(api)
        assert order["status"] == "draft" and order["confirmed_at"] is None
        confirmed = api.act(order_path(order, "/confirm")).json
        assert confirmed["status"] == "confirmed" and confirmed["confirmed_at"] and confirmed["confirmed_on"]
        assert api.act(order_path(order, "/process")).json["status"] == "processing"
        done = api.act(order_path(order, "/complete")).json
        assert (done["status"], done["fulfilment_status"]) == ("completed", "fulfilled")

    @pytest.mark.parametrize("before, refused, allowed", [
        ([], "complete", {"confirm", "hold", "cancel"}), ([], "resume", {"confirm", "hold", "cancel"}),
        (["confirm"], "confirm", {"process", "complete", "hold", "cancel"}),
        (["confirm", "process"], "confirm", {"complete", "hold", "cancel"}),
        (["confirm", "complete"], "cancel", set()), (["cancel"], "confirm", set()),
        (["confirm", "hold"], "complete", {"resume", "cancel"})])
    def test_a_move_that_is_not_allowed_lists_those_that_are(self, api, before, refused, allowed):
        order = samples.order(api)
        for action in before:
            api.act(order_path(order, "/" + action))
        version = samples.read(api, "orders", order)["version"]
        reply = api.act(order_path(order, "/" + refused), expect=409)
        assert reply.json["code"] == "move_not_allowed"
        assert set(reply.json["allowed"]) == allowed
        assert samples.read(api, "orders", order)["version"] == version

    def test_a_held_order_goes_back_to_where_it_was(self, api):
        for before, state in (([], "draft"), (["confirm"], "confirmed"), (["confirm", "process"], "processing")):
            order = samples.order(api)
            for action in before:
                api.act(order_path(order, "/" + action))
            assert api.act(order_path(order, "/hold")).json["status"] == "on_hold"
            assert api.act(order_path(order, "/resume")).json["status"] == state

    def test_an_order_without_lines_is_not_confirmed(self, api):
        order = api.post("/api/v1/orders", {"customer_id": samples.customer(api)["id"], "currency": "USD"}).json
        assert order["lines"] == [] and order["total"] == 0
        assert api.act(order_path(order, "/confirm"), expect=409).json["code"] == "no_lines"

    def test_what_was_agreed_is_fixed_after_the_draft_and_notes_are_not(self, api):
        order = samples.confirmed(api)
        other = samples.customer(api)["id"]
        for change in ({"lines": []}, {"discount": 5}, {"shipping": 5}, {"currency": "EUR"}, {"order_date": "2020-01-01"},
                       {"customer_id": other}):
            assert api.patch(order_path(order), change, expect=409).json["code"] == "order_locked"
        changed = api.patch(order_path(order), {"notes": "call first", "channel": "web", "tags": ["x"]}).json
        assert changed["notes"] == "call first" and changed["total"] == order["total"]

    def test_only_drafts_and_cancelled_orders_go_to_the_trash(self, api):
        order = samples.confirmed(api)
        assert api.delete(order_path(order), expect=409).json["code"] == "order_locked"
        api.act(order_path(order, "/cancel"))
        api.delete(order_path(order))

    def test_an_action_takes_no_fields_that_it_does_not_know(self, api):
        order = samples.order(api)
        assert api.act(order_path(order, "/confirm"), {"amount": 5}, expect=422).pointers == ["/amount"]
        api.act(order_path(order, "/confirm"), {})

    def test_fifty_confirmations_at_once_confirm_once(self, api):
        order = samples.order(api)
        replies = in_parallel(50, lambda _: api.act(order_path(order, "/confirm"), expect=None).status)
        assert sorted(replies) == [200] + [409] * 49


class TestNumbers:
    def test_numbers_have_the_year_of_the_order_and_no_gap(self, start):
        api = start().client
        customer = samples.customer(api)["id"]

        def create(index):
            lines = [samples.line(quantity=0 if index % 3 == 0 else 1)]
            reply = api.post("/api/v1/orders", {"customer_id": customer, "currency": "USD", "lines": lines,
                                                "order_date": "2026-05-05"}, expect=None)
            assert reply.status == (422 if index % 3 == 0 else 201)
            return reply.json.get("number")

        numbers = sorted(number for number in in_parallel(100, create) if number)
        assert numbers == [f"SO-2026-{n:05}" for n in range(1, len(numbers) + 1)]
        other = samples.order(api, order_date="2025-12-31")
        assert other["number"] == "SO-2025-00001"

    def test_a_deleted_order_keeps_its_number_and_the_next_goes_on(self, api):
        first = samples.order(api, order_date="2019-01-01")
        api.delete(order_path(first))
        assert samples.order(api, order_date="2019-01-01")["number"] == "SO-2019-00002"
