"""Stock: promised on confirmation, given back on cancellation, gone on completion."""
from support import samples
from support.kontor import in_parallel


def tracked(api, on_hand, **fields):
    return samples.product(api, track_stock=True, stock_on_hand=on_hand, **fields)


def stock(api, product):
    record = samples.read(api, "products", product)
    return record["stock_on_hand"], record["stock_reserved"]


def of(product, quantity):
    return {"product_id": product["id"], "quantity": quantity}


def act(api, order, action, **more):
    return api.act(f"/api/v1/orders/{order['id']}/{action}", **more)


def test_a_confirmed_order_holds_its_stock_until_it_ships(api):
    product = tracked(api, 10)
    order = samples.order(api, of(product, 4))
    assert stock(api, product) == (10, 0)
    act(api, order, "confirm")
    assert stock(api, product) == (10, 4)
    act(api, order, "complete")
    assert stock(api, product) == (6, 0)


def test_a_cancelled_order_gives_it_back(api):
    product = tracked(api, 10)
    order = samples.confirmed(api, of(product, 4))
    act(api, order, "hold")
    assert stock(api, product) == (10, 4)
    act(api, order, "cancel")
    assert stock(api, product) == (10, 0)


def test_all_lines_or_none(api):
    plenty, scarce, empty = tracked(api, 100), tracked(api, 2), tracked(api, 0)
    order = samples.order(api, of(plenty, 5), of(scarce, 3), samples.line(), of(empty, 1))
    reply = act(api, order, "confirm", expect=409)
    assert reply.json["code"] == "insufficient_stock"
    assert reply.pointers == ["/lines/1/quantity", "/lines/3/quantity"]
    assert "2" in reply.json["errors"][0]["detail"]
    assert [stock(api, product)[1] for product in (plenty, scarce, empty)] == [0, 0, 0]
    assert samples.read(api, "orders", order)["status"] == "draft"


def test_the_same_product_on_two_lines_counts_twice(api):
    product = tracked(api, 5)
    assert act(api, samples.order(api, of(product, 3), of(product, 3)), "confirm", expect=409).pointers == ["/lines/1/quantity"]
    act(api, samples.order(api, of(product, 3), of(product, 2)), "confirm")
    assert stock(api, product) == (5, 5)


def test_a_product_that_does_not_track_stock_never_runs_out(api):
    product = samples.product(api, track_stock=False)
    samples.confirmed(api, of(product, 1000))
    assert stock(api, product) == (0, 0)


def test_fractions_of_a_unit_are_counted(api):
    product = tracked(api, "2.5")
    samples.confirmed(api, of(product, "1.25"))
    assert stock(api, product) == ("2.5", "1.25")


def test_fifty_orders_for_ten_pieces_sell_ten(api):
    product = tracked(api, 10)
    orders = [samples.order(api, of(product, 1)) for _ in range(50)]
    replies = in_parallel(50, lambda n: act(api, orders[n], "confirm", expect=None).status)
    assert sorted(set(replies)) == [200, 409] and replies.count(200) == 10
    assert stock(api, product) == (10, 10)
    entries = api.get(f"/api/v1/products/{product['id']}/history").json["data"]
    assert [entry["action"] for entry in entries].count("reserve") == 10


def test_what_falls_to_its_reorder_point_shows_as_low(api):
    product = tracked(api, 10, reorder_point=5)
    assert samples.read(api, "products", product)["low_stock"] is False
    samples.confirmed(api, of(product, 6))
    assert samples.read(api, "products", product)["low_stock"] is True
    assert product["id"] in [row["id"] for row in api.list("products", low_stock="true")]
