// Finds where a request head ends, over bytes that arrive in pieces of any size.
#pragma once

#include <cstddef>
#include <string_view>

namespace kontor::http {

class HeadScanner {
 public:
  enum class State {
    incomplete,
    complete,   // length() bytes are the head, its blank line included
    malformed,  // a line that does not end in CR LF, or no method where the head starts
    head_too_large,
    target_too_large,  // the limit was reached, and it is the request line's fault
  };

  // `bytes` is everything since the start of the head: what the last call saw, and more behind it.
  // The answer does not depend on how the bytes were cut into pieces.
  State scan(std::string_view bytes);
  std::size_t length() const { return line_start_; }
  void reset() { *this = {}; }

 private:
  State over_limit() const;

  std::size_t seen_ = 0;
  std::size_t line_start_ = 0;
};

}  // namespace kontor::http
