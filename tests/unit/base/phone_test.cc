#include "base/phone.h"

#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"

using namespace kontor;

namespace {

struct Case {
  std::string text;
  std::string country;
  std::string expected;
};

// Data sets of others stay outside the repository, in a folder beside it unless told otherwise.
std::filesystem::path shared_data() {
  const char* told = std::getenv("KONTOR_SHARED_DATA");
  if (told != nullptr) return told;
  return std::filesystem::path(KONTOR_SOURCE_DIR).parent_path() / "shared" / "data";
}

}  // namespace

TEST_CASE("numbers as people write them come to one form") {
  const auto c = GENERATE(
      Case{"0912 345 678", "VN", "+84912345678"}, Case{"+84 912.345.678", "VN", "+84912345678"},
      Case{"0084-912-345-678", "VN", "+84912345678"}, Case{"84912345678", "VN", "+84912345678"},
      Case{"912345678", "VN", "+84912345678"}, Case{"(028) 3822 1234", "VN", "+842838221234"},
      Case{"+84 (0) 912 345 678", "US", "+84912345678"},
      Case{"(212) 555-0123", "US", "+12125550123"}, Case{"1-212-555-0123", "US", "+12125550123"},
      Case{"011 84 912 345 678", "US", "+84912345678"}, Case{"030 / 901820", "DE", "+4930901820"},
      Case{"+44 (0)20 7946 0958", "DE", "+442079460958"},
      Case{"0044 (0)20 7946 0958", "DE", "+442079460958"},
      Case{"06 1234 5678", "IT", "+390612345678"}, Case{"06 20 123 4567", "HU", "+36201234567"},
      Case{"8 (916) 123-45-67", "RU", "+79161234567"},
      Case{"0912\u00A0345\u2011678", "VN", "+84912345678"}, Case{"+6907290", "", "+6907290"});
  CAPTURE(c.text, c.country);
  CHECK(normal_phone(c.text, c.country) == c.expected);
}

TEST_CASE("what cannot be told is left to the caller") {
  const auto text =
      GENERATE("", "113", "call me", "0912 345 678 ext. 4", "0912 345 678 x4", "+999 123 456 789",
               "+", "++84912345678", "84+912345678", "0912345678901234567", "+84 1",
               "09\xFF"
               "12345678",
               "+84;ext=12");
  CAPTURE(text);
  CHECK_FALSE(normal_phone(text, "VN"));
}

TEST_CASE("a national number needs a country") {
  CHECK_FALSE(normal_phone("0912 345 678", ""));
  CHECK_FALSE(normal_phone("0912 345 678", "XX"));
  CHECK(normal_phone("+84 912 345 678", "XX") == "+84912345678");
}

TEST_CASE("countries are known by their two letters") {
  CHECK(is_country("VN"));
  CHECK_FALSE(is_country("vn"));
  CHECK_FALSE(is_country("ZZ"));
  CHECK_FALSE(is_country(""));
  CHECK_FALSE(is_country("V"));
}

TEST_CASE("an example number of every country is recognised, and its own form is stable") {
  const auto path = shared_data() / "phones" / "example_mobile_numbers.json";
  if (!std::filesystem::exists(path)) SKIP("the example numbers are not on this machine");
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const auto examples = parse_json(text.str());
  REQUIRE(examples.ok());
  REQUIRE(examples->object()->size() == 245);
  for (const auto& [country, number] : *examples->object()) {
    CAPTURE(country, *number.string());
    const auto normal = normal_phone(*number.string(), country);
    REQUIRE(normal);
    CHECK(normal->ends_with(*number.string()));
    CHECK(normal_phone(*normal, "VN") == normal);
  }
}
