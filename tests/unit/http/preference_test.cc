#include "http/preference.h"

#include <catch_amalgamated.hpp>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

std::vector<std::pair<std::string, int>> all_of(std::string_view list) {
  std::vector<std::pair<std::string, int>> all;
  while (!list.empty()) {
    const Preference preference = next_preference(list);
    all.emplace_back(preference.name, preference.weight);
  }
  return all;
}

TEST_CASE("a list of preferences is read element by element, with its quality values") {
  using List = std::vector<std::pair<std::string, int>>;
  CHECK(all_of("text/html, application/json;q=0.9 ,*/*; Q=0.001") ==
        List{{"text/html", 1000}, {"application/json", 900}, {"*/*", 1}});
  CHECK(all_of("vi-VN,vi;q=1.000,en;q=0") == List{{"vi-VN", 1000}, {"vi", 1000}, {"en", 0}});
  CHECK(all_of("a,,b") == List{{"a", 1000}, {"", 1000}, {"b", 1000}});
  CHECK(all_of("").empty());
}

TEST_CASE("a parameter that is no quality value is told apart from one") {
  for (const char* element :
       {"a;q=2", "a;q=", "a;q=0.0001", "a;q=1.001", "a;v=b3;q=0.7", "a;q=x"}) {
    INFO(element);
    CHECK(all_of(element).front().second == -1);
  }
}

}  // namespace
}  // namespace kontor::http
