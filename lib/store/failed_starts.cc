#include "store/failed_starts.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

namespace kontor::store {
namespace {

constexpr std::size_t k_most = 3;
// Failures further apart are not a row. A service manager's restarts are seconds apart.
constexpr std::int64_t k_row_ms = 600'000;
constexpr std::size_t k_reason_bytes = 500;
constexpr const char* k_no_end = "the process ended in the middle of the start";

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  if (text.size() > k_reason_bytes) text.resize(k_reason_bytes);
  return text;
}

// "1790000000000 the reason"; a line that is cut off is no failure.
bool parse(const std::string& line, FailedStart& out) {
  const char* end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data(), end, out.at_ms);
  if (error != std::errc() || rest == end || *rest != ' ') return false;
  out.reason.assign(rest + 1, end);
  return true;
}

}  // namespace

FailedStarts::FailedStarts(const std::filesystem::path& database)
    : file_(database.string() + "-failures") {}

std::vector<FailedStart> FailedStarts::list() const {
  std::vector<FailedStart> failures;
  std::ifstream file(file_);
  FailedStart failure;
  for (std::string line; std::getline(file, line);) {
    if (parse(line, failure)) failures.push_back(failure);
  }
  return failures;
}

bool FailedStarts::are_too_many() const { return list().size() >= k_most; }

void FailedStarts::begin(std::int64_t now_ms) const { add(now_ms, k_no_end); }

void FailedStarts::end() const {
  std::vector<FailedStart> failures = list();
  if (failures.empty() || failures.back().reason != k_no_end) return;
  failures.pop_back();
  write(failures);
}

void FailedStarts::end(const std::string& reason) const {
  std::vector<FailedStart> failures = list();
  if (failures.empty() || failures.back().reason != k_no_end) return;
  failures.back().reason = one_line(reason);
  write(failures);
}

void FailedStarts::add(std::int64_t now_ms, const std::string& reason) const {
  std::vector<FailedStart> failures = list();
  std::erase_if(failures, [now_ms](const FailedStart& failure) {
    return std::llabs(now_ms - failure.at_ms) > k_row_ms;  // the clock may have been set back, too
  });
  failures.push_back({now_ms, one_line(reason)});
  write(failures);
}

void FailedStarts::forget() const {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

void FailedStarts::write(const std::vector<FailedStart>& failures) const {
  if (failures.empty()) return forget();
  const std::filesystem::path fresh = file_.string() + ".new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    for (const auto& [at_ms, reason] : failures) file << at_ms << ' ' << reason << '\n';
    if (!file.flush()) return;
  }
  std::error_code ignored;
  std::filesystem::rename(fresh, file_, ignored);
}

std::string describe(const std::vector<FailedStart>& failures) {
  if (failures.empty()) return {};
  return "The disk failed " + std::to_string(failures.size()) +
         " times in a row, last: " + failures.back().reason +
         (failures.back().reason.ends_with('.') ? "" : ".");
}

}  // namespace kontor::store
