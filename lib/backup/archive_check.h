// Whether the continuous archive is what it says, all of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

struct ArchiveReport {
  std::int64_t epochs = 0;
  std::int64_t segments = 0;
  std::int64_t bytes = 0;
  std::vector<std::string> findings;
};

// Reads every segment of every epoch, holds each against the one before it, and what is merged
// against what it was made of, where that is there; looks whether every base is still there.
Result<ArchiveReport> check_archive(const std::filesystem::path& archive,
                                    const std::filesystem::path& backups, const SegmentForm& form);

// Behind which segment the chain of `epoch` is known to go on.
std::uint64_t known_end(const Epoch& epoch, const std::optional<CleanEnd>& end);

}  // namespace kontor::backup
