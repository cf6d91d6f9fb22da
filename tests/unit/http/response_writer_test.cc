#include "http/response_writer.h"

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <set>
#include <string>

#include "http/conditional.h"
#include "http/request_id.h"
#include "http/responder.h"
#include "unit/base/fakes.h"

namespace kontor::http {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string render(const Response& response, bool keep_alive = true, bool secure = false) {
  return render_head(response, {"id-12345", 784'111'777'000, keep_alive, secure});
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_CASE("every head has date, id, length and the security headers, and no Server") {
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "hello";
  const auto head = render(response);
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  for (const char* line :
       {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "X-Request-Id: id-12345\r\n",
        "Content-Length: 5\r\n", "Content-Type: text/plain; charset=utf-8\r\n",
        "Connection: keep-alive\r\n", "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: no-referrer\r\n", "Cross-Origin-Opener-Policy: same-origin\r\n",
        "Cross-Origin-Resource-Policy: same-origin\r\n", "Cache-Control: no-store\r\n",
        "frame-ancestors 'none'", "Permissions-Policy: "}) {
    CHECK_THAT(head, ContainsSubstring(line));
  }
  CHECK(head.find("Server:") == std::string::npos);
  CHECK(head.find("Strict-Transport-Security") == std::string::npos);
  CHECK_THAT(render(response, false, true),
             ContainsSubstring("Strict-Transport-Security: max-age="));
}

TEST_CASE("a handler may replace a security header, but not what frames the answer") {
  Response response;
  response.body = "12345";
  response.with("content-security-policy", "sandbox")
      .with("Content-Length", "1")
      .with("Transfer-Encoding", "chunked")
      .with("Connection", "close")
      .with("X-Request-Id", "forged");
  const auto head = render(response);
  CHECK_THAT(head, ContainsSubstring("content-security-policy: sandbox\r\n"));
  CHECK(head.find("default-src") == std::string::npos);
  CHECK(count(head, "Content-Length") == 1);
  CHECK_THAT(head, ContainsSubstring("Content-Length: 5\r\n"));
  CHECK(head.find("Transfer-Encoding") == std::string::npos);
  CHECK(head.find("forged") == std::string::npos);
  CHECK(wants_close(response));
}

TEST_CASE("204 and 304 have no length") {
  Response response;
  for (int status : {204, 304}) {
    response.status = status;
    CHECK(render(response).find("Content-Length") == std::string::npos);
  }
}

TEST_CASE("names and values that could start a header of their own are not sendable") {
  const auto sendable = [](std::string name, std::string value) {
    Response response;
    response.with(std::move(name), std::move(value));
    return is_sendable(response);
  };
  CHECK(sendable("X-Name", "Nguyễn\tVăn"));
  CHECK_FALSE(sendable("X-Name", "a\r\nSet-Cookie: x"));
  CHECK_FALSE(sendable("X-Name", "a\nb"));
  CHECK_FALSE(sendable("X-Name", "a\rb"));
  CHECK_FALSE(sendable("X-Name", std::string("a\0b", 3)));
  CHECK_FALSE(sendable("X Name", "a"));
  CHECK_FALSE(sendable("X:", "a"));
  CHECK_FALSE(sendable("", "a"));
  Response response;
  response.content_type = "text/html\r\n\r\n<script>";
  CHECK_FALSE(is_sendable(response));
  response = {};
  response.status = 99;
  CHECK_FALSE(is_sendable(response));
}

Response plain_problem(int status, std::string_view code, std::string_view, std::string_view) {
  Response response;
  response.status = status;
  response.body = code;
  return response;
}

Reply respond(const Handler& handler, const std::string& bytes) {
  static const FakeClock clock(0);
  FixedRandom random(std::byte{0xab});
  const HostRules hosts({"a"});
  const auto gated = check_head(bytes, {hosts, 1000});
  const Responder responder(handler, plain_problem, {}, clock, random);
  const Peer peer{"192.0.2.1"};
  auto answered = responder.ask(gated.head, "", peer);
  if (answered.response.late) responder.take_late(answered);
  return responder.render(std::move(answered), gated.head, peer);
}

const std::string k_get = "GET /x HTTP/1.1\r\nHost: a\r\n";

TEST_CASE("an answer that must not be sent becomes a 500") {
  const auto reply =
      respond([](const Request&) { return Response{}.with("X", "a\r\nY: b"); }, k_get + "\r\n");
  CHECK(reply.status == 500);
  CHECK(reply.out.head.find("Y: b") == std::string::npos);
}

TEST_CASE("what a handler throws becomes a 500 that does not tell it") {
  const auto reply = respond([](const Request&) -> Response { throw std::runtime_error("secret"); },
                             k_get + "\r\n");
  CHECK(reply.status == 500);
  CHECK(reply.out.head.find("secret") == std::string::npos);
}

class LateText final : public LateAnswer {
 public:
  explicit LateText(Response response) : response_(std::move(response)) {}
  void start(std::function<void()> ready) override { ready(); }
  Response take() override { return std::move(response_); }

 private:
  Response response_;
};

Handler late_handler(Response response) {
  return [=](const Request&) {
    return Response{.late = std::make_shared<LateText>(response), .route = 7};
  };
}

TEST_CASE("a late answer is checked and rendered as any other, and counts for its route") {
  const auto reply = respond(late_handler(Response{.status = 201, .body = "made"}.with("X-A", "1")),
                             k_get + "\r\n");
  CHECK(reply.status == 201);
  CHECK(reply.route == 7);
  CHECK_THAT(reply.out.head, ContainsSubstring("X-A: 1\r\n"));
  CHECK(reply.out.head.ends_with("\r\n\r\nmade"));
  CHECK(respond(late_handler(Response{}.with("X", "a\r\nY: b")), k_get + "\r\n").status == 500);
}

TEST_CASE("HEAD has the length of the body, and no body") {
  const auto reply = respond([](const Request&) { return Response{.body = "12345"}; },
                             "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK_THAT(reply.out.head, ContainsSubstring("Content-Length: 5\r\n"));
  CHECK(reply.out.head.ends_with("\r\n\r\n"));
}

TEST_CASE("a client that has the tag already gets a 304 with the tag") {
  const Handler handler = [](const Request&) {
    return Response{.body = "12345"}.with("ETag", "\"v7\"");
  };
  const auto fresh = respond(handler, k_get + "If-None-Match: \"v6\", W/\"v7\"\r\n\r\n");
  CHECK(fresh.status == 304);
  CHECK_THAT(fresh.out.head, ContainsSubstring("ETag: \"v7\"\r\n"));
  CHECK(fresh.out.head.ends_with("\r\n\r\n"));
  CHECK(respond(handler, k_get + "If-None-Match: \"v6\"\r\n\r\n").status == 200);
  CHECK(respond(handler, "POST /x HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"v7\"\r\n\r\n").status ==
        200);
}

TEST_CASE("If-None-Match is a list of tags, compared without their weakness") {
  CHECK(names_etag("\"a\"", "\"a\""));
  CHECK(names_etag("W/\"a\"", "\"a\""));
  CHECK(names_etag("\"x\" , \"a\"", "W/\"a\""));
  CHECK(names_etag("*", "\"a\""));
  CHECK_FALSE(names_etag("*", ""));
  CHECK_FALSE(names_etag("a", "\"a\""));
  CHECK_FALSE(names_etag("\"ab\"", "\"a\""));
  CHECK(etag_of("x") != etag_of("y"));
  CHECK(etag_of("x").front() == '"');
}

TEST_CASE("a well-formed request id is kept, any other is replaced") {
  FixedRandom random(std::byte{0xab});
  RequestIds ids(random);
  CHECK(ids.id_for("trace-12345_A") == "trace-12345_A");
  for (const char* bad : {"", "short", "has blank", "semi;colon", "quote\"quote"}) {
    CHECK(ids.id_for(bad).size() == 24);
  }
  CHECK(ids.id_for(std::string(65, 'a')).size() == 24);
}

TEST_CASE("ids that the server gives do not come twice") {
  FixedRandom random(std::byte{0xab});
  RequestIds ids(random);
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(ids.id_for(""));
  CHECK(seen.size() == 10'000);
  CHECK(std::all_of(seen.begin(), seen.end(), is_request_id));
  // Neighbours have little in common behind the part that names the process.
  const std::string one = ids.id_for(""), next = ids.id_for("");
  int same = 0;
  for (std::size_t at = 8; at < one.size(); ++at) same += one[at] == next[at] ? 1 : 0;
  CHECK(same < 8);
}

}  // namespace
}  // namespace kontor::http
