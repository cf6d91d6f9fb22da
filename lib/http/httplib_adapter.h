// The only door to cpp-httplib: a second reading of each request head.
#pragma once

#include <memory>
#include <string_view>

#include "http/gate.h"

namespace kontor::http {

// The gate has read the head already. Here httplib parses the same bytes on its own, and a request
// goes on only if both understood the same: method, target, and every field in number and value.
// One instance per thread.
class HttplibParser {
 public:
  HttplibParser();
  ~HttplibParser();

  // 0: both agree. Otherwise the status to refuse with (400, or 416 for a Range nobody can read).
  int second_opinion(std::string_view head_bytes, const Head& head);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kontor::http
