#include <catch_amalgamated.hpp>

#include "http/httplib_adapter.h"

namespace kontor::http {
namespace {

std::string head_with(const std::string& fields) {
  return "POST /orders HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

// A connection: what was agreed stays from one head to the next.
class Reader {
 public:
  int read(const std::string& head) {
    const auto gated = check_head(head, {hosts_, 1000});
    REQUIRE_FALSE(gated.refusal);
    return parser_.second_opinion(head, gated.head, agreed_);
  }
  // A head that httplib has read leaves its fields; one that was not read again leaves none.
  bool reads_anew(const std::string& fields) {
    agreed_.clear();
    const std::string first = "Idempotency-Key: 01-a\r\nContent-Length: 12\r\nX-Note: a\r\n";
    REQUIRE(read(head_with(first)) == 0);
    const std::string before = agreed_;
    REQUIRE(read(head_with(fields)) == 0);
    return agreed_ != before;
  }

 private:
  HostRules hosts_{{"a"}};
  HttplibParser parser_;
  std::string agreed_;
};

TEST_CASE("fields that differ in a plain idempotency key or length alone are not read again") {
  Reader reader;
  CHECK_FALSE(reader.reads_anew("Idempotency-Key: 01-a\r\nContent-Length: 12\r\nX-Note: a\r\n"));
  CHECK_FALSE(
      reader.reads_anew("Idempotency-Key: 01J9-b_c.d\r\nContent-Length: 7\r\nX-Note: a\r\n"));
}

TEST_CASE("any other difference is read again") {
  Reader reader;
  const std::string length = "Content-Length: 12\r\n";
  CHECK(reader.reads_anew("Idempotency-Key: 01-a\r\n" + length + "X-Note: b\r\n"));
  CHECK(reader.reads_anew("Idempotency-Key: 01-a\r\n" + length));
  CHECK(reader.reads_anew("Idempotency-Key: 01-a\r\n" + length + "X-Note: a\r\nX-More: a\r\n"));
  CHECK(reader.reads_anew(length + "Idempotency-Key: 01-a\r\nX-Note: a\r\n"));
  CHECK(reader.reads_anew("Idempotency-Key:  01-b\r\n" + length + "X-Note: a\r\n"));
  CHECK(reader.reads_anew("Idempotency-Key: b c\r\n" + length + "X-Note: a\r\n"));
  CHECK(reader.reads_anew("Idempotency-Key2: 01-b\r\n" + length + "X-Note: a\r\n"));
}

TEST_CASE("a field that httplib cannot read is refused behind a head that was agreed") {
  Reader reader;
  const std::string key = "Idempotency-Key: ";
  REQUIRE(reader.read(head_with(key + "1\r\nRange: bytes=0-1\r\n")) == 0);
  CHECK(reader.read(head_with(key + "2\r\nRange: bytes=x\r\n")) == 416);
}

}  // namespace
}  // namespace kontor::http
