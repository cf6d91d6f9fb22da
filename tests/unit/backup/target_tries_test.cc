#include "backup/target_tries.h"

#include <catch_amalgamated.hpp>

namespace kontor::backup {
namespace {

constexpr TryPause k_minutes{.first_ms = 60'000, .longest_ms = 240'000};
constexpr std::int64_t k_now_ms = 1'795'000'000'000;

Error why() { return {.code = Code::unavailable, .message = "no route to host"}; }

TargetTries written_and_read(const TargetTries& tries) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_tries(out, tries);
  out.end_object();
  return read_tries(parse_json(text).value());
}

TEST_CASE("Each failure in a row doubles the pause, up to the longest") {
  TargetTries tries;
  CHECK(tries.is_due(0));
  for (const std::int64_t pause_ms : {60'000, 120'000, 240'000, 240'000}) {
    tries.fail(why(), k_now_ms, k_minutes);
    CHECK(tries.next_try_at_ms == k_now_ms + pause_ms);
  }
  CHECK_FALSE(tries.is_due(tries.next_try_at_ms - 1));
  CHECK(tries.is_due(tries.next_try_at_ms));
}

TEST_CASE("A target fails since the first failure in a row; what works has none") {
  TargetTries tries;
  tries.fail(why(), k_now_ms, k_minutes);
  tries.fail(why(), k_now_ms + 60'000, k_minutes);
  CHECK(tries.failing_since_ms == k_now_ms);
  CHECK(tries.failed_at_ms == k_now_ms + 60'000);
  CHECK(tries_words(tries) ==
        "; failed 2 times, the last 2026-11-18T11:07:40Z, next try 2026-11-18T11:09:40Z: no route "
        "to host");
  tries.succeed();
  CHECK(tries.failures == 0);
  CHECK(tries.is_due(0));
  CHECK(tries_words(tries).empty());
  tries.fail(why(), k_now_ms, k_minutes);
  CHECK(tries_words(tries).starts_with("; failed once, 2026-11-18T11:06:40Z, next try"));
}

TEST_CASE("Tries come back from JSON as they were; nonsense is as if nothing had failed") {
  TargetTries tries;
  tries.fail(why(), k_now_ms, k_minutes);
  tries.fail(why(), k_now_ms + 60'000, k_minutes);
  const TargetTries read = written_and_read(tries);
  CHECK(read.failures == 2);
  CHECK(read.failing_since_ms == tries.failing_since_ms);
  CHECK(read.failed_at_ms == tries.failed_at_ms);
  CHECK(read.next_try_at_ms == tries.next_try_at_ms);
  CHECK(read.error == tries.error);
  CHECK(written_and_read({}).failures == 0);
  for (const char* text : {"{}", R"({"failures":-1,"next_try_at":"2999-01-01T00:00:00Z"})",
                           R"({"failures":"two","error":7})", "[]"}) {
    CHECK(read_tries(parse_json(text).value()).is_due(0));
  }
}

TEST_CASE("What an older program recorded fails since its last failure") {
  const auto json = parse_json(R"({"failures":3,"failed_at":"2026-11-18T11:06:40Z"})").value();
  CHECK(read_tries(json).failing_since_ms == k_now_ms);
}

}  // namespace
}  // namespace kontor::backup
