// What the front counts; written by its threads, read by anyone.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace kontor::http {

struct Counters {
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> streams{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> served{0};
  std::atomic<std::uint64_t> refused{0};
};

}  // namespace kontor::http
