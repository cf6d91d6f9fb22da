"""GET /api/v1/system: the figures of the page on the server's health."""
from support.kontor import EventStream
from support.waiting import wait_for


def with_streams(api, count):
    """The figures, once so many are counted: a stream's first line is sent before it is counted."""
    told = api.get("/api/v1/system").json
    return told if told["http"]["event_streams"] == count else None


def test_it_tells_how_the_server_is(api, server):
    told = api.get("/api/v1/system").json
    assert told["version"] == api.get("/health").json["version"]
    assert told["uptime_s"] >= 0 and told["draining"] is False and told["log_level"] == "info"
    assert told["database"]["writable"] and told["database"]["bytes"] == (server.data / "kontor.db").stat().st_size
    assert 0 < told["database"]["disk_free_bytes"] <= told["disk_bytes"]
    assert told["process"]["memory_bytes"] > 1_000_000 and told["process"]["open_files"] > 3
    assert told["checkpoint_at"] is not None and told["backups"]["last_backup"] is None


def test_the_last_minute_is_counted(api):
    before = api.get("/api/v1/system").json["requests"]
    for _ in range(20):
        api.get("/livez")
    after = api.get("/api/v1/system").json["requests"]
    assert after["count"] >= before["count"] + 20
    assert sum(after["per_second"]) == after["count"] and len(after["per_second"]) == after["window_s"]
    assert 0 < after["p50_us"] <= after["p95_us"] <= after["p99_us"] < 30_000_000
    assert after["failed"] == 0


def test_writes_streams_and_sessions_show(api, server):
    before = api.get("/api/v1/system").json
    api.post("/api/v1/customers", {"name": "Seen"})
    browser = server.stranger()
    browser.sign_in()
    with EventStream(api):
        during = wait_for(lambda: with_streams(api, before["http"]["event_streams"] + 1))
    assert during["database"]["commits"] > before["database"]["commits"]
    assert during["sessions"] == before["sessions"] + 1
    browser.delete("/api/v1/session")
    assert api.get("/api/v1/system").json["sessions"] == before["sessions"]
