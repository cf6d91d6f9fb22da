#include "base/metrics_text.h"

namespace kontor {
namespace {

constexpr std::int64_t k_us_per_s = 1'000'000;
constexpr std::size_t k_fraction_digits = 6;

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\' || (quotes && c == '"')) out.push_back('\\');
    if (c == '\n') out.append("\\n");
    else out.push_back(c);
  }
}

}  // namespace

std::string seconds_text(std::int64_t us) {
  const std::string sign = us < 0 ? "-" : "";
  const auto size = us < 0 ? -static_cast<std::uint64_t>(us) : static_cast<std::uint64_t>(us);
  std::string text = std::to_string(size / k_us_per_s);
  std::string fraction = std::to_string(size % k_us_per_s);
  fraction.insert(0, k_fraction_digits - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) text.append(".").append(fraction);
  return sign + text;
}

MetricsText& MetricsText::counter(std::string_view name, std::string_view help) {
  return family(name, help, "counter");
}

MetricsText& MetricsText::gauge(std::string_view name, std::string_view help) {
  return family(name, help, "gauge");
}

MetricsText& MetricsText::histogram(std::string_view name, std::string_view help) {
  return family(name, help, "histogram");
}

MetricsText& MetricsText::family(std::string_view name, std::string_view help,
                                 std::string_view type) {
  name_ = name;
  out_.append("# HELP ").append(name).append(" ");
  append_escaped(out_, help, false);
  out_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
  return *this;
}

MetricsText& MetricsText::value(std::int64_t value, Labels labels) {
  sample("", labels, "", std::to_string(value));
  return *this;
}

MetricsText& MetricsText::seconds_of_us(std::int64_t us, Labels labels) {
  sample("", labels, "", seconds_text(us));
  return *this;
}

// Buckets are read once, so that the last one and the count agree while others observe.
MetricsText& MetricsText::durations(const DurationHistogram& durations, Labels labels) {
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at < DurationHistogram::k_bounds_us.size(); ++at) {
    seen += durations.count(at);
    sample("_bucket", labels, seconds_text(DurationHistogram::k_bounds_us[at]),
           std::to_string(seen));
  }
  seen += durations.count(DurationHistogram::k_bounds_us.size());
  sample("_bucket", labels, "+Inf", std::to_string(seen));
  sample("_sum", labels, "", seconds_text(static_cast<std::int64_t>(durations.sum_us())));
  sample("_count", labels, "", std::to_string(seen));
  return *this;
}

void MetricsText::sample(std::string_view suffix, Labels labels, std::string_view bound,
                         std::string_view value) {
  out_.append(name_).append(suffix);
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view text) {
    out_.push_back(before);
    out_.append(name).append("=\"");
    append_escaped(out_, text, true);
    out_.push_back('"');
    before = ',';
  };
  for (const auto& [name, text] : labels) label(name, text);
  if (!bound.empty()) label("le", bound);
  if (before == ',') out_.push_back('}');
  out_.append(" ").append(value).append("\n");
}

}  // namespace kontor
