// Files of the continuous archive as they travel: some segments of one epoch, and the records that
// belong to them, in one tar. Sealed segments stay sealed; the records hold names, times and
// hashes.
//
// The name says what is in it, "archive-<epoch>-<sequence>-<second>-<hash>.tar": the last segment
// and its second, and the beginning of the tar's SHA-256, so that no name ever means two contents.
// Names of one epoch sort by what follows what. Two bundles may hold the same file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/archive_folder.h"
#include "base/result.h"

namespace kontor::backup {

inline constexpr std::string_view k_bundle_beginning = "archive-";

struct BundleName {
  std::string epoch;
  std::uint64_t last_sequence = 0;  // 0: no segment yet
  std::int64_t last_ms = 0;         // a whole second
  std::string digest;               // 8 hexadecimal digits

  std::string text() const;
  // nullopt: the name of something else.
  static std::optional<BundleName> parse(std::string_view text);
};

// Writes a bundle of `files` of the folder of `epoch` into `folder`; its path.
Result<std::filesystem::path> write_bundle(const std::filesystem::path& folder,
                                           const std::filesystem::path& epoch,
                                           const std::vector<std::string>& files,
                                           std::uint64_t last_sequence, std::int64_t last_ms);

// Puts what is in it into `archive`/<epoch>/. Code::verification_failed (kind bundle_damaged) for
// anything that write_bundle() would not have written; nothing is ever written elsewhere.
Result<void> unpack_bundle(const std::filesystem::path& bundle,
                           const std::filesystem::path& archive);

}  // namespace kontor::backup
