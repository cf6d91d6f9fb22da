#include "base/nearest.h"

#include <array>
#include <catch_amalgamated.hpp>

using namespace kontor;

namespace {

constexpr std::array<std::string_view, 4> k_names = {"listen", "log_level", "log_format",
                                                     "timezone"};

}  // namespace

TEST_CASE("a distance counts insertions, deletions, replacements and swaps") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("lisetn", "listen") == 1);
  CHECK(edit_distance("ab", "ba") == 1);
}

TEST_CASE("a slip finds the name that was meant") {
  CHECK(nearest("lisetn", k_names) == "listen");
  CHECK(nearest("log_levl", k_names) == "log_level");
  CHECK(nearest("time_zone", k_names) == "timezone");
  CHECK(nearest("listen", k_names) == "listen");
}

TEST_CASE("a word that resembles nothing finds nothing") {
  CHECK_FALSE(nearest("customers", k_names));
  CHECK_FALSE(nearest("", k_names));
  CHECK_FALSE(nearest("x", k_names));
  CHECK_FALSE(nearest(std::string(100'000, 'l'), k_names));
  CHECK_FALSE(nearest("listen", {}));
}
