"""Requests that two readers could understand differently, or that should not be understood at all:
one refusal each, the connection ends, and nothing behind it is ever taken for a request."""
import pytest

SMUGGLED = "GET /echo?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = f"0\r\n\r\n{SMUGGLED}"


def post(fields, body="", version="1.1", host="Host: localhost\r\n"):
    return f"POST /echo HTTP/{version}\r\n{host}{fields}\r\n{body}"


def get(target="/ping", fields="", host="Host: localhost\r\n", version="1.1"):
    return f"GET {target} HTTP/{version}\r\n{host}{fields}\r\n"


REFUSED = {
    "both framings": (400, post(f"Content-Length: {len(CHUNKED)}\r\nTransfer-Encoding: chunked\r\n", CHUNKED)),
    "both framings, other order": (400, post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                                             f"{len(SMUGGLED):x}\r\n{SMUGGLED}\r\n0\r\n\r\n")),
    "unknown coding and length": (400, post(f"Content-Length: {len(SMUGGLED)}\r\nTransfer-Encoding: xchunked\r\n", SMUGGLED)),
    "unknown coding": (501, post("Transfer-Encoding: xchunked\r\n", SMUGGLED)),
    "blank before the colon": (400, post(f"Content-Length: {len(CHUNKED)}\r\nTransfer-Encoding : chunked\r\n", CHUNKED)),
    "tab before the coding": (400, post(f"Content-Length: {len(CHUNKED)}\r\nTransfer-Encoding:\tchunked\r\n", CHUNKED)),
    "two codings": (400, post(f"Content-Length: {len(CHUNKED)}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", CHUNKED)),
    "chunks": (411, post("Transfer-Encoding: chunked\r\n", CHUNKED)),
    "chunks, negative size": (411, post("Transfer-Encoding: chunked\r\n", f"-2\r\n{SMUGGLED}")),
    "chunks, bare LF": (411, post("Transfer-Encoding: chunked\r\n", f"0\n\n{SMUGGLED}")),
    "chunks, extension with LF": (411, post("Transfer-Encoding: chunked\r\n", f"5;a\nX\r\nhello\r\n{CHUNKED}")),
    "gzip, chunked": (501, post("Transfer-Encoding: gzip, chunked\r\n", CHUNKED)),
    "chunks in 1.0": (400, post("Transfer-Encoding: chunked\r\n", CHUNKED, version="1.0")),
    "two lengths": (400, post(f"Content-Length: 0\r\nContent-Length: {len(SMUGGLED)}\r\n", SMUGGLED)),
    "the same length twice": (400, post(f"Content-Length: {len(SMUGGLED)}\r\n" * 2, SMUGGLED)),
    "a list of lengths": (400, post(f"Content-Length: 0, {len(SMUGGLED)}\r\n", SMUGGLED)),
    "length with plus": (400, post("Content-Length: +0\r\n", SMUGGLED)),
    "length below zero": (400, post("Content-Length: -1\r\n", SMUGGLED)),
    "length in hex": (400, post("Content-Length: 0x10\r\n", SMUGGLED)),
    "empty length": (400, post("Content-Length: \r\n", SMUGGLED)),
    "length in other digits": (400, post("Content-Length: \xb2\r\n", SMUGGLED)),
    "length beyond all numbers": (413, post("Content-Length: 99999999999999999999\r\n", SMUGGLED)),
    "body over the limit": (413, post("Content-Length: 1048577\r\n")),
    "folded header": (400, get(fields="X: a\r\n Content-Length: 5\r\n") + SMUGGLED),
    "folded first header": (400, "GET /ping HTTP/1.1\r\n Host: localhost\r\n\r\n" + SMUGGLED),
    "bare LF": (400, "GET /ping HTTP/1.1\nHost: localhost\n\n" + SMUGGLED),
    "one bare LF": (400, "GET /ping HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n" + SMUGGLED),
    "NUL in a value": (400, get(fields="X: a\x00b\r\n") + SMUGGLED),
    "CR in a value": (400, get(fields="X: a\rY: b\r\n") + SMUGGLED),
    "CR before a name": (400, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\rX: y\r\n\r\n" + SMUGGLED),
    "header without a name": (400, get(fields=": x\r\n") + SMUGGLED),
    "name with brackets": (400, get(fields="X[]: x\r\n") + SMUGGLED),
    "two hosts": (400, get(fields="Host: other\r\n") + SMUGGLED),
    "no host": (400, get(host="") + SMUGGLED),
    "no host in 1.0": (400, get(host="", version="1.0") + SMUGGLED),
    "broken host": (400, get(host="Host: a b\r\n") + SMUGGLED),
    "foreign host": (421, get(host="Host: evil.example\r\n") + SMUGGLED),
    "foreign absolute target": (400, get("http://evil/ping") + SMUGGLED),
    "target with a user": (400, get("http://localhost@evil/ping") + SMUGGLED),
    "NUL in the path": (400, get("/p%00x") + SMUGGLED),
    "CR LF in the path": (400, get("/p%0d%0aX:y") + SMUGGLED),
    "encoded dots": (400, get("/a/%2e%2e/%2e%2e/etc/passwd") + SMUGGLED),
    "encoded slash": (400, get("/a%2fb") + SMUGGLED),
    "backslash": (400, get("/a%5cb") + SMUGGLED),
    "half a percent": (400, get("/%4") + SMUGGLED),
    "overlong UTF-8": (400, get("/%c0%ae%c0%ae/x") + SMUGGLED),
    "raw bytes in the path": (400, get("/\xe1\xbb\x85") + SMUGGLED),
    "blank in the target": (400, get("/a b") + SMUGGLED),
    "broken query": (400, get("/ping?a=%zz") + SMUGGLED),
    "TRACE": (405, f"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n{SMUGGLED}"),
    "CONNECT": (405, f"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n{SMUGGLED}"),
    "unknown method": (501, f"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n{SMUGGLED}"),
    "HTTP/2 preface": (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/0.9": (400, "GET /ping\r\n\r\n" + SMUGGLED),
    "a TLS client": (400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "101 fields": (431, get(fields="".join(f"X{i}: y\r\n" for i in range(101))) + SMUGGLED),
    "a head of 20 KB": (431, get(fields="X: " + "y" * 20_000 + "\r\n")),
    "a target of 9 KB": (414, get("/" + "a" * 9_000) + SMUGGLED),
    "a target of 20 KB": (414, get("/" + "a" * 20_000)),
    "compressed body": (415, post(f"Content-Encoding: gzip\r\nContent-Length: {len(SMUGGLED)}\r\n", SMUGGLED)),
    "unknown expectation": (417, post("Expect: cookies\r\nContent-Length: 0\r\n") + SMUGGLED),
}


@pytest.fixture(scope="module")
def shared():
    from conftest import Front
    front = Front()
    yield front
    front.stop()


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_once_and_ends_the_connection(shared, name):
    status, request = REFUSED[name]
    before = shared.stats()
    with shared.connect() as client:
        answers = client.send(request).read_all()
    assert [answer.status for answer in answers] == [status]
    headers = answers[0].headers
    assert headers["connection"] == "close"
    assert len(headers["x-request-id"]) >= 16
    assert headers["content-type"] == "application/problem+json"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    after = shared.stats()
    assert after["served"] == before["served"] + 1, "only the question for these figures was served"
    assert after["refused"] == before["refused"] + 1


@pytest.mark.parametrize("name", [name for name in REFUSED if "KB" not in name])
def test_is_refused_the_same_way_when_it_comes_byte_by_byte(shared, name):
    status, request = REFUSED[name]
    with shared.connect() as client:
        try:
            for byte in request[:400].encode("latin-1"):
                client.send(bytes([byte]))
        except (BrokenPipeError, ConnectionResetError):
            pass
        if len(request) <= 400 or status != 431:
            assert [answer.status for answer in client.read_all()] == [status]


def test_a_body_that_looks_like_a_request_stays_a_body(shared):
    with shared.connect() as client:
        answer = client.post("/echo", SMUGGLED)
        assert answer.body.decode() == SMUGGLED
        client.send(get("/echo", f"Content-Length: {len(SMUGGLED)}\r\n") + SMUGGLED + get("/ping"))
        assert client.read().body.decode() == SMUGGLED
        assert client.read().body == b"pong"


def test_a_spoofed_forwarding_header_changes_nothing(shared):
    with shared.connect() as client:
        assert client.get("/ping", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\n").status == 200


def test_httplib_refuses_what_it_cannot_read_although_the_gate_could(shared):
    with shared.connect() as client:
        assert [a.status for a in client.send(get(fields="Range: bytes=x-y\r\n") + SMUGGLED).read_all()] == [416]


def test_fields_that_were_read_before_are_not_taken_for_others(shared):
    with shared.connect() as client:
        for _ in range(3):
            assert client.get("/ping", "Range: bytes=0-1\r\n").status == 200
        # As long, and all but one character the same.
        bad = get("/ping", fields="Range: bytes=0-x\r\n")
        assert len(bad) == len(get("/ping", fields="Range: bytes=0-1\r\n"))
        assert [a.status for a in client.send(bad + SMUGGLED).read_all()] == [416]


def test_a_target_that_may_be_read_in_two_ways_is_read_anew_below_the_same_fields(shared):
    with shared.connect() as client:
        assert client.get("/items/1").status == 200
        assert client.get("/items/a%20b").body == b"a b"
        assert client.send("GET /items/1#x HTTP/1.1\r\nHost: localhost\r\n\r\n").read().status == 400


def test_a_handler_cannot_be_made_to_send_a_header_of_its_own(shared):
    with shared.connect() as client:
        answer = client.get("/inject")
        assert answer.status == 500
        assert "x-evil" not in answer.headers
        assert client.get("/inject?v=harmless").headers["x-value"] == "harmless"


def test_the_client_reads_the_413_while_it_is_still_sending(shared):
    with shared.connect() as client:
        client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n")
        client.send(b"x" * 3_000_000)
        assert client.read().status == 413


# The 33 checks of h1spec, in words of our own: what waits, what is answered, what is refused.
WAITS = ["G", "GET ", "GET /hello", "GET /hello ", "GET /hello HTTP", "GET /hello HTTP/1.1",
         "GET /hello HTTP/1.1\r", "GET /hello HTTP/1.1\r\n", "GET /hello HTTP/1.1\r\nHos",
         "GET /hello HTTP/1.1\r\nHost:", "GET /hello HTTP/1.1\r\nHost: ",
         "GET /hello HTTP/1.1\r\nHost: localhost", "GET /hello HTTP/1.1\r\nHost: localhost\r",
         "GET /hello HTTP/1.1\r\nHost: localhost\r\n", "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r"]
HOST = "Host: example.com\r\n"
H1SPEC = [
    ("no version", "GET / \r\n\r\n", 400, 599),
    ("Expect", f"GET / HTTP/1.1\r\n{HOST}Expect: 100-continue\r\n\r\n", 200, 299),
    ("plain GET", f"GET / HTTP/1.1\r\n{HOST}\r\n", 200, 299),
    ("odd case, tab, empty value", "GET / HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n\r\n", 200, 299),
    ("brackets in a name", f"GET / HTTP/1.1\r\n{HOST}X-Invalid[]: test\r\n\r\n", 400, 499),
    ("no Host", "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 400, 499),
    ("two Hosts", f"GET / HTTP/1.1\r\n{HOST}Host: example.org\r\n\r\n", 400, 499),
    ("overflowing negative length", f"GET / HTTP/1.1\r\n{HOST}Content-Length: -123456789123456789123456789\r\n\r\n", 400, 499),
    ("negative length", f"GET / HTTP/1.1\r\n{HOST}Content-Length: -1234\r\n\r\n", 400, 499),
    ("length of letters", f"GET / HTTP/1.1\r\n{HOST}Content-Length: abc\r\n\r\n", 400, 499),
    ("empty value", f"GET / HTTP/1.1\r\n{HOST}X-Empty-Header: \r\n\r\n", 200, 299),
    ("bell in a value", f"GET / HTTP/1.1\r\n{HOST}X-Bad-Control-Char: test\x07\r\n\r\n", 400, 499),
    ("version 9.9", f"GET / HTTP/9.9\r\n{HOST}\r\n", 400, 599),
    ("words before the method", f"Extra lineGET / HTTP/1.1\r\n{HOST}\r\n", 400, 599),
    ("CR before a name", f"GET / HTTP/1.1\r\n{HOST}\rSome-Header: Test\r\n\r\n", 400, 499),
    ("POST with a body", f"POST / HTTP/1.1\r\n{HOST}Content-Length: 5\r\n\r\nhello", 200, 299),
    ("conflicting framing", f"GET / HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400, 499),
]


@pytest.fixture(scope="module")
def example_com():
    from conftest import Front
    front = Front("host=example.com", "host=localhost")
    yield front
    front.stop()


@pytest.mark.parametrize("name,request_text,low,high", H1SPEC, ids=[row[0] for row in H1SPEC])
def test_h1spec_answers(example_com, name, request_text, low, high):
    with example_com.connect() as client:
        assert low <= client.send(request_text).read().status <= high


def test_h1spec_unfinished_requests_are_waited_for(example_com):
    assert len(WAITS) + len(H1SPEC) == 32  # and the 33rd is the run as a whole: it stays up
    clients = [example_com.connect().send(text) for text in WAITS]
    assert all(client.is_silent(0.04) for client in clients)
    assert example_com.ping_s() < 5
