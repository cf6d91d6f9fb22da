"""Server-sent events: in order, each once, and without a gap after a break."""
import queue
import threading

import pytest
from support import samples
from support.kontor import EventStream


def changes(api, since=0, **params):
    """Every change after `since`, page after page."""
    query = "".join(f"&{name}={value}" for name, value in params.items())
    found = []
    while True:
        page = api.get(f"/api/v1/changes?since={since}&limit=200{query}").json
        found += page["data"]
        since = page["next_since"]
        if not page["has_more"]:
            return found


def last(api):
    found = changes(api)
    return found[-1]["seq"] if found else 0


def test_a_change_arrives_as_it_happens(api):
    with EventStream(api) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["cache-control"] == "no-store"
        record = samples.customer(api)
        event = stream.next()
        assert event.name == "customers.create"
        assert event.data["id"] == record["id"] and event.data["seq"] == event.id
        assert (event.data["collection"], event.data["action"], event.data["version"]) == ("customers", "create", 1)
        assert "diff" not in event.data
        api.patch(f"/api/v1/customers/{record['id']}", {"name": "New"})
        api.delete(f"/api/v1/customers/{record['id']}")
        assert [event.name for event in stream.take(2)] == ["customers.update", "customers.delete"]


def test_a_stream_begins_with_now(api):
    samples.customer(api)
    with EventStream(api) as stream:
        record = samples.customer(api)
        assert stream.next().data["id"] == record["id"]


def test_what_was_undone_is_no_event(api):
    with EventStream(api) as stream:
        api.post("/api/v1/customers", {"name": ""}, expect=422)
        api.call("POST", "/api/v1/batch", {"operations": [
            {"method": "POST", "path": "/api/v1/customers", "body": {"name": "x"}},
            {"method": "POST", "path": "/api/v1/customers", "body": {}}]}, expect=422)
        record = samples.customer(api)
        assert stream.next().data["id"] == record["id"]


def test_topics_choose_collections(api):
    with EventStream(api, "?topics=orders,payments") as stream:
        order = samples.order(api)
        samples.customer(api)
        samples.payment(api, order)
        assert [event.name for event in stream.take(3)] == ["orders.create", "orders.payment", "payments.create"]
        samples.product(api)
        with pytest.raises(queue.Empty):
            stream.next(timeout=0.3)


def test_an_unknown_topic_is_refused(api):
    for query in ("topics=orders,bogus", "bogus=1", "last_event_id=x", "last_event_id=-1"):
        api.get(f"/api/v1/events?{query}", expect=400)
    api.get("/api/v1/events", expect=400, headers={"Last-Event-ID": "abc"})


@pytest.mark.parametrize("how", ["header", "query"])
def test_a_client_that_comes_back_gets_what_it_missed(api, how):
    with EventStream(api) as stream:
        samples.customer(api)
        seen = stream.next().id
    missed = [samples.customer(api)["id"] for _ in range(30)]
    again = {"header": dict(last_event_id=seen), "query": dict(query=f"?last_event_id={seen}")}[how]
    with EventStream(api, **again) as stream:
        missed.append(samples.customer(api)["id"])
        assert [event.data["id"] for event in stream.take(31)] == missed


def test_no_gap_and_no_repeat_while_others_write(api):
    """Breaks and resumes again and again under writes: every change arrives exactly once, in order."""
    start = last(api)
    done = threading.Event()

    def write():
        while not done.is_set():
            samples.customer(api)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen = []
    try:
        for round_number in range(12):
            with EventStream(api, last_event_id=seen[-1] if seen else start) as stream:
                seen += [event.id for event in stream.take(20 + round_number)]
    finally:
        done.set()
        for writer in writers:
            writer.join()
    expected = [change["seq"] for change in changes(api, start)]
    assert seen == expected[:len(seen)]


def test_a_client_that_is_thousands_of_changes_behind_catches_up(start):
    api = start().client
    for _ in range(20):
        api.call("POST", "/api/v1/batch", {"operations": [
            {"method": "POST", "path": "/api/v1/customers", "body": {"name": "x"}}] * 100}, expect=200)
    with EventStream(api, last_event_id=0) as stream:
        ids = [event.id for event in stream.take(2000, timeout=30)]
        assert ids == list(range(ids[0], ids[0] + 2000))


def test_many_streams_get_the_same(api):
    streams = [EventStream(api) for _ in range(50)]
    try:
        wanted = [samples.customer(api)["id"] for _ in range(10)]
        for stream in streams:
            assert [event.data["id"] for event in stream.take(10)] == wanted
    finally:
        for stream in streams:
            stream.close()


def test_a_place_that_is_lost_is_told_by_reset(api):
    samples.customer(api)
    now = last(api)
    with EventStream(api, last_event_id=now + 1000) as stream:
        event = stream.next()
        assert (event.name, event.id, event.data) == ("reset", now, {"last": now})
        record = samples.customer(api)
        assert stream.next().data["id"] == record["id"]


def test_the_changes_can_be_read_without_a_stream(api):
    start_at = last(api)
    record = samples.customer(api, name="Traced")
    api.patch(f"/api/v1/customers/{record['id']}", {"name": "Traced again"})
    order = samples.order(api)
    first, second = changes(api, start_at, topics="customers")[:2]
    assert first["diff"] == {} and first["action"] == "create"
    assert second["diff"] == {"name": {"from": "Traced", "to": "Traced again"}}
    assert order["id"] in [change["id"] for change in changes(api, start_at, topics="orders")]
    for query in ("since=x", "since=-1", "limit=0", "limit=201", "topics=x", "cursor=1"):
        api.get(f"/api/v1/changes?{query}", expect=400)


def test_streams_end_when_the_server_stops(start):
    server = start()
    with EventStream(server.client) as stream:
        samples.customer(server.client)
        assert stream.next().name == "customers.create"
        assert server.stop() == 0
        assert stream.next() is None
