// What the kernel says of this process.
#pragma once

#include <cstdint>

namespace kontor {

struct ProcessFigures {
  std::int64_t resident_bytes = 0;
  std::int64_t virtual_bytes = 0;
  std::int64_t open_files = 0;
  std::int64_t open_files_max = 0;
  std::int64_t threads = 0;
  std::int64_t cpu_us = 0;  // user and system, of all threads
};

// Reads /proc/self; what it cannot read stays 0. Any thread.
ProcessFigures process_figures();

}  // namespace kontor
