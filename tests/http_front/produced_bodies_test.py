"""Bodies that are made while they are sent: bounded memory, no thread held, never a false end."""
import socket
import time

import pytest

from conftest import SANITIZED, TIMEOUT_S

MB = 1024 * 1024


def counted(size):
    words = b"".join(b"%07d " % i for i in range((size + 7) // 8))
    return words[:size]


def ask(client, path, version="1.1", method="GET", fields=""):
    client.send(f"{method} {path} HTTP/{version}\r\nHost: localhost\r\n{fields}\r\n")


def chunks(client):
    """The body of a chunked answer; raises if it does not come to its end."""
    body = b""
    while size := int(client.read_until(b"\r\n"), 16):
        while len(client.rest) < size + 2:
            client._more()
        body, client.rest = body + client.rest[:size], client.rest[size:]
        assert client.read_until(b"\r\n") == b""
    assert client.read_until(b"\r\n") == b""
    return body


def stalling(front, path):
    """A client that asks and reads nothing, with a small window."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024)
    sock.connect(front.address)
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return sock


def line_of(front, part):
    """The exchange that the server reports of a request."""
    while True:
        line = front.process.stdout.readline()
        assert line, "the server has ended"
        if part in line:
            return line


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3 * MB])
def test_a_body_of_unknown_length_comes_in_chunks_and_the_connection_goes_on(front, size):
    with front.connect() as client:
        for _ in range(2):
            ask(client, f"/made?bytes={size}")
            status, headers = client.read_head()
            assert (status, headers["transfer-encoding"]) == (200, "chunked")
            assert headers["connection"] == "keep-alive" and "content-length" not in headers
            assert chunks(client) == counted(size)
        assert client.get("/ping").body == b"pong"


def test_pipelined_requests_are_answered_behind_it(front):
    with front.connect() as client:
        ask(client, "/made?bytes=1000000")
        ask(client, "/ping")
        client.read_head()
        assert chunks(client) == counted(1_000_000)
        assert client.read().body == b"pong"


def test_http_1_0_gets_it_without_chunks_and_the_end_of_the_connection(front):
    with front.connect() as client:
        ask(client, "/made?bytes=1000000", version="1.0", fields="Connection: keep-alive\r\n")
        _, headers = client.read_head()
        assert headers["connection"] == "close" and "transfer-encoding" not in headers
        body = client.rest
        while data := client.sock.recv(65536):
            body += data
        assert body == counted(1_000_000)


def test_head_has_no_body(front):
    with front.connect() as client:
        ask(client, "/made", method="HEAD")
        assert client.read_head()[1]["transfer-encoding"] == "chunked"
        assert client.get("/ping").body == b"pong"


@pytest.mark.parametrize("query", ["fail_at=0", "fail_at=500000", "fail_at=500000&throw=1"])
def test_what_cannot_be_made_is_cut_and_never_ends_well(start, query):
    front = start("log=1")
    with front.connect() as client:
        ask(client, f"/made?bytes=1000000&{query}")
        with pytest.raises((EOFError, ConnectionResetError)):
            client.read_head()
            chunks(client)
    assert line_of(front, "/made").endswith(" cut\n")


def test_http_1_0_sees_a_cut_as_an_error_not_as_the_end(front):
    with front.connect() as client:
        ask(client, "/made?bytes=1000000&fail_at=500000", version="1.0")
        with pytest.raises(ConnectionResetError):
            while client.sock.recv(65536):
                pass


def test_readers_that_stall_hold_no_thread_and_are_cut(start):
    front = start("workers=1", "write_ms=1500")
    stalled = [stalling(front, f"/made?bytes={200 * MB}&n={i}") for i in range(10)]
    with front.connect() as client:
        ask(client, f"/made?bytes={MB}")
        client.read_head()
        assert len(chunks(client)) == MB
        assert client.get("/ping").body == b"pong"
    front.wait_for(lambda stats: stats["connections"] == 1)
    for sock in stalled:
        sock.close()


def test_one_that_reads_too_slowly_is_cut_after_the_longest_time(start):
    front = start("log=1", "produced_ms=1000")
    with front.connect() as client:
        ask(client, f"/made?bytes={2000 * MB}")
        client.read_head()
        end = time.monotonic() + TIMEOUT_S
        with pytest.raises((EOFError, ConnectionResetError)):
            while time.monotonic() < end:  # it makes progress all the time
                client.read_until(b"\n")
                client.rest = b""
    assert " cut" in line_of(front, "/made")


def test_one_that_leaves_ends_the_making(start):
    front = start("log=1")
    with front.connect() as client:
        ask(client, f"/made?bytes={2000 * MB}")
        client.read_head()
    line = line_of(front, "/made")
    assert line.endswith(" cut\n") and int(line.split("out=")[1].split()[0]) < 200 * MB


def test_the_log_has_the_size_of_the_whole(start):
    front = start("log=1")
    with front.connect() as client:
        ask(client, "/made?bytes=1000000")
        client.read_head()
        chunks(client)
    line = line_of(front, "/made")
    assert "cut" not in line and int(line.split("out=")[1].split()[0]) > 1_000_000


def test_memory_stays_flat(front):
    size = (20 if SANITIZED else 200) * MB
    with front.connect() as client:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
        ask(client, f"/made?bytes={size}", version="1.0")
        client.read_head()
        before_kb, most_kb, got = front.rss_kb(), 0, len(client.rest)
        while data := client.sock.recv(MB):
            got += len(data)
            if got % (16 * MB) < len(data):
                most_kb = max(most_kb, front.rss_kb())
        assert got == size
    assert SANITIZED or most_kb - before_kb < 4 * 1024


def test_stopping_waits_for_a_body_that_is_read(start):
    front = start()
    with front.connect() as client:
        ask(client, f"/made?bytes={8 * MB}")
        client.read_head()
        front.signal(15)
        assert len(chunks(client)) == 8 * MB
        assert client.is_closed()


def test_stopping_cuts_a_body_that_nobody_reads(start):
    front = start("drain_ms=1000")
    sock = stalling(front, f"/made?bytes={200 * MB}")
    front.wait_for(lambda stats: stats["served"] > front.asked)
    assert front.stop() < 8
    received = b""
    with pytest.raises(ConnectionResetError):
        while data := sock.recv(65536):
            received = data
    assert not received.endswith(b"0\r\n\r\n")
    sock.close()
