"""Every figure of the first page equals the sum of the rows that its link lists."""
import datetime
import urllib.parse

import pytest
from support import samples


def rows(api, link):
    path, _, query = link.partition("?")
    params = dict(urllib.parse.parse_qsl(query))
    return api.list(path.rpartition("/")[2], limit=200, **params)


def assert_adds_up(api, query=""):
    shown = api.get(f"/api/v1/stats/dashboard{query}").json
    for name in ("customers", "products", "orders", "low_stock"):
        assert shown[name]["count"] == len(rows(api, shown[name]["rows"])), name
    for state in shown["orders_by_status"]:
        listed = rows(api, state["rows"])
        assert state["count"] == len(listed) and {row["status"] for row in listed} == {state["status"]}
    assert sum(state["count"] for state in shown["orders_by_status"]) == shown["orders"]["count"]
    for kind in ("revenue", "revenue_by_month", "top_customers"):
        for figure in shown[kind]:
            listed = rows(api, figure["rows"])
            assert figure["orders"] == len(listed), (kind, figure)
            assert figure["amount"] == sum(row["net"] for row in listed), (kind, figure)
            assert {row["currency"] for row in listed} == {figure["currency"]}
    for figure in shown["revenue"]:
        months = [m for m in shown["revenue_by_month"] if m["currency"] == figure["currency"]]
        assert sum(month["amount"] for month in months) == figure["amount"]
    return shown


@pytest.fixture(scope="module")
def busy(server):
    """A little of everything, in two currencies, in every state."""
    api = server.client
    for number in range(12):
        customer = samples.customer(api)
        order = samples.order(api, samples.line(unit_price=1000 * (number + 1), tax_rate="0.1"), customer_id=customer["id"],
                              currency="USD" if number % 5 else "VND", shipping=99, discount=10 * number)
        for action in [[], ["confirm"], ["confirm", "complete"], ["confirm", "cancel"], ["hold"], ["confirm", "process"]][number % 6]:
            api.act(f"/api/v1/orders/{order['id']}/{action}")
    api.delete(f"/api/v1/customers/{samples.customer(api)['id']}")
    api.delete(f"/api/v1/orders/{samples.order(api)['id']}")
    samples.product(api, track_stock=True, stock_on_hand=1, reorder_point=5)
    samples.product(api, track_stock=True, stock_on_hand=9, reorder_point=5)
    samples.product(api, status="archived")
    return api


def test_each_figure_is_the_sum_of_its_rows(busy):
    shown = assert_adds_up(busy)
    assert {state["status"] for state in shown["orders_by_status"]} == {
        "draft", "confirmed", "completed", "cancelled", "on_hold", "processing"}
    assert {figure["currency"] for figure in shown["revenue"]} == {"USD", "VND"}
    assert shown["low_stock"]["count"] == len(shown["low_stock"]["data"]) == 1


def test_revenue_is_the_net_of_what_is_booked(start):
    api = start().client
    samples.order(api)
    samples.confirmed(api, samples.line(unit_price=5000, tax_rate="0.2"), shipping=700, discount=500)
    cancelled = samples.confirmed(api)
    api.act(f"/api/v1/orders/{cancelled['id']}/cancel")
    figure, = assert_adds_up(api)["revenue"]
    assert (figure["amount"], figure["orders"], figure["currency"]) == (4500, 1, "USD")


def test_top_customers_are_ranked_by_revenue_within_each_currency(busy):
    top = busy.get("/api/v1/stats/dashboard").json["top_customers"]
    for currency in ("USD", "VND"):
        amounts = [figure["amount"] for figure in top if figure["currency"] == currency]
        assert 0 < len(amounts) <= 10
        assert amounts == sorted(amounts, reverse=True)


def test_a_period_of_ones_own(busy):
    today = datetime.date.today()
    tomorrow = today + datetime.timedelta(days=2)
    yesterday = today - datetime.timedelta(days=2)
    assert_adds_up(busy, f"?from={yesterday}&to={tomorrow}")
    empty = assert_adds_up(busy, "?from=2001-01-01&to=2001-02-01")
    assert empty["orders"]["count"] == 0 and empty["revenue"] == []
    assert (empty["from"], empty["to"]) == ("2001-01-01", "2001-02-01")


def test_the_day_after_the_last_is_not_part_of_the_period(busy):
    order = samples.order(busy, order_date="2020-03-31")
    assert busy.get("/api/v1/stats/dashboard?from=2020-03-01&to=2020-04-01").json["orders"]["count"] == 1
    assert busy.get("/api/v1/stats/dashboard?from=2020-03-01&to=2020-03-31").json["orders"]["count"] == 0
    busy.delete(f"/api/v1/orders/{order['id']}")


@pytest.mark.parametrize("query", ["from=2026-13-01", "from=x", "to=2026-02-30", "from=2026-05-01&to=2026-05-01",
                                   "from=2026-05-02&to=2026-05-01", "bogus=1"])
def test_a_period_that_makes_no_sense_is_refused(busy, query):
    assert busy.get(f"/api/v1/stats/dashboard?{query}", expect=400).json["errors"]


@pytest.mark.parametrize("zone, hours", [("Asia/Ho_Chi_Minh", 7), ("Pacific/Kiritimati", 14)])
def test_the_day_of_a_confirmation_is_the_firms(start, zone, hours):
    api = start("--timezone", zone).client
    order = samples.confirmed(api)
    local = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    near = {str(local.date()), str((local - datetime.timedelta(seconds=60)).date())}
    assert order["confirmed_on"] in near and order["order_date"] in near
    shown = assert_adds_up(api)
    assert shown["timezone"] == zone and shown["revenue"][0]["orders"] == 1


def test_the_months_of_los_angeles_are_its_own(start):
    api = start("--timezone", "America/Los_Angeles").client
    for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-08"):
        samples.order(api, order_date=day)
    samples.confirmed(api)
    shown = assert_adds_up(api)
    assert shown["revenue_by_month"][0]["month"] == samples.confirmed(api)["confirmed_on"][:7]
    month = assert_adds_up(api, "?from=2026-02-01&to=2026-03-01")
    assert month["orders"]["count"] == 2
