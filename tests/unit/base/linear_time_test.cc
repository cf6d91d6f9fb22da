// F26: what comes from outside costs time in proportion to its size, whatever is in it.
#include <catch_amalgamated.hpp>
#include <string>

#include "base/fold.h"
#include "base/json.h"
#include "base/utf8.h"
#include "support/doubling.h"

namespace kontor {
namespace {

using test::check_doubling;
using test::repeated;

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
