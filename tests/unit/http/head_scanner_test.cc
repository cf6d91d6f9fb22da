#include "http/head_scanner.h"

#include <catch_amalgamated.hpp>
#include <string>

#include "base/limits.h"

namespace kontor::http {
namespace {

using State = HeadScanner::State;

struct Scan {
  State state;
  std::size_t length;
  bool operator==(const Scan&) const = default;
};

Scan scan_cut_at(const std::string& bytes, std::size_t cut) {
  HeadScanner scanner;
  auto state = scanner.scan(std::string_view(bytes).substr(0, cut));
  if (state == State::incomplete) state = scanner.scan(bytes);
  return {state, state == State::complete ? scanner.length() : 0};
}

TEST_CASE("a head ends behind its blank line, and what follows is not part of it") {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(scan_cut_at(head + "GET /next", 0) == Scan{State::complete, head.size()});
  CHECK(scan_cut_at("GET / \r\n\r\n", 0) == Scan{State::complete, 10});
}

TEST_CASE("cutting the bytes anywhere gives the same result") {
  for (const std::string bytes :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", "GET / HTTP/1.1\nHost: a\n\n",
        "GET /\r\nX: a\n\r\n", "\x16\x03\x01 hello", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
    HeadScanner scanner;
    const auto state = scanner.scan(bytes);
    const Scan whole{state, state == State::complete ? scanner.length() : 0};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) CHECK(scan_cut_at(bytes, cut) == whole);
  }
}

TEST_CASE("a line that ends in a bare LF is refused as soon as it is seen") {
  HeadScanner scanner;
  CHECK(scanner.scan("GET / HTTP/1.1\n") == State::malformed);
}

TEST_CASE("noise is refused at its first byte") {
  HeadScanner scanner;
  CHECK(scanner.scan("\x16") == State::malformed);
}

TEST_CASE("a head may have 16 KiB, and the fault is named where it is larger") {
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string end = "\r\n\r\n";
  std::string head = line + "X: " + std::string(limits::head_bytes - line.size() - 7, 'y') + end;
  REQUIRE(head.size() == limits::head_bytes);
  CHECK(scan_cut_at(head, 100) == Scan{State::complete, head.size()});
  head.insert(line.size() + 3, "y");
  CHECK(scan_cut_at(head, 100).state == State::head_too_large);
  CHECK(scan_cut_at("GET /" + std::string(limits::head_bytes, 'a'), 1).state ==
        State::target_too_large);
}

}  // namespace
}  // namespace kontor::http
