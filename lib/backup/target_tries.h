// How the tries to reach a target go: failures in a row, and when the next try is due. A value; it
// stands in the state of each way to a target (delivery.h, archive_shipping.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace kontor::backup {

// How long a target is left alone after a failure; after each further one twice as long.
struct TryPause {
  std::int64_t first_ms = 0;
  std::int64_t longest_ms = 0;
};

struct TargetTries {
  std::int64_t failures = 0;          // in a row; 0: the target works
  std::int64_t failing_since_ms = 0;  // the first of them
  std::int64_t failed_at_ms = 0;      // the last one
  std::int64_t next_try_at_ms = 0;    // 0: at once
  std::string error;                  // of the last one

  bool is_due(std::int64_t now_ms) const { return now_ms >= next_try_at_ms; }
  void succeed() { *this = {}; }
  void fail(const Error& why, std::int64_t now_ms, const TryPause& pause);
};

// The members "failures", "failing_since", "failed_at", "next_try_at" and "error", into an object
// that is open; and back. What cannot be read is as if nothing had failed.
void write_tries(JsonWriter& out, const TargetTries& tries);
TargetTries read_tries(const Json& object);

// "; failed 3 times, the last 2026-11-21T03:00:07Z, next try …: why", behind what a line says of a
// target. Empty if it works.
std::string tries_words(const TargetTries& tries);

// A moment as a member; null: never.
void write_instant(JsonWriter& out, std::string_view name, std::int64_t at_ms);

}  // namespace kontor::backup
