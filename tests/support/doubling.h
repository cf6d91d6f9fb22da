// Whether work grows with its input and not with the square of it.
#pragma once

#include <algorithm>
#include <catch_amalgamated.hpp>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>

namespace kontor::test {

// Twice the input may take this much more. Work that grows with the square takes four times.
inline constexpr double k_doubling_most = 3.2;
inline constexpr std::size_t k_bytes = 100'000;

inline double cpu_seconds(const std::function<void()>& work) {
  const std::clock_t began = std::clock();
  work();
  return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

// The best of some runs: other work on the machine only ever makes a run longer.
inline double best_seconds(const std::function<void(const std::string&)>& parse,
                           const std::string& text) {
  double best = 1e9;
  for (int run = 0; run < 3; ++run) best = std::min(best, cpu_seconds([&] { parse(text); }));
  return best;
}

using MakeText = std::string (*)(std::size_t bytes);

inline void check_doubling(const std::function<void(const std::string&)>& parse, MakeText make,
                           std::size_t bytes = k_bytes) {
  const double once = best_seconds(parse, make(bytes));
  const double twice = best_seconds(parse, make(2 * bytes));
  INFO(make(40) << ": " << once << " s, twice as much: " << twice << " s");
  // Below a millisecond the clock's steps count for more than the work.
  CHECK((twice < 0.001 || twice <= k_doubling_most * once));
}

inline std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

}  // namespace kontor::test
