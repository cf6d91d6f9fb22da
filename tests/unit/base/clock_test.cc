#include "base/clock.h"

#include <array>
#include <catch_amalgamated.hpp>

#include "base/random.h"

using namespace kontor;

TEST_CASE(
    "the system clock gives milliseconds of this century, and its monotonic side never falls") {
  const SystemClock clock;
  CHECK(clock.now_ms() > 1'700'000'000'000);
  CHECK(clock.now_ms() < 4'102'444'800'000);
  const std::int64_t before = clock.monotonic_ms();
  CHECK(clock.monotonic_ms() >= before);
}

TEST_CASE("system randomness fills every byte, and differs from call to call") {
  SystemRandom random;
  std::array<std::byte, 4096> first{};
  std::array<std::byte, 4096> second{};
  random.fill(first);
  random.fill(second);
  CHECK(first != second);
  for (const auto* bytes : {&first, &second}) {
    const auto zeros = std::count(bytes->end() - 256, bytes->end(), std::byte{0});
    CHECK(zeros < 64);  // about 1 is expected
  }
}
