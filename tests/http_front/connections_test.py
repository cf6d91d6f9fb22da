"""What one connection can do: order, keep-alive, methods, bodies in pieces, half-closed clients."""
import gzip
import socket

import pytest


def test_pipelined_requests_are_answered_in_order(front):
    with front.connect() as client:
        client.send("".join(f"GET /items/{i} HTTP/1.1\r\nHost: localhost\r\n\r\n" for i in range(500)))
        assert [client.read().body for _ in range(500)] == [str(i).encode() for i in range(500)]


def test_pipelined_bodies_stay_apart(front):
    with front.connect() as client:
        bodies = [("x" * i).encode() for i in (0, 1, 70_000, 3)]
        for body in bodies:
            client.send(f"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n")
            client.send(body)
        assert [client.read().body for _ in bodies] == bodies


def test_a_request_cut_at_any_byte_is_the_same_request(front):
    request = b"POST /echo?q=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
    with front.connect() as client:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for cut in range(1, len(request)):
            client.send(request[:cut])
            client.send(request[cut:])
            assert client.read().body == b"hello"


def test_empty_lines_before_a_request_are_ignored(front):
    with front.connect() as client:
        client.send("\r\n\r").send("\nGET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.read().status == 200


@pytest.mark.parametrize("path,status", [("/nothing", 404), ("/throw", 500)])
def test_the_connection_survives_an_error_of_a_handler(front, path, status):
    with front.connect() as client:
        for _ in range(3):
            answer = client.get(path)
            assert (answer.status, answer.headers["connection"]) == (status, "keep-alive")
        assert client.post("/reject", "{}").status == 422
        assert client.get("/ping").status == 200


def test_close_is_honoured(front):
    with front.connect() as client:
        answer = client.get("/ping", "Connection: close\r\n")
        assert answer.headers["connection"] == "close"
        assert client.is_closed()


def test_http_1_0_closes_unless_it_asks_to_stay(front):
    with front.connect() as client:
        client.send("GET /ping HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
        assert client.read().headers["connection"] == "keep-alive"
        client.send("GET /ping HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert client.read().headers["connection"] == "close"
        assert client.is_closed()


def test_a_half_closed_client_gets_its_answers(front):
    with front.connect() as client:
        client.send("GET /slow?ms=200 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.sock.shutdown(socket.SHUT_WR)
        assert [answer.body for answer in client.read_all()] == [b"slow", b"pong"]


def test_a_client_that_leaves_half_way_harms_nobody(front):
    for text in ["", "GET /pi", "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
                 "GET /slow?ms=50 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"]:
        front.connect().send(text).close()
    front.wait_for(lambda stats: stats["connections"] == 1)


def test_head_tells_the_length_and_sends_no_body(front):
    with front.connect() as client:
        answer = client.send("HEAD /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").read(head_only=True)
        assert answer.headers["content-length"] == "4"
        assert client.get("/ping").body == b"pong"


def test_options_and_405_name_the_methods(front):
    with front.connect() as client:
        answer = client.send("OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\n\r\n").read()
        assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
        answer = client.send("DELETE /echo HTTP/1.1\r\nHost: localhost\r\n\r\n").read()
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
        assert client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n").read().status == 204


def test_a_body_waits_for_100_continue(front):
    with front.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                    "Expect: 100-continue\r\n\r\n")
        assert client.read().status == 100
        assert client.send("hello").read().body == b"hello"


def test_a_body_too_large_is_refused_instead_of_100_continue(front):
    with front.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
                    "Expect: 100-continue\r\n\r\n")
        assert [answer.status for answer in client.read_all()] == [413]


def test_a_large_answer_arrives_whole(front):
    with front.connect() as client:
        assert client.get("/big?bytes=8000000").body == b"x" * 8_000_000
        assert client.get("/ping").body == b"pong"


def test_a_body_of_one_mebibyte_arrives_whole(front):
    body = bytes(range(256)) * 4096
    with front.connect() as client:
        assert client.post("/echo", body).body == body


def test_a_well_formed_request_id_comes_back(front):
    with front.connect() as client:
        assert client.get("/ping", "X-Request-Id: trace_12345\r\n").headers["x-request-id"] == "trace_12345"
        ids = {client.get("/ping", "X-Request-Id: bad id!\r\n").headers["x-request-id"] for _ in range(20)}
        assert len(ids) == 20
        assert client.send("BREW / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: trace_6789\r\n\r\n"
                           ).read().headers["x-request-id"] == "trace_6789"


def test_json_is_compressed_and_304_when_known(front):
    with front.connect() as client:
        plain = client.get("/json")
        zipped = client.get("/json", "Accept-Encoding: gzip\r\n")
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(zipped.body) == plain.body
        known = client.get("/json", f"If-None-Match: {plain.headers['etag']}\r\n")
        assert (known.status, known.body) == (304, b"")
        assert client.get("/ping").status == 200
