#include "http/head_scanner.h"

#include "base/limits.h"
#include "http/tokens.h"

namespace kontor::http {

// The method is the first thing of a head. A TLS client on a plain port, or binary noise, is
// answered at its first byte instead of after the deadline.
HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  if (!bytes.empty() && !is_token_char(bytes.front())) return State::malformed;
  const auto allowed = bytes.substr(0, limits::head_bytes);
  for (;;) {
    const auto newline = allowed.find('\n', seen_);
    if (newline == std::string_view::npos) break;
    if (newline == 0 || allowed[newline - 1] != '\r') return State::malformed;
    const bool blank = newline == line_start_ + 1;
    seen_ = newline + 1;
    line_start_ = seen_;
    if (blank) return State::complete;
  }
  seen_ = allowed.size();
  return bytes.size() >= limits::head_bytes ? over_limit() : State::incomplete;
}

HeadScanner::State HeadScanner::over_limit() const {
  return line_start_ == 0 ? State::target_too_large : State::head_too_large;
}

}  // namespace kontor::http
