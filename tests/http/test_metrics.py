"""GET /metrics: what is counted, for whom, and in which form."""
import pytest

from support.prometheus import Metrics


def metrics(api):
    return Metrics(api.get("/metrics").text)


def test_it_is_the_text_format_of_prometheus(api):
    reply = api.get("/metrics")
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-store"
    Metrics(reply.text)


def test_requests_count_by_route_and_status(api):
    before = metrics(api)
    created = api.post("/api/v1/customers", {"name": "Counted"}).json
    for _ in range(3):
        api.get(f"/api/v1/customers/{created['id']}")
    api.get("/api/v1/customers/01890a5d-ac96-774b-bcce-b302099a8057", expect=404)
    api.get("/nowhere", expect=404, check=False)
    after = metrics(api)

    def grown(name, **labels):
        return after.get(name, **labels) - before.get(name, **labels)

    route = "/api/v1/customers/{id}"
    assert grown("http_requests_total", method="POST", route="/api/v1/customers", code="201") == 1
    assert grown("http_requests_total", method="GET", route=route, code="200") == 3
    assert grown("http_requests_total", method="GET", route=route, code="404") == 1
    assert grown("http_requests_total", method="other", route="other", code="404") == 1
    assert grown("http_request_duration_seconds_count", method="GET", route=route) == 4


def test_no_label_holds_what_a_client_sent(api):
    api.get("/api/v1/customers?q=Nguyen", expect=200)
    api.get("/secret-path-of-a-client", expect=404, check=False)
    text = api.get("/metrics").text
    assert "Nguyen" not in text
    assert "secret-path" not in text


def test_refusals_of_the_front_count_by_reason(api):
    before = metrics(api).value("kontor_http_rejected_total", reason="unknown_host")
    api.call("GET", "/livez", headers={"Host": "attacker.example"}, check=False, expect=421)
    assert metrics(api).value("kontor_http_rejected_total", reason="unknown_host") == before + 1


def test_it_tells_what_runs_and_how_it_is(api):
    found = metrics(api)
    (labels,) = [dict(labels) for (name, labels) in found.samples if name == "kontor_build_info"]
    assert labels["version"] == api.get("/health").json["version"]
    assert labels["sqlite"].startswith("3.")
    assert found.value("kontor_db_writable") == 1
    assert found.value("kontor_db_disk_full") == 0
    assert found.value("kontor_draining") == 0
    assert found.value("kontor_http_connections") >= 1
    assert found.value("kontor_db_size_bytes") > 4096
    assert 0 < found.value("kontor_disk_free_bytes") <= found.value("kontor_disk_size_bytes")
    assert found.value("process_resident_memory_bytes") > 1_000_000
    assert found.value("process_open_fds") < found.value("process_max_fds")
    assert found.value("process_start_time_seconds") > 1_700_000_000


def test_the_firm_in_figures(api):
    before = metrics(api)
    customer = api.post("/api/v1/customers", {"name": "Figure"}).json
    order = api.post("/api/v1/orders", {"customer_id": customer["id"], "lines": [
        {"name": "Tea", "quantity": 1, "unit_price": 100}]}).json
    api.act(f"/api/v1/orders/{order['id']}/confirm")
    after = metrics(api)
    assert after.value("kontor_customers") == before.value("kontor_customers") + 1
    for status, more in (("draft", 0), ("confirmed", 1), ("cancelled", 0)):
        assert after.value("kontor_orders", status=status) == \
            before.value("kontor_orders", status=status) + more


@pytest.mark.parametrize("mark", [
    {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"Via": "1.1 proxy"},
    {"X-Real-IP": "203.0.113.7"}, {"x-forwarded-proto": "https"}])
def test_nobody_gets_it_through_a_proxy(server, mark):
    reply = server.stranger().get("/metrics", headers=mark, expect=403)
    assert reply.json["code"] == "forbidden"
    assert "kontor_build_info" not in reply.text


def test_server_timing_is_for_this_machine_and_only_if_it_is_wanted(api, start):
    assert "Server-Timing" not in api.get("/api/v1/customers").headers
    wanted = start("--server-timing", "true", owner="session").client
    parts = wanted.get("/api/v1/customers").headers["Server-Timing"].split(", ")
    times = {name: float(value) for name, value in (part.split(";dur=") for part in parts)}
    assert list(times) == ["queue", "db", "total"]
    assert 0 < times["db"] <= times["total"] < 10_000
    assert times["queue"] <= times["total"]
    cookie = wanted.credentials["Cookie"].replace("kontor_session", "__Host-kontor")
    behind = wanted.get("/api/v1/customers", headers={"X-Forwarded-For": "203.0.113.7", "Cookie": cookie})
    assert "Server-Timing" not in behind.headers
