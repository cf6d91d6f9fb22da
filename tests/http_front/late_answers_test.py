"""Answers that wait for something: no worker waits with them, and nothing else changes."""
import signal
import time

import pytest

from conftest import SANITIZED, TIMEOUT_S

LATE = "GET /late{} HTTP/1.1\r\nHost: localhost\r\n\r\n"


def release(front, count):
    """Lets `count` answers go, as soon as they wait."""
    deadline, released = time.monotonic() + TIMEOUT_S, 0
    with front.connect() as client:
        while released < count:
            assert time.monotonic() < deadline, f"only {released} of {count} answers waited"
            released += int(client.post("/release", "").body)
    assert released == count


def test_answers_that_wait_hold_no_worker(start):
    front = start("workers=2")
    waiting = [front.connect().send(LATE.format("")) for _ in range(50)]
    front.wait_for(lambda stats: stats["served"] >= 50 and stats["busy"] <= 1)
    with front.connect() as client:
        assert client.get("/ping").body == b"pong"
    release(front, 50)
    assert [client.read().body for client in waiting] == [b"late"] * 50


def test_pipelined_requests_wait_for_the_answer_before(start):
    front = start("workers=2")
    with front.connect() as client:
        client.send(LATE.format("") + "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n" + LATE.format(""))
        for expected in ([b"late", b"pong"], [b"late"]):
            release(front, 1)
            assert [client.read().body for _ in expected] == expected


@pytest.mark.parametrize("query", ["?throw=1", "?ms=0"])
def test_an_answer_that_cannot_be_begun_or_made_is_a_500(front, query):
    with front.connect() as client:
        for _ in range(3):
            assert client.send(LATE.format(query)).read().status == 500
        assert client.get("/ping").status == 200


def test_a_client_that_leaves_before_its_answer_harms_nobody(start):
    front = start("workers=2")
    for _ in range(20):
        front.connect().send(LATE.format("")).close()
    release(front, 20)
    with front.connect() as client:
        assert client.get("/ping").body == b"pong"


@pytest.mark.parametrize("drain_ms", [10_000, 100])
def test_a_stop_waits_for_late_answers(start, drain_ms):
    front = start("workers=2", f"drain_ms={drain_ms}")
    waiting = [front.connect().send(LATE.format("?ms=700")) for _ in range(20)]
    front.wait_for(lambda stats: stats["served"] >= 20)
    front.signal(signal.SIGTERM)
    answers = [client.read() for client in waiting]
    assert [(answer.body, answer.headers["connection"]) for answer in answers] == [(b"late", "close")] * 20
    assert front.stop() < (30 if SANITIZED else 8)
