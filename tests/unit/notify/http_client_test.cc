#include "notify/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch_amalgamated.hpp>
#include <thread>

#include "base/clock.h"

namespace kontor::notify {
namespace {

// Answers one request with some bytes and ends, or listens only.
class Canned {
 public:
  explicit Canned(std::string answer, bool answers = true)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(fd_.get(), any, size) == 0);
    REQUIRE(::listen(fd_.get(), 1) == 0);
    REQUIRE(::getsockname(fd_.get(), any, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer), answers] {
      const UniqueFd peer(::accept(fd_.get(), nullptr, nullptr));
      read_request(peer.get());
      if (answers) ::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      if (answers) ::shutdown(peer.get(), SHUT_WR);
      std::string rest(64 * 1024, '\0');
      while (::recv(peer.get(), rest.data(), rest.size(), 0) > 0) {
      }
    });
  }
  Canned(const Canned&) = delete;
  Canned& operator=(const Canned&) = delete;
  ~Canned() { finish(); }

  void finish() {
    if (thread_.joinable()) thread_.join();
  }
  Endpoint endpoint() const { return {.is_tls = false, .host = "127.0.0.1", .port = port_}; }
  std::string request() {
    finish();
    return request_;
  }

 private:
  void read_request(int fd) {
    std::string piece(4096, '\0');
    std::size_t end = std::string::npos;
    while (end == std::string::npos || request_.size() < end + 4) {
      const auto got = ::recv(fd, piece.data(), piece.size(), 0);
      if (got <= 0) return;
      request_.append(piece, 0, static_cast<std::size_t>(got));
      end = request_.find("\r\n\r\n");
    }
  }

  UniqueFd fd_;
  std::uint16_t port_ = 0;
  std::string request_;
  std::thread thread_;
};

const SystemClock k_clock;

Patience patience(std::int64_t idle_ms = 10'000) {
  return {.clock = k_clock, .idle_ms = idle_ms, .deadline_ms = k_clock.monotonic_ms() + 20'000};
}

HttpRequest get() { return {.method = "GET", .target = "/x?y=1", .fields = {{"host", "h"}}}; }

Result<HttpReply> ask(Canned& server, const HttpRequest& request, const BodySink& sink = {}) {
  return exchange(server.endpoint(), {}, request, patience(), sink);
}

std::string body_of(const std::string& answer) {
  Canned server(answer);
  auto reply = ask(server, get());
  return reply.ok() ? reply->body : "refused: " + reply.error().kind;
}

TEST_CASE("a request says what it is, and an answer is read whatever its framing") {
  Canned server("HTTP/1.1 200 OK\r\nETag:  \"a\" \r\nContent-Length: 2\r\n\r\nok and more");
  const auto reply = ask(server, get());
  REQUIRE(reply.ok());
  CHECK(reply->status == 200);
  CHECK(reply->body == "ok");
  CHECK(*reply->find("etag") == "\"a\"");
  CHECK(server.request() == "GET /x?y=1 HTTP/1.1\r\nhost: h\r\nConnection: close\r\n\r\n");
  CHECK(body_of("HTTP/1.1 200 OK\r\n\r\nto the end") == "to the end");
  CHECK(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3;x=1\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n") == "abc0123456789");
  CHECK(body_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") ==
        "x");
}

TEST_CASE("an answer that is cut, too large or no HTTP is refused") {
  for (const char* answer :
       {"", "HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"}) {
    INFO(answer);
    CHECK(body_of(answer) == "refused: target_odd");
  }
  CHECK(body_of("HTTP/1.1 200 OK\r\nx: " + std::string(k_reply_head_bytes, 'x')) ==
        "refused: target_odd");
  CHECK(body_of("HTTP/1.1 200 OK\r\n\r\n" + std::string(k_reply_body_bytes + 1, 'x')) ==
        "refused: target_odd");
}

TEST_CASE("a body of any size goes to its sink; that of a refusal does not") {
  std::size_t bytes = 0;
  const BodySink count = [&](const HttpReply&, std::string_view piece) {
    bytes += piece.size();
    return Result<void>();
  };
  Canned large("HTTP/1.1 200 OK\r\n\r\n" + std::string(k_reply_body_bytes + 1, 'x'));
  CHECK(ask(large, get(), count).ok());
  CHECK(bytes == k_reply_body_bytes + 1);
  Canned refusing("HTTP/1.1 403 Forbidden\r\n\r\nwhy");
  CHECK(ask(refusing, get(), count)->body == "why");
  CHECK(bytes == k_reply_body_bytes + 1);
}

// More than the buffers of the system take.
TEST_CASE("who refuses in the middle of a large body is heard") {
  constexpr std::size_t k_pieces = 2'000;
  const std::string piece(64 * 1024, 'x');
  std::size_t sent = 0;
  HttpRequest request{.method = "PUT",
                      .target = "/x",
                      .body_bytes = static_cast<std::int64_t>(k_pieces * piece.size())};
  request.next_piece = [&]() -> Result<std::string_view> {
    return ++sent > k_pieces ? std::string_view() : std::string_view(piece);
  };
  Canned server("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  CHECK(ask(server, request)->status == 403);
  CHECK(sent < k_pieces);
}

TEST_CASE("who says nothing is waited for as long as was asked for, and no longer") {
  Canned server("", false);
  const auto reply = exchange(server.endpoint(), {}, get(), patience(1));
  CHECK(reply.error().kind == "target_timeout");
  Canned other("", false);
  Patience cancelled = patience();
  cancelled.is_cancelled = [] { return true; };
  CHECK(exchange(other.endpoint(), {}, get(), cancelled).error().kind == "interrupted");
}

TEST_CASE("who is not there is told") {
  Endpoint nobody;
  {
    Canned server("HTTP/1.1 200 OK\r\n\r\n");
    nobody = server.endpoint();
    REQUIRE(ask(server, get()).ok());
  }
  const auto reply = exchange(nobody, {}, get(), patience());
  CHECK(reply.error().kind == "target_unreachable");
  CHECK(reply.error().message.find("Connection refused") != std::string::npos);
}

}  // namespace
}  // namespace kontor::notify
