#include "notify/patience.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace kontor::notify {
namespace {

constexpr std::int64_t k_tick_ms = 200;

Error interrupted() {
  return {.code = Code::unavailable, .message = "Interrupted.", .kind = "interrupted"};
}

Error too_slow(const std::string& who, std::int64_t ms) {
  return {.code = Code::unavailable,
          .message = who + " did not answer within " + std::to_string(ms / 1000) + " s.",
          .kind = "target_timeout",
          .hint = "look whether that service works, and whether a firewall is between"};
}

}  // namespace

Result<short> Patience::wait(int fd, short events, const std::string& who) const {
  const std::int64_t began_ms = clock.monotonic_ms();
  const std::int64_t until_ms = std::min(began_ms + idle_ms, deadline_ms);
  while (true) {
    if (is_cancelled && is_cancelled()) return interrupted();
    const std::int64_t left_ms = until_ms - clock.monotonic_ms();
    if (left_ms <= 0) return too_slow(who, until_ms - began_ms);
    pollfd watched{.fd = fd, .events = events, .revents = 0};
    const int found = ::poll(&watched, 1, static_cast<int>(std::min(left_ms, k_tick_ms)));
    if (found > 0) return watched.revents;
    if (found < 0 && errno != EINTR) {
      return Error{.code = Code::unavailable, .message = std::string(std::strerror(errno)) + "."};
    }
  }
}

Result<void> Patience::rest(std::int64_t pause_ms) const {
  const std::int64_t until_ms = std::min(clock.monotonic_ms() + pause_ms, deadline_ms);
  while (true) {
    if (is_cancelled && is_cancelled()) return interrupted();
    const std::int64_t left_ms = until_ms - clock.monotonic_ms();
    if (left_ms <= 0) return {};
    ::poll(nullptr, 0, static_cast<int>(std::min(left_ms, k_tick_ms)));
  }
}

}  // namespace kontor::notify
