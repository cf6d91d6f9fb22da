// Files of the continuous archive as they travel: some segments of one epoch, and the records that
// belong to them, in one tar. Sealed segments stay sealed; the records hold names, times and
// hashes.
//
// The name says what is in it, "archive-<epoch>-<last>-<first>-<second>-<hash>.tar": the last and
// the first segment and the second of the last, and the beginning of the tar's SHA-256, so that no
// name ever means two contents. Names of one epoch sort by what follows what; the first is behind
// the last where there is no segment. Two bundles may hold the same file. What was merged travels
// once more, a file a bundle, so that a restore has little to fetch; that begins with "merged-".
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
inline constexpr std::string_view k_merged_beginning = "merged-";

struct BundleName {
  std::string epoch;
  bool is_merged = false;
  std::uint64_t first_sequence = 1;
  std::uint64_t last_sequence = 0;  // 0: no segment yet
  std::int64_t last_ms = 0;         // a whole second
  std::string digest = {};          // 8 hexadecimal digits

  std::string text() const;
  // nullopt: the name of something else.
  static std::optional<BundleName> parse(std::string_view text);
};

// Writes a bundle of `files` of the folder `epoch` into `folder`; its path. `name` lacks epoch and
// hash.
Result<std::filesystem::path> write_bundle(const std::filesystem::path& folder,
                                           const std::filesystem::path& epoch,
                                           const std::vector<std::string>& files, BundleName name);

// Puts what is in it into `archive`/<epoch>/. Code::verification_failed (kind bundle_damaged) for
// anything that write_bundle() would not have written; nothing is ever written elsewhere.
Result<void> unpack_bundle(const std::filesystem::path& bundle,
                           const std::filesystem::path& archive);

}  // namespace kontor::backup
