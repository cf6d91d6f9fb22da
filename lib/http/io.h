// What a non-blocking read or write came to.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kontor::http {

enum class IoState : std::uint8_t {
  done,    // `bytes` were moved, at least one
  again,   // nothing now; the kernel will report when to try again
  closed,  // the other side has finished sending
  failed,  // the connection is dead
};

struct IoResult {
  IoState state = IoState::failed;
  std::size_t bytes = 0;
};

}  // namespace kontor::http
