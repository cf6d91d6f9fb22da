#include "backup/target_tries.h"

#include <algorithm>

#include "base/civil.h"

namespace kontor::backup {
namespace {

std::int64_t pause_after(std::int64_t failures, const TryPause& rule) {
  std::int64_t pause = rule.first_ms;
  for (std::int64_t i = 1; i < failures && pause < rule.longest_ms; ++i) pause *= 2;
  return std::min(pause, rule.longest_ms);
}

std::int64_t instant_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (value == nullptr || value->string() == nullptr) return 0;
  return parse_instant(*value->string()).value_or(0);
}

std::string to_the_second(std::int64_t ms) { return format_instant(ms).substr(0, 19) + "Z"; }

}  // namespace

void TargetTries::fail(const Error& why, std::int64_t now_ms, const TryPause& pause) {
  if (failures == 0) failing_since_ms = now_ms;
  ++failures;
  failed_at_ms = now_ms;
  next_try_at_ms = now_ms + pause_after(failures, pause);
  error = why.message;
}

void write_instant(JsonWriter& out, std::string_view name, std::int64_t at_ms) {
  out.key(name);
  if (at_ms > 0) out.string(format_instant(at_ms));
  else out.null();
}

void write_tries(JsonWriter& out, const TargetTries& tries) {
  out.key("failures").integer(tries.failures);
  write_instant(out, "failing_since", tries.failing_since_ms);
  write_instant(out, "failed_at", tries.failed_at_ms);
  write_instant(out, "next_try_at", tries.next_try_at_ms);
  out.key("error").string(tries.error);
}

TargetTries read_tries(const Json& object) {
  TargetTries tries;
  const Json* failures = object.find("failures");
  if (failures == nullptr || failures->integer() == nullptr || *failures->integer() <= 0) {
    return tries;
  }
  tries.failures = *failures->integer();
  tries.failed_at_ms = instant_of(object, "failed_at");
  tries.failing_since_ms = instant_of(object, "failing_since");
  if (tries.failing_since_ms == 0) tries.failing_since_ms = tries.failed_at_ms;
  tries.next_try_at_ms = instant_of(object, "next_try_at");
  const Json* error = object.find("error");
  if (error != nullptr && error->string() != nullptr) tries.error = *error->string();
  return tries;
}

std::string tries_words(const TargetTries& tries) {
  if (tries.failures == 0) return {};
  const std::string times =
      tries.failures == 1 ? "once, " : std::to_string(tries.failures) + " times, the last ";
  return "; failed " + times + to_the_second(tries.failed_at_ms) + ", next try " +
         to_the_second(tries.next_try_at_ms) + ": " + tries.error;
}

}  // namespace kontor::backup
