"""Clients that are slow, silent or many: the others do not notice."""
import socket
import time

import pytest

from conftest import SANITIZED, raise_open_files

PROBE_S = 5 if SANITIZED else 1
SLOW = "GET /slow?ms=1500 HTTP/1.1\r\nHost: localhost\r\n\r\n"


def open_clients(front, count, text=b""):
    """Many connections, from several loopback addresses: one has only 28,000 ports."""
    clients = []
    for i in range(count):
        client = front.connect(source=f"127.0.0.{2 + i // 2000}")
        if text:
            client.send(text)
        clients.append(client)
    return clients


def close_all(clients):
    for client in clients:
        client.close()


@pytest.mark.slow
def test_dripping_and_idle_clients_do_not_hold_others_up(front):
    raise_open_files()
    idle = open_clients(front, 1000)
    dripping = open_clients(front, 200, b"GET /ping HTTP/1.1\r\n")
    end = time.monotonic() + 3
    worst = 0
    while time.monotonic() < end:
        for i, client in enumerate(dripping):
            client.send(f"X-{i}: {i}\r\n")
        worst = max(worst, front.ping_s())
    assert worst < PROBE_S
    close_all(idle + dripping)


@pytest.mark.slow
def test_half_sent_bodies_hold_no_worker(start):
    front = start("workers=2")
    raise_open_files()
    half = open_clients(front, 500, b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc")
    front.wait_for(lambda stats: stats["connections"] == 501)
    assert max(front.ping_s() for _ in range(20)) < PROBE_S
    assert front.rss_kb() < (400_000 if SANITIZED else 60_000), "announced bytes cost no memory"
    close_all(half)


@pytest.mark.slow
def test_ten_thousand_idle_clients_cost_no_thread_and_little_memory(start):
    count = 2_000 if SANITIZED else 10_000
    if raise_open_files() < count + 200:
        pytest.skip("the limit of open files is too low")
    front = start("workers=16")
    before_kb = front.rss_kb()
    clients = open_clients(front, count, b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert all(client.read().status == 200 for client in clients)
    assert front.threads() <= 24
    if not SANITIZED:
        assert (front.rss_kb() - before_kb) / count < 1, "KB for each idle connection"
    assert front.ping_s() < PROBE_S
    assert all(client.get("/ping").status == 200 for client in clients[::97])
    close_all(clients)


def test_a_head_that_does_not_end_is_408(start):
    front = start("head_ms=300")
    with front.connect() as client:
        client.send("GET /ping HTTP/1.1\r\nX: ")
        start_s = time.monotonic()
        assert [answer.status for answer in client.read_all()] == [408]
        assert 0.2 < time.monotonic() - start_s < 5


def test_a_head_cannot_be_kept_alive_by_dripping(start):
    front = start("head_ms=500")
    with front.connect() as client:
        client.send("GET /ping HTTP/1.1\r\n")
        end = time.monotonic() + 10
        while client.is_silent(0.1) and time.monotonic() < end:
            client.send("X: y\r\n")
        assert time.monotonic() < end, "each byte bought it more time"
        assert client.read().status == 408


def test_a_body_below_the_lowest_rate_is_408(start):
    front = start("head_ms=300")
    with front.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc")
        assert [answer.status for answer in client.read_all()] == [408]


def test_an_idle_connection_is_closed_without_a_word(start):
    front = start("idle_ms=300")
    with front.connect() as client:
        assert client.get("/ping").status == 200
        assert client.is_closed()
        assert client.rest == b""


def test_a_client_that_does_not_read_is_dropped(start):
    front = start("write_ms=500")
    client = front.connect()
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.send("GET /big?bytes=50000000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    front.wait_for(lambda stats: stats["connections"] == 2)
    front.wait_for(lambda stats: stats["connections"] == 1)
    client.close()


def test_more_connections_than_allowed_are_told_so(start):
    front = start("connections=10")
    clients = [front.connect() for _ in range(10)]
    assert clients[0].get("/ping").status == 200
    with front.connect() as extra:
        answers = extra.send("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").read_all()
        assert [(a.status, a.headers["retry-after"]) for a in answers] == [(503, "1")]
    close_all(clients)


def test_one_address_cannot_take_all_connections(start):
    front = start("per_address=5")
    greedy = [front.connect(source="127.0.0.2") for _ in range(5)]
    assert greedy[0].get("/ping").status == 200
    with front.connect(source="127.0.0.2") as sixth:
        assert sixth.read().status == 503
    with front.connect(source="127.0.0.3") as other:
        assert other.get("/ping").status == 200
    greedy.pop().close()
    with front.connect(source="127.0.0.3") as other:
        other.get("/ping")
    with front.connect(source="127.0.0.2") as again:
        assert again.get("/ping").status == 200
    close_all(greedy)


def test_a_full_queue_is_answered_503_at_once(start):
    front = start("workers=1", "queue=2")
    waiting = [front.connect().send(SLOW)]
    front.wait_for(lambda stats: stats["busy"] == 2 and stats["queued"] == 0)  # and this question
    start_s = time.monotonic()
    waiting += [front.connect().send(SLOW) for _ in range(5)]
    statuses = sorted(client.read().status for client in waiting)
    assert statuses == [200, 200, 200, 503, 503, 503]
    assert time.monotonic() - start_s < 10


def test_the_503_of_a_full_queue_does_not_wait(start):
    front = start("workers=1", "queue=1")
    busy = [front.connect().send(SLOW)]
    front.wait_for(lambda stats: stats["busy"] == 2 and stats["queued"] == 0)
    busy.append(front.connect().send(SLOW))
    front.wait_for(lambda stats: stats["queued"] == 1)
    with front.connect() as client:
        start_s = time.monotonic()
        answer = client.get("/ping")
        assert time.monotonic() - start_s < 1
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert answer.headers["content-type"] == "application/problem+json"
    close_all(busy)


def test_health_is_answered_while_all_workers_are_busy(start):
    front = start("workers=1", "queue=2")
    busy = [front.connect().send(SLOW)]
    front.wait_for(lambda stats: stats["busy"] == 2 and stats["queued"] == 0)
    busy.append(front.connect().send(SLOW))
    front.wait_for(lambda stats: stats["queued"] == 1)
    with front.connect() as client:
        start_s = time.monotonic()
        assert client.get("/health").status == 200
        assert time.monotonic() - start_s < 1
    close_all(busy)
