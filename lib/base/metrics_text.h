// Writes figures in the text format of Prometheus (version 0.0.4).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/metrics.h"

namespace kontor {

// Samples follow the family that they belong to; a family stands there once. For one thread.
class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit MetricsText(std::string& out) : out_(out) {}

  // `name`: [a-z_:][a-z0-9_:]*, which ends in _total for what only grows; `help`: one sentence.
  MetricsText& counter(std::string_view name, std::string_view help);
  MetricsText& gauge(std::string_view name, std::string_view help);
  MetricsText& histogram(std::string_view name, std::string_view help);  // of seconds

  MetricsText& value(std::int64_t value, Labels labels = {});
  // Times go in as they are counted and come out in seconds.
  MetricsText& seconds_of_us(std::int64_t us, Labels labels = {});
  MetricsText& durations(const DurationHistogram& durations, Labels labels = {});

 private:
  MetricsText& family(std::string_view name, std::string_view help, std::string_view type);
  void sample(std::string_view suffix, Labels labels, std::string_view bound,
              std::string_view value);

  std::string& out_;
  std::string name_;
};

// 1500 → "0.0015"; without floating point.
std::string seconds_text(std::int64_t us);

}  // namespace kontor
