// The id that ties an answer to its log lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace kontor::http {

// 8 to 64 letters, digits, "_" and "-": what may be taken over from a client or a proxy.
bool is_request_id(std::string_view text);

// Gives ids to requests. Its own never come twice, and say nothing of how many there were, but they
// are no secrets: randomness is asked for once, not with a system call for each request.
// Thread-safe.
class RequestIds {
 public:
  explicit RequestIds(Random& random);
  // `proposed` if it is well-formed, else 24 hex digits.
  std::string id_for(std::string_view proposed);

 private:
  std::string series_;  // of this process
  std::atomic<std::uint64_t> next_;
};

}  // namespace kontor::http
