// Segments in their files: as they are, or sealed.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "backup/seal_keyring.h"
#include "backup/segment.h"
#include "base/result.h"

namespace kontor::backup {

// What stands between a segment and its file: nothing, or encryption. Either both or neither.
struct SegmentForm {
  std::function<Result<std::string>(std::string bytes)> seal = {};
  std::function<Result<std::string>(std::string bytes, const std::string& name)> open = {};
};

// Seals for `recipients`, if there are any; opens what `keys` open, and what is not sealed.
SegmentForm segment_form(const Recipients& recipients, const Keyring& keys);

// Durable, and under its name only when it is whole.
Result<void> write_segment(const std::filesystem::path& file, std::string bytes,
                           const SegmentForm& form);
Result<Segment> read_segment(const std::filesystem::path& file, const SegmentForm& form);

}  // namespace kontor::backup
