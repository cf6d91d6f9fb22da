"""The web UI as a browser gets it: its page, the files that the page loads, and the way to sign in."""
import ctypes
import gzip
import re

import pytest
from support.kontor import OWNER, Client, Server

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
           "Accept-Encoding": "gzip, deflate"}
YEAR = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def firm():
    with Server(owner="session") as running:
        yield running.client


@pytest.fixture
def stranger(firm):
    """A browser without a session at the same server."""
    return Client(firm.host, firm.port, firm.openapi)


def browse(client, path, expect=200, **headers):
    return client.get(path, expect=expect, headers={**BROWSER, **headers}, check=False)


def text_of(reply):
    coding = reply.headers.get("Content-Encoding")
    return (gzip.decompress(reply.body) if coding == "gzip" else reply.body).decode()


def unbrotli(body, size):
    library = ctypes.CDLL("libbrotlidec.so.1")
    out, length = ctypes.create_string_buffer(size + 1), ctypes.c_size_t(size + 1)
    done = library.BrotliDecoderDecompress(ctypes.c_size_t(len(body)), body, ctypes.byref(length), out)
    assert done == 1, "no brotli"
    return out.raw[:length.value]


def loaded_by(page):
    return sorted(set(re.findall(r'(?:href|src)="(/[^"#]*)"', page)))


def assets_of(client):
    return [path for path in loaded_by(text_of(browse(client, "/login"))) if path.startswith("/assets/")]


class TestDoor:
    def test_before_there_is_a_user_every_page_is_the_set_up(self, start):
        api = start(owner=None).client
        for path in ("/", "/login", "/customers", "/settings/users"):
            assert browse(api, path, expect=303).headers["Location"] == "/setup"
        page = browse(api, "/setup?token=anything")
        assert "<script" in text_of(page)

    def test_who_has_not_signed_in_is_sent_to_sign_in_and_knows_the_way_back(self, stranger):
        away = browse(stranger, "/orders?status=draft", expect=303)
        assert away.headers["Location"] == "/login?next=%2Forders%3Fstatus%3Ddraft"
        assert away.headers["Cache-Control"] == "no-store" and away.body == b""
        assert browse(stranger, "/", expect=303).headers["Location"] == "/login"
        assert browse(stranger, "/customers", expect=303, Cookie="kontor_session=bogus")

    def test_a_session_opens_the_pages_and_its_end_closes_them(self, stranger):
        stranger.sign_in(OWNER["email"], OWNER["password"])
        for path in ("/", "/customers", "/customers/01890000-0000-7000-8000-000000000000", "/settings"):
            assert browse(stranger, path).headers["Content-Type"] == "text/html; charset=utf-8"
        stranger.delete("/api/v1/session")
        browse(stranger, "/", expect=303)

    def test_the_redirect_is_what_the_reference_says(self, stranger):
        stranger.get("/", expect=303)

    def test_failed_tries_are_counted_against_the_address(self, start):
        client = start("--rate-limit", "10", owner="session").client
        client.credentials = {"Cookie": "kontor_session=" + "x" * 43}
        seen = {browse(client, "/customers", expect=None).status for _ in range(200)}
        assert seen == {303, 429}


class TestPage:
    def test_it_loads_its_own_files_only_and_has_nothing_inline(self, stranger):
        page = text_of(browse(stranger, "/login"))
        assert not re.search(r"<style|\sstyle=|\son\w+=|https?://|javascript:", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert len(loaded_by(page)) > 3

    def test_nothing_that_the_sign_in_page_loads_fails(self, stranger):
        seen, waiting = set(), loaded_by(text_of(browse(stranger, "/login")))
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            reply = stranger.get(path, check=path.startswith("/assets/"))
            if path.endswith(".js"):
                # What a module imports lies beside it.
                waiting += ["/assets/" + name for name in re.findall(r'["\']\./([\w.-]+\.js)["\']', reply.text)]
            if path.endswith(".css"):
                waiting += ["/assets/" + name for name in re.findall(r'url\("?\./([^")]+)"?\)', reply.text)]
        assert any(path.endswith(".js") for path in seen) and any(path.endswith(".css") for path in seen)

    def test_the_policy_allows_no_script_that_is_not_ours(self, stranger):
        policy = browse(stranger, "/login").headers["Content-Security-Policy"]
        for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
                     "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"):
            assert rule in policy
        assert "unsafe" not in policy and "*" not in policy

    def test_language_and_theme_come_from_cookies_else_from_the_browser(self, stranger):
        page = text_of(browse(stranger, "/login", **{"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}))
        assert '<html lang="vi"' in page
        page = text_of(browse(stranger, "/login", Cookie="kontor_lang=vi; kontor_theme=dark"))
        assert '<html lang="vi"' in page and 'data-theme="dark"' in page
        page = text_of(browse(stranger, "/login", Cookie="kontor_lang=xx; kontor_theme=<b>"))
        assert '<html lang="en"' in page and "data-theme" not in page

    def test_it_is_asked_for_again_each_time_and_not_sent_again(self, stranger):
        page = browse(stranger, "/login")
        assert page.headers["Cache-Control"] == "no-cache"
        assert {name.strip() for name in page.headers["Vary"].split(",")} >= {"Cookie", "Accept-Language"}
        again = browse(stranger, "/login", expect=304, **{"If-None-Match": page.etag})
        assert again.body == b""
        other = browse(stranger, "/login", Cookie="kontor_theme=dark", **{"If-None-Match": page.etag})
        assert other.etag != page.etag

    def test_programs_do_not_get_it(self, firm):
        front = firm.get("/", headers={"Accept": "application/json"}).json
        assert front["reference"] == "/docs" and front["api"] == "/api/v1"
        for path in ("/api/v1/nothing", "/.env", "/wp-login.php", "/assets/main-00000000.js", "/docs/x"):
            reply = browse(firm, path, expect=404)
            assert reply.headers["Content-Type"] == "application/problem+json"
        firm.get("/anything", expect=404, headers={"Accept": "*/*"})


class TestAssets:
    def test_browsers_keep_them_for_ever(self, stranger):
        for path in assets_of(stranger):
            reply = stranger.get(path)
            assert reply.headers["Cache-Control"] == YEAR
            assert re.fullmatch(r'"[0-9a-f]{24}"', reply.etag)
            stranger.get(path, expect=304, headers={"If-None-Match": reply.etag})

    def test_they_are_had_in_three_forms_of_the_same_bytes(self, stranger):
        path = next(path for path in assets_of(stranger) if path.endswith(".css"))
        plain = stranger.get(path)
        assert "Content-Encoding" not in plain.headers
        tags = {plain.etag}
        for accepted, coding in (("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0.5, gzip", "gzip")):
            packed = stranger.get(path, headers={"Accept-Encoding": accepted}, check=False)
            assert packed.headers.get_all("Content-Encoding") == [coding]
            assert packed.headers["Vary"] == "Accept-Encoding"
            assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body) * 0.9
            body = gzip.decompress(packed.body) if coding == "gzip" else unbrotli(packed.body, len(plain.body))
            assert body == plain.body
            tags.add(packed.etag)
        assert len(tags) == 3
        for refused in ("br;q=0, gzip;q=0", "identity", "zstd"):
            assert stranger.get(path, headers={"Accept-Encoding": refused}).body == plain.body

    def test_head_tells_what_get_would_send(self, stranger):
        path = assets_of(stranger)[0]
        head = stranger.call("HEAD", path, expect=200, check=False)
        assert head.body == b"" and head.headers["Content-Length"] == str(len(stranger.get(path).body))

    def test_one_that_is_not_there_is_no_page(self, stranger):
        for path in ("/assets/main-00000000.js", "/assets/", "/assets/../index-en-auto.html", "/assets/x/y.js"):
            reply = browse(stranger, path, expect=None)
            assert reply.status in (400, 404)
            assert reply.headers["Content-Type"] == "application/problem+json"
        firm_pages = browse(stranger, "/index-en-auto.html", expect=404)
        assert firm_pages.headers["Content-Type"] == "application/problem+json"
