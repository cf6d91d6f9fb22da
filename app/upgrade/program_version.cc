#include "upgrade/program_version.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_longest_version = 64;

bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= k_longest_version &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '+' || c == '~';
         });
}

// The number at the beginning, which is taken off, with the point behind it. 0: there is none.
std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with('.')) text.remove_prefix(1);
  return number;
}

bool begins_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

int sign(std::int64_t number) { return number < 0 ? -1 : number > 0 ? 1 : 0; }

}  // namespace

Result<ProgramVersion> parse_program_version(std::string_view json) {
  const Json document = TRY(parse_json(json));
  const Json* version = document.find("version");
  const Json* schema = document.find("schema");
  const Json* newest = schema == nullptr ? nullptr : schema->find("to");
  if (version == nullptr || version->string() == nullptr || !is_version(*version->string()) ||
      newest == nullptr || newest->integer() == nullptr || *newest->integer() < 1) {
    return Error{.code = Code::malformed, .message = "It does not say its version and schema."};
  }
  return ProgramVersion{*version->string(), *newest->integer()};
}

int compare_versions(std::string_view left, std::string_view right) {
  while (begins_with_digit(left) || begins_with_digit(right)) {
    const std::int64_t difference = sign(take_number(left) - take_number(right));
    if (difference != 0) return static_cast<int>(difference);
  }
  if (left.empty() || right.empty()) return static_cast<int>(left.empty()) - right.empty();
  return sign(left.compare(right));
}

std::string unit_of_cgroup(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find("/user@") != std::string_view::npos) continue;
    const std::size_t slash = line.rfind('/');
    if (slash == std::string_view::npos) continue;
    line.remove_prefix(slash + 1);
    if (line.ends_with(".service") && is_unit_name(line)) return std::string(line);
  }
  return {};
}

bool is_unit_name(std::string_view name) {
  constexpr std::string_view allowed = ":_.@-\\";
  return !name.empty() && name.front() != '-' && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  allowed.find(c) != std::string_view::npos;
         });
}

}  // namespace kontor::app
