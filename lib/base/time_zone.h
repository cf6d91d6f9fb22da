// Time zones without libc's: "today" and the edges of days in the organisation's zone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/civil.h"
#include "base/result.h"
#include "base/tzif.h"
#include "base/zone_pack.h"

namespace kontor {

// Where zones are looked up: the host's folder first, as it gets updates, then the pack.
struct ZoneSources {
  std::string host_folder = "/usr/share/zoneinfo";  // empty: never look at the host
  ZonePack pack = ZonePack::embedded();
};

// One zone with its whole history. Immutable: any number of threads may share it.
class TimeZone {
 public:
  // UTC.
  TimeZone() = default;

  // "Asia/Ho_Chi_Minh", "UTC", or a POSIX string such as "<+07>-7". Code::invalid if unknown, with
  // the nearest name as hint.
  static Result<TimeZone> load(std::string_view name, const ZoneSources& sources = {});

  const std::string& name() const { return name_; }

  // Seconds to add to UTC at that instant.
  std::int32_t offset_s(std::int64_t ms) const;

  // The date on the wall at that instant.
  Date local_date(std::int64_t ms) const;

  // The first instant at which the wall shows `date`. Where clocks are set at midnight this is not
  // 00:00; a date that the zone skipped starts with the next.
  std::int64_t start_of_day_ms(const Date& date) const;

 private:
  TimeZone(std::string name, CompiledZone zone) : name_(std::move(name)), zone_(std::move(zone)) {}
  std::int32_t offset_at(std::int64_t at_s) const;
  // Offset at `from_s` as a first change, then every change up to `to_s`.
  std::vector<ZoneChange> changes_between(std::int64_t from_s, std::int64_t to_s) const;

  std::string name_ = "UTC";
  CompiledZone zone_;
};

}  // namespace kontor
