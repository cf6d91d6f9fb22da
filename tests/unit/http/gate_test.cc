#include "http/gate.h"

#include <catch_amalgamated.hpp>

#include "base/limits.h"

namespace kontor::http {
namespace {

const HostRules& hosts() {
  static const HostRules rules({"a", "localhost", "127.0.0.1", "[::1]"});
  return rules;
}

Gated check(const std::string& head) { return check_head(head, {hosts(), 1000}); }

int status_of(const std::string& head) {
  const auto gated = check(head);
  return gated.refusal ? gated.refusal->status : 200;
}

int status_with(const std::string& fields) {
  return status_of("POST /p HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
}

int status_of_target(const std::string& target) {
  return status_of("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST_CASE("the gate reads method, path, query, fields and length of a proper request") {
  const std::string bytes =
      "POST /t/Nguy%E1%BB%85n?q=a+b&x=%26&flag HTTP/1.1\r\nhoSt:\ta:8080 \r\nContent-Length: 12\r\n"
      "empty:\r\n\r\n";
  const auto [head, refusal] = check(bytes);
  REQUIRE_FALSE(refusal);
  CHECK(head.method == "POST");
  CHECK(head.target == "/t/Nguy%E1%BB%85n?q=a+b&x=%26&flag");
  CHECK(head.path == "/t/Nguyễn");
  CHECK(head.query == Params{{"q", "a b"}, {"x", "&"}, {"flag", ""}});
  CHECK(head.field("HOST") == "a:8080");
  CHECK(head.field("empty").empty());
  CHECK(head.head_bytes == bytes.size());
  CHECK(head.body_bytes == 12);
  CHECK(head.keep_alive);
}

TEST_CASE("the request line has three parts, a known method and a version that is spoken") {
  const auto status = [](const std::string& line) {
    return status_of(line + "\r\nHost: a\r\n\r\n");
  };
  CHECK(status("GET / HTTP/1.1") == 200);
  CHECK(status("GET / ") == 400);
  CHECK(status("GET /") == 400);
  CHECK(status("GET  / HTTP/1.1") == 400);
  CHECK(status("GET / HTTP/1.1 ") == 400);
  CHECK(status("GET /a b HTTP/1.1") == 400);
  CHECK(status("G@T / HTTP/1.1") == 400);
  CHECK(status("Extra lineGET / HTTP/1.1") == 400);
  CHECK(status("GET / HTTP/9.9") == 505);
  CHECK(status("PRI * HTTP/2.0") == 505);
  CHECK(status("GET / http/1.1") == 400);
  CHECK(status("GET / HTTP/1.10") == 400);
  CHECK(status("TRACE / HTTP/1.1") == 405);
  CHECK(status("CONNECT a:80 HTTP/1.1") == 405);
  CHECK(status("BREW / HTTP/1.1") == 501);
  CHECK(status("get / HTTP/1.1") == 501);
}

TEST_CASE("there is exactly one Host, it is well-formed, and it is ours") {
  const auto status = [](const std::string& fields) {
    return status_of("GET / HTTP/1.1\r\n" + fields + "\r\n");
  };
  CHECK(status("Host: a\r\n") == 200);
  CHECK(status("Host: A:8080\r\n") == 200);
  CHECK(status("Host: [::1]:80\r\n") == 200);
  CHECK(status("") == 400);
  CHECK(status("Host:\r\n") == 400);
  CHECK(status("Host: a\r\nHost: a\r\n") == 400);
  CHECK(status("Host: a, b\r\n") == 400);
  CHECK(status("Host: a:\r\n") == 400);
  CHECK(status("Host: a:80:80\r\n") == 400);
  CHECK(status("Host: a:99999\r\n") == 400);
  CHECK(status("Host: user@a\r\n") == 400);
  CHECK(status("Host: a/b\r\n") == 400);
  CHECK(status("Host: [::1\r\n") == 400);
  CHECK(status("Host: [zz]\r\n") == 400);
  CHECK(status("Host: evil.example\r\n") == 421);
  CHECK(status("Host: a.evil.example\r\n") == 421);
}

TEST_CASE("a server on all interfaces answers to any address, but not to any name") {
  const HostRules rules({"localhost"}, true);
  CHECK(rules.allow("192.0.2.7"));
  CHECK(rules.allow("[2001:db8::1]"));
  CHECK_FALSE(rules.allow("rebound.example"));
  CHECK_FALSE(HostRules({"localhost"}).allow("192.0.2.7"));
}

TEST_CASE("an absolute target must name the same host as Host") {
  CHECK(check("GET http://a/x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n").head.path == "/x");
  CHECK(check("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").head.path == "/");
  CHECK(status_of_target("http://evil/x") == 400);
  CHECK(status_of_target("http://a@evil/x") == 400);
  CHECK(status_of_target("ftp://a/x") == 400);
  CHECK(status_of_target("//evil/x") == 200);  // a path, as odd as it looks
}

TEST_CASE("the body's length is given once, in digits, and nothing else frames it") {
  CHECK(status_with("Content-Length: 0\r\n") == 200);
  CHECK(status_with("Content-Length: 1000\r\n") == 200);
  CHECK(status_with("Content-Length: 1001\r\n") == 413);
  CHECK(status_with("Content-Length: 99999999999999999999999999\r\n") == 413);
  for (const char* bad : {"+5", "-1", "0x10", "", "1,2", "1, 1", "5 5", "abc", "1.0", "١"}) {
    INFO(bad);
    CHECK(status_with("Content-Length: " + std::string(bad) + "\r\n") == 400);
  }
  CHECK(status_with("Content-Length: 5\r\nContent-Length: 5\r\n") == 400);
  CHECK(status_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") == 400);
  CHECK(status_with("Transfer-Encoding: chunked\r\n") == 411);
  CHECK(status_with("Transfer-Encoding:\tchunked\r\n") == 411);
  CHECK(status_with("Transfer-Encoding: xchunked\r\n") == 501);
  CHECK(status_with("Transfer-Encoding: gzip, chunked\r\n") == 501);
  CHECK(status_with("Transfer-Encoding : chunked\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

TEST_CASE("compressed bodies and unknown expectations are refused") {
  CHECK(status_with("Content-Encoding: gzip\r\n") == 415);
  CHECK(status_with("Content-Encoding: identity\r\n") == 200);
  CHECK(status_with("Expect: 100-continue\r\n") == 200);
  CHECK(check("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n").head.expect_continue);
  CHECK(status_with("Expect: cookies\r\n") == 417);
}

TEST_CASE("header fields are tokens with clean values") {
  CHECK(status_with("X-Empty:\r\nX-Utf8: \xc4\x91\r\n") == 200);
  CHECK(status_with("X-Invalid[]: a\r\n") == 400);
  CHECK(status_with("X : a\r\n") == 400);
  CHECK(status_with(": a\r\n") == 400);
  CHECK(status_with("no colon\r\n") == 400);
  CHECK(status_with("X: a\r\n folded\r\n") == 400);
  CHECK(status_with(" X: a\r\n") == 400);
  CHECK(status_with("X: a\rY: b\r\n") == 400);
  CHECK(status_with(std::string("X: a\0b\r\n", 8)) == 400);
  CHECK(status_with("X: a\x07\r\n") == 400);
  CHECK(status_with("X: a\x7f\r\n") == 400);
}

TEST_CASE("a head has at most 100 fields and a target at most 8 KiB") {
  std::string fields;
  for (std::size_t i = 1; i < limits::head_fields; ++i)
    fields += "X" + std::to_string(i) + ": y\r\n";
  CHECK(status_with(fields) == 200);
  CHECK(status_with(fields + "X: y\r\n") == 431);
  CHECK(status_of_target("/" + std::string(limits::target_bytes - 1, 'a')) == 200);
  CHECK(status_of_target("/" + std::string(limits::target_bytes, 'a')) == 414);
}

TEST_CASE("the path is decoded once, and refused when it could mean two things") {
  CHECK(check("GET /a%20b%2541 HTTP/1.1\r\nHost: a\r\n\r\n").head.path == "/a b%41");
  for (const char* bad :
       {"/%",      "/%4",   "/%zz",       "/p%00x",      "/p%0d%0aX:y", "/a%2fb", "/a%2Fb",
        "/a%5cb",  "/a\\b", "/a/../b",    "/a/%2e%2e/b", "/.",          "/a/.",   "/%2e",
        "/%c0%af", "/%ff",  "/%ed%a0%80", "a",           "*",           "/a#b",   "/%7f"}) {
    INFO(bad);
    CHECK(status_of_target(bad) == 400);
  }
  CHECK(status_of_target("/a/..b/c.") == 200);
  CHECK(status_of_target("/?q=../..") == 200);
}

TEST_CASE("the query is strict, too") {
  CHECK(status_of_target("/?a=%E1%BB%85&b") == 200);
  for (const char* bad : {"/?a=%", "/?%zz=1", "/?a=%00", "/?a=%0d%0a", "/?a=%ff"}) {
    INFO(bad);
    CHECK(status_of_target(bad) == 400);
  }
}

TEST_CASE("who keeps the connection is decided by version and Connection") {
  const auto keeps = [](const std::string& version, const std::string& fields) {
    return check("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n").head.keep_alive;
  };
  CHECK(keeps("1.1", ""));
  CHECK_FALSE(keeps("1.1", "Connection: close\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: keep-alive, Close\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: upgrade\r\nConnection: close\r\n"));
  CHECK_FALSE(keeps("1.0", ""));
  CHECK(keeps("1.0", "Connection: Keep-Alive\r\n"));
}

TEST_CASE("OPTIONS may ask about the server as a whole") {
  CHECK(check("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").head.path == "*");
}

TEST_CASE("a refused head still tells its request id") {
  const std::string bytes = "BREW / HTTP/1.1\r\nHost: a\r\nX-Request-Id: abcdefgh\r\n\r\n";
  const auto gated = check(bytes);
  REQUIRE(gated.refusal);
  CHECK(gated.head.field("X-Request-Id") == "abcdefgh");
}

}  // namespace
}  // namespace kontor::http
