#include "base/time_zone.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "base/nearest.h"

namespace kontor {
namespace {

constexpr std::size_t k_name_bytes = 64;
constexpr std::size_t k_file_bytes = 64 * 1024;  // the largest of tzdata 2024 has 3.9 KB

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

bool is_name_part(std::string_view part) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+';
  };
  return !part.empty() && part.front() != '-' && std::all_of(part.begin(), part.end(), allowed);
}

// Becomes part of a path: no dots, no empty parts, nothing absolute.
bool is_zone_name(std::string_view name) {
  if (name.size() > k_name_bytes) return false;
  for (;;) {
    const std::size_t slash = name.find('/');
    if (!is_name_part(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

std::optional<CompiledZone> read_host_zone(const std::string& folder, std::string_view name) {
  if (folder.empty()) return std::nullopt;
  std::ifstream file(folder + "/" + std::string(name), std::ios::binary);
  std::string bytes(k_file_bytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return read_tzif(bytes);
}

std::optional<CompiledZone> find_zone(std::string_view name, const ZoneSources& sources) {
  if (name == "UTC") return CompiledZone{};
  if (is_zone_name(name)) {
    if (auto zone = read_host_zone(sources.host_folder, name)) return zone;
    if (const auto bytes = sources.pack.find(name)) return read_tzif(*bytes);
  }
  if (const auto posix = parse_posix_zone(name)) {
    return CompiledZone{.first_offset_s = 0, .changes = {}, .footer = posix};
  }
  return std::nullopt;
}

Error unknown_zone(std::string_view name, const ZoneSources& sources) {
  Error error{
      .code = Code::invalid, .message = "There is no such time zone.", .kind = "unknown_zone"};
  const auto names = sources.pack.names();
  if (const auto meant = nearest(name, names)) error.hint = *meant;
  return error;
}

}  // namespace

Result<TimeZone> TimeZone::load(std::string_view name, const ZoneSources& sources) {
  auto zone = find_zone(name, sources);
  if (!zone) return unknown_zone(name, sources);
  return TimeZone(std::string(name), std::move(*zone));
}

std::int32_t TimeZone::offset_at(std::int64_t at_s) const {
  const auto& changes = zone_.changes;
  const bool after_table = changes.empty() || at_s >= changes.back().at_s;
  if (after_table && zone_.footer) return zone_.footer->offset_at(at_s);
  const auto after =
      std::upper_bound(changes.begin(), changes.end(), at_s,
                       [](std::int64_t s, const ZoneChange& c) { return s < c.at_s; });
  return after == changes.begin() ? zone_.first_offset_s : std::prev(after)->offset_s;
}

std::int32_t TimeZone::offset_s(std::int64_t ms) const { return offset_at(floor_divide(ms, 1000)); }

Date TimeZone::local_date(std::int64_t ms) const {
  const std::int64_t at_s = floor_divide(ms, 1000);
  return civil_from_days(floor_divide(at_s + offset_at(at_s), k_day_s));
}

std::vector<ZoneChange> TimeZone::changes_between(std::int64_t from_s, std::int64_t to_s) const {
  std::vector<ZoneChange> found = {{.at_s = from_s, .offset_s = offset_at(from_s)}};
  const auto add = [&](const ZoneChange& change) {
    if (change.at_s > from_s && change.at_s <= to_s) found.push_back(change);
  };
  std::for_each(zone_.changes.begin(), zone_.changes.end(), add);
  const std::int64_t table_end_s =
      zone_.changes.empty() ? std::numeric_limits<std::int64_t>::min() : zone_.changes.back().at_s;
  if (!zone_.footer || to_s <= table_end_s) return found;
  for (const ZoneChange& change : zone_.footer->changes_near(from_s)) {
    if (change.at_s > table_end_s) add(change);
  }
  return found;
}

std::int64_t TimeZone::start_of_day_ms(const Date& date) const {
  // Between two changes local time only grows, so each stretch is asked for its first instant at
  // or after midnight. Two days on either side are more than any offset and any change.
  const std::int64_t midnight_s = days_from_civil(date) * k_day_s;
  const auto changes = changes_between(midnight_s - 2 * k_day_s, midnight_s + 2 * k_day_s);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::int64_t at_s = std::max(changes[i].at_s, midnight_s - changes[i].offset_s);
    if (i + 1 == changes.size() || at_s < changes[i + 1].at_s) return at_s * 1000;
  }
  return midnight_s * 1000;
}

}  // namespace kontor
