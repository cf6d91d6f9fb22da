#include "base/decimal.h"

#include <catch_amalgamated.hpp>
#include <limits>

using namespace kontor;

namespace {

constexpr std::int64_t k_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t k_min = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("decimal text becomes a scaled integer") {
  CHECK(parse_decimal("12.5", 4) == 125'000);
  CHECK(parse_decimal("-0.0001", 4) == -1);
  CHECK(parse_decimal("+7", 0) == 7);
  CHECK(parse_decimal("007.10", 1) == 71);
  CHECK(parse_decimal("1.000000", 0) == 1);
  CHECK(parse_decimal("0.08875", 6) == 88'750);
  CHECK(parse_decimal("9223372036854775807", 0) == k_max);
  CHECK(parse_decimal("-9223372036854775808", 0) == k_min);
  CHECK(parse_decimal("-922337203685477.5808", 4) == k_min);
}

TEST_CASE("text that is no such decimal is refused") {
  const auto text = GENERATE("", "-", "+", ".", ".5", "5.", "1e3", "1,5", " 1", "1 ", "--1", "0x1",
                             "1.2.3", "1.00001", "NaN", "９", "922337203685477.5808");
  CAPTURE(text);
  CHECK_FALSE(parse_decimal(text, 4));
}

TEST_CASE("scaled integers are written without needless zeros") {
  CHECK(format_decimal(125'000, 4) == "12.5");
  CHECK(format_decimal(120'000, 4) == "12");
  CHECK(format_decimal(-1, 4) == "-0.0001");
  CHECK(format_decimal(0, 4) == "0");
  CHECK(format_decimal(10, 0) == "10");
  CHECK(format_decimal(k_min, 4) == "-922337203685477.5808");
}

TEST_CASE("what is written is read back") {
  const std::int64_t value = GENERATE(k_min, k_max, -1, 0, 1, 9'999, 10'000, 123'456'789);
  const int places = GENERATE(0, 2, 4, 6, 18);
  CAPTURE(value, places);
  CHECK(parse_decimal(format_decimal(value, places), places) == value);
}

TEST_CASE("a product is rounded once, halves away from zero") {
  CHECK(mul_div_round(5, 1, 2) == 3);
  CHECK(mul_div_round(-5, 1, 2) == -3);
  CHECK(mul_div_round(4, 1, 3) == 1);
  CHECK(mul_div_round(-4, 1, 3) == -1);
  CHECK(mul_div_round(1, 1, 3) == 0);
  CHECK(mul_div_round(-149, 1, 100) == -1);
}

TEST_CASE("a product wider than 64 bits is fine, a result wider than 64 bits is refused") {
  CHECK(mul_div_round(k_max, k_max, k_max) == k_max);
  CHECK(mul_div_round(999'999'999'999'999, 1'000'000, 1'000'000) == 999'999'999'999'999);
  CHECK(mul_div_round(k_min, 1, 1) == k_min);
  CHECK_FALSE(mul_div_round(k_max, 2, 1));
  CHECK_FALSE(mul_div_round(k_min, k_min, 1));
  CHECK_FALSE(mul_div_round(k_min, -1, 1));
}
