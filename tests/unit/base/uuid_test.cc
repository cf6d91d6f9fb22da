#include "base/uuid.h"

#include <catch_amalgamated.hpp>
#include <set>
#include <thread>
#include <vector>

#include "unit/base/fakes.h"

using namespace kontor;

namespace {

constexpr std::int64_t k_now_ms = 1'780'000'000'000;

}  // namespace

TEST_CASE("an id carries version 7, the RFC variant and the time of its making") {
  const FakeClock clock(0x0123456789AB);
  FixedRandom random(std::byte{0});
  UuidSource source(clock, random);
  CHECK(source.next().text() == "01234567-89ab-7000-8000-000000000000");
  CHECK(source.next().text() == "01234567-89ab-7000-8001-000000000000");
}

TEST_CASE("ids grow within one millisecond, over the end of the counter, and when time goes back") {
  FakeClock clock(k_now_ms);
  FixedRandom random(std::byte{0xFF});
  UuidSource source(clock, random);
  Uuid last = source.next();
  const auto grows = [&] {
    const Uuid next = source.next();
    const bool larger = last < next && last.text() < next.text();
    last = next;
    return larger;
  };
  for (int i = 0; i < 1000; ++i) REQUIRE(grows());
  clock.ms -= 3'600'000;
  for (int i = 0; i < 1000; ++i) REQUIRE(grows());
  clock.ms = -5;
  CHECK(grows());
  clock.ms = k_now_ms + 1;
  CHECK(grows());
}

TEST_CASE("a full counter moves the time part on instead of repeating an id") {
  const FakeClock clock(k_now_ms);
  FixedRandom random(std::byte{0xFF});
  UuidSource source(clock, random);
  const Uuid first = source.next();
  Uuid last = first;
  bool grew = true;
  for (int i = 0; i < (1 << 25) + 2; ++i) {
    const Uuid next = source.next();
    grew = grew && last < next;
    last = next;
  }
  CHECK(grew);
  CHECK(last.text().substr(0, 13) > first.text().substr(0, 13));
}

TEST_CASE("threads that share one source never get the same id") {
  const SystemClock clock;
  SystemRandom random;
  UuidSource source(clock, random);
  std::vector<std::vector<Uuid>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made) {
      threads.emplace_back([&] {
        for (int i = 0; i < 2000; ++i) ids.push_back(source.next());
      });
    }
  }
  std::set<Uuid> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  CHECK(all.size() == 8000);
}

TEST_CASE("ids are read from text in either case, and come back in lower case") {
  const auto id = Uuid::parse("0190A1B2-C3D4-7E5F-8A6B-7C8D9E0F1A2B");
  REQUIRE(id);
  CHECK(id->text() == "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b");
  CHECK(Uuid::from_blob(id->blob()) == *id);
  CHECK(Uuid::parse("550e8400-e29b-41d4-a716-446655440000"));
}

TEST_CASE("text that is no RFC 9562 id is refused") {
  const auto text =
      GENERATE("", "0190a1b2c3d47e5f8a6b7c8d9e0f1a2b", "{0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b}",
               "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2", "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2g",
               "0190a1b2-c3d4-0e5f-8a6b-7c8d9e0f1a2b", "0190a1b2-c3d4-9e5f-8a6b-7c8d9e0f1a2b",
               "0190a1b2-c3d4-7e5f-0a6b-7c8d9e0f1a2b", "0190a1b2-c3d47-e5f-8a6b-7c8d9e0f1a2b",
               "00000000-0000-0000-0000-000000000000");
  CAPTURE(text);
  CHECK_FALSE(Uuid::parse(text));
}
