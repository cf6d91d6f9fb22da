#include "progress_line.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace kontor::app {
namespace {

constexpr std::string_view k_begin_of_line = "\r\x1b[K";  // and clear it

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressLine::ProgressLine(bool wanted) : enabled_(wanted && ::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(std::string_view text) {
  if (!enabled_) return;
  put(std::string(k_begin_of_line) + std::string(text));
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) put(k_begin_of_line);
  shown_ = false;
}

}  // namespace kontor::app
