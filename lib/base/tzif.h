// Reads compiled time zones (RFC 8536), versions 2 and later.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/posix_zone.h"

namespace kontor {

struct CompiledZone {
  std::int32_t first_offset_s = 0;  // before the first change
  std::vector<ZoneChange> changes;  // ascending
  std::optional<PosixZone> footer;  // after the last change
};

// nullopt: cut short, not version 2, leap seconds counted, or otherwise not to be trusted.
std::optional<CompiledZone> read_tzif(std::string_view bytes);

}  // namespace kontor
