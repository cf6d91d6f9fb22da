// The only door to cpp-httplib: a second reading of each request head.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/gate.h"

namespace kontor::http {

// The gate has read the head already. Here httplib parses the same bytes on its own, and a request
// goes on only if both understood the same: method, target, and every field in number and value.
// httplib's reading costs more than all the rest of the front, so it is not asked again for fields
// that it has read before on the same connection, byte for byte but for a plain Idempotency-Key and
// Content-Length, below a request line about which there is nothing to differ. One instance per
// thread.
class HttplibParser {
 public:
  HttplibParser();
  ~HttplibParser();

  // 0: both agree. Otherwise the status to refuse with (400, or 416 for a Range nobody can read).
  // `agreed` belongs to the connection: the fields of its last head that both read alike, if they
  // are short enough to be kept.
  int second_opinion(std::string_view head_bytes, const Head& head, std::string& agreed);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kontor::http
