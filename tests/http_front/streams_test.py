"""Server-sent events: streams without threads."""
import pytest

from conftest import SANITIZED, raise_open_files


def subscribe(front, source=None):
    client = front.connect(source=source)
    client.send("GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
    return client


def is_open(client):
    status, headers = client.read_head()
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert "content-length" not in headers
    return client.read_until(b"\n\n") == b"event: hello\ndata: 1"


def publish(front, text):
    with front.connect() as client:
        return int(client.post("/publish", text).body)


def test_events_arrive_in_order(front):
    client = subscribe(front)
    assert is_open(client)
    for i in range(100):
        assert publish(front, str(i)) == 1
    assert [client.read_until(b"\n\n") for _ in range(100)] == [f"data: {i}".encode() for i in range(100)]
    client.close()


def test_a_stream_holds_no_worker(start):
    front = start("workers=1")
    clients = [subscribe(front) for _ in range(10)]
    assert all(is_open(client) for client in clients)
    assert front.ping_s() < 5
    assert front.stats()["streams"] == 10
    for client in clients:
        client.close()


def test_a_client_that_left_is_forgotten(front):
    client = subscribe(front)
    assert is_open(client)
    client.close()
    front.wait_for(lambda stats: stats["streams"] == 0)
    assert publish(front, "x") == 0


def test_a_slow_reader_is_dropped_and_the_others_are_served(front):
    slow, quick = subscribe(front), subscribe(front)
    assert is_open(slow) and is_open(quick)
    text = "y" * 60_000
    for _ in range(1000):
        subscribers = publish(front, text)
        assert quick.read_until(b"\n\n") == b"data: " + text.encode()
        if subscribers == 1:
            break
    assert subscribers == 1
    front.wait_for(lambda stats: stats["streams"] == 1)
    slow.close()
    quick.close()


def test_streams_end_with_a_hint_when_the_server_stops(front):
    clients = [subscribe(front) for _ in range(5)]
    assert all(is_open(client) for client in clients)
    assert publish(front, "last") == 5
    assert front.stop() < 10
    hints = set()
    for client in clients:
        assert client.read_until(b"\n\n") == b"data: last"
        field, wait_ms = client.read_until(b"\n\n").split(b": ")
        assert field == b"retry" and 1000 <= int(wait_ms) < 5000
        hints.add(wait_ms)
        assert client.is_closed()
    assert len(hints) == 5, "they must not all come back at the same moment"


@pytest.mark.slow
def test_five_thousand_streams_cost_no_thread(start):
    count = 1_000 if SANITIZED else 5_000
    if raise_open_files() < count + 200:
        pytest.skip("the limit of open files is too low")
    front = start("workers=4")
    before_kb = front.rss_kb()
    clients = [subscribe(front, source=f"127.0.0.{2 + i // 2000}") for i in range(count)]
    assert all(is_open(client) for client in clients)
    assert front.threads() <= 10  # four workers and two producers among them
    assert front.stats()["streams"] == count
    assert publish(front, "all") == count
    assert all(client.read_until(b"\n\n") == b"data: all" for client in clients)
    if not SANITIZED:
        assert (front.rss_kb() - before_kb) / count < 3, "KB for each stream"
    for client in clients:
        client.close()
