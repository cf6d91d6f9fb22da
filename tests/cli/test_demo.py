"""The throw-away firm, and demo records in a real database."""
import pathlib
import re
import signal

import pytest


def start_demo(program, tmp_path, *args, **env):
    return program.launch("demo", "--port", 0, "--size", "s", *args, env={"TMPDIR": str(tmp_path)} | env)


def sign_in(demo):
    """As its first lines say."""
    with demo.changed:
        assert demo.changed.wait_for(lambda: any("Log in as" in line for line in demo.out), 30), demo.out
    return demo.sign_in(*re.search(r"Log in as (\S+) with the password (\S+)", "\n".join(demo.out)).groups())


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_serves_a_shop_and_leaves_nothing(program, tmp_path, sign):
    demo = sign_in(start_demo(program, tmp_path).until_ready())
    status, page = demo.request("GET", "/api/v1/orders?limit=1&count=exact")
    assert status == 200 and page["count"] > 10
    assert list(tmp_path.glob("kontor-demo-*"))
    demo.send(sign)
    assert demo.wait() == 0
    assert list(tmp_path.glob("kontor-demo-*")) == []


def test_a_signal_while_it_is_filled_leaves_nothing_either(program, tmp_path):
    demo = start_demo(program, tmp_path)
    while not list(tmp_path.glob("kontor-demo-*")):
        assert demo.process.poll() is None, demo.err
    demo.send(signal.SIGTERM)
    assert demo.wait() == 0
    assert list(tmp_path.glob("kontor-demo-*")) == []


def test_a_kept_demo_is_there_again(program, tmp_path):
    counts, credentials = [], {}
    for _ in range(2):
        demo = start_demo(program, tmp_path, "--keep", tmp_path / "kept").until_ready()
        credentials = credentials or sign_in(demo).credentials
        demo.credentials = credentials
        counts.append(demo.request("GET", "/api/v1/customers?limit=1&count=exact")[1]["count"])
        assert demo.stop() == 0
    assert counts[0] == counts[1] > 0
    assert (tmp_path / "kept" / "kontor.db").exists()
    assert list((tmp_path / "kept" / "archive").iterdir()) == []  # made-up records need no way back


def test_the_vietnamese_shop_counts_in_dong(program, tmp_path):
    demo = sign_in(start_demo(program, tmp_path, "--lang", "vi").until_ready())
    order = demo.request("GET", "/api/v1/orders?limit=1")[1]["data"][0]
    assert order["currency"] == "VND"


def test_the_demo_counts_in_what_the_operator_has_fixed(program, tmp_path):
    demo = sign_in(start_demo(program, tmp_path, "--preset", "studio", KONTOR_CURRENCY="KWD",
                              KONTOR_DEFAULT_COUNTRY="GB").until_ready())
    monthly = demo.request("GET", "/api/v1/products?sku=M01-ALL")[1]["data"][0]
    assert (monthly["currency"], monthly["price"]) == ("KWD", 21_400)  # 21.400 for 69 dollars
    customer = demo.request("GET", "/api/v1/customers?limit=1")[1]["data"][0]
    assert customer["address"]["country"] == "GB" and customer["phone"].startswith("+44 ")


def test_the_demo_does_not_touch_a_real_directory(ready):
    assert "--keep" in ready.fails(2, "demo").err


def test_loaded_records_are_cleared_without_a_trace(ready):
    loaded = ready.ok("demo", "load", "shop", "--size", "s", "--json").json
    assert ready.fails(1, "demo", "load", "shop", "--size", "s")
    ready.ok("doctor")
    assert ready.ok("demo", "clear", "--json").json
    running = ready.serve()
    for collection in ("customers", "products", "orders", "payments"):
        page = running.request("GET", f"/api/v1/{collection}?limit=1&count=exact")[1]
        assert page["count"] == 0, collection
    assert running.stop() == 0
    ready.ok("doctor")
    assert loaded


def test_what_a_real_record_refers_to_is_kept_and_listed(ready):
    ready.ok("demo", "load", "shop", "--size", "s")
    running = ready.serve()
    customer = running.request("GET", "/api/v1/customers?limit=1")[1]["data"][0]
    status, _ = running.request("POST", "/api/v1/orders", {
        "customer_id": customer["id"],
        "lines": [{"name": "Tea", "quantity": 1, "unit_price": 450}]})
    assert status == 201
    assert running.stop() == 0
    result = ready.run("demo", "clear", "--json")
    assert result.code == 3, result
    assert [kept["id"] for kept in result.json["kept"]] == [customer["id"]]


def test_another_kind_of_firm_is_loaded_by_its_name(ready):
    ready.ok("demo", "load", "--preset", "manufacturing", "--size", "s")
    running = ready.serve()
    assert {one["kind"] for one in running.request("GET", "/api/v1/customers")[1]["data"]} == {"company"}
    assert running.stop() == 0
    assert ready.ok("demo", "clear", "--json").json["removed"]["customers"] == 12


@pytest.mark.parametrize("args, word", [
    (["demo", "load", "shopp"], "shop, studio, manufacturing, telegram"),
    (["demo", "--preset", "gym"], "shop, studio, manufacturing, telegram"), (["demo", "lod"], "load"),
    (["demo", "load", "shop", "--size", "xl"], "one of s, m, l"),
    (["demo", "load", "shop", "--lang", "fr"], "en"),
    (["demo", "load", "shop", "--port", "1"], "served")])
def test_mistakes_are_named(ready, args, word):
    assert word in ready.fails(2, *args).err


def test_a_taken_port_is_named_with_a_way_out(program, tmp_path):
    import socket
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = program.bare("demo", "--size", "s", "--port", taken.getsockname()[1],
                              env={"TMPDIR": str(tmp_path)})
    assert result.code == 1 and "--port 0" in result.err, result
    assert list(pathlib.Path(tmp_path).glob("kontor-demo-*")) == []
