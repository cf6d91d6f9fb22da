// F26: what comes from outside costs time in proportion to its size, whatever is in it.
#include <algorithm>
#include <catch_amalgamated.hpp>
#include <ctime>
#include <functional>
#include <string>

#include "base/fold.h"
#include "base/json.h"
#include "base/utf8.h"

namespace kontor {
namespace {

// Twice the input may take this much more. Work that grows with the square takes four times.
constexpr double k_doubling_most = 3.2;
constexpr std::size_t k_bytes = 100'000;

double cpu_seconds(const std::function<void()>& work) {
  const std::clock_t began = std::clock();
  work();
  return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

// The best of some runs: other work on the machine only ever makes a run longer.
double best_seconds(const std::function<void(const std::string&)>& parse, const std::string& text) {
  double best = 1e9;
  for (int run = 0; run < 5; ++run) best = std::min(best, cpu_seconds([&] { parse(text); }));
  return best;
}

using MakeText = std::string (*)(std::size_t bytes);

void check_doubling(const std::function<void(const std::string&)>& parse, MakeText make) {
  const double once = best_seconds(parse, make(k_bytes));
  const double twice = best_seconds(parse, make(2 * k_bytes));
  // Below a millisecond the clock's steps count for more than the work.
  CHECK((twice < 0.001 || twice <= k_doubling_most * once));
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

std::string many_names(std::size_t bytes) {
  std::string text = "{";
  for (int name = 0; text.size() < bytes; ++name) {
    text += (name > 0 ? ",\"" : "\"") + std::to_string(name) + "\":0";
  }
  return text + "}";
}

TEST_CASE("F26: JSON of any form costs time in proportion to its size") {
  const auto parse = [](const std::string& text) { static_cast<void>(parse_json(text)); };
  check_doubling(parse, many_names);
  check_doubling(parse, [](std::size_t bytes) { return "[0" + repeated(",[]", bytes) + "]"; });
  check_doubling(parse, [](std::size_t bytes) { return "\"" + repeated("\\u00e9", bytes) + "\""; });
  check_doubling(parse, [](std::size_t bytes) { return "[0" + repeated(",1234567", bytes) + "]"; });
  check_doubling(parse, [](std::size_t bytes) { return repeated("[", bytes); });
  check_doubling(parse, [](std::size_t bytes) { return repeated(" ", bytes); });
  check_doubling(parse, [](std::size_t bytes) { return repeated("9", bytes); });
}

TEST_CASE("F26: folding and checking text costs time in proportion to its size") {
  const auto fold_it = [](const std::string& text) { static_cast<void>(fold_search(text)); };
  check_doubling(fold_it, [](std::size_t bytes) { return repeated("a\u0323\u0302", bytes); });
  check_doubling(fold_it, [](std::size_t bytes) { return repeated("\u0301", bytes); });
  check_doubling(fold_it, [](std::size_t bytes) { return repeated("  ", bytes); });
  const auto check_it = [](const std::string& text) { static_cast<void>(is_utf8(text)); };
  check_doubling(check_it, [](std::size_t bytes) { return repeated("\u00e9x", bytes); });
}

}  // namespace
}  // namespace kontor
