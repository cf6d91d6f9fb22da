// What lies in the folder of the continuous archive: epochs, their segments, and which backups they
// begin with. Names sort by time.
//
//   archive/<epoch>/epoch.json            when and why it began
//   archive/<epoch>/base-<id>.json        a backup that segments can be put upon
//   archive/<epoch>/<sequence>-<time>.seg segment.h; a merged one: <first>-<last>-<time>.seg
//   archive/end.json                      how the last server left it, if it ended cleanly
//
// Records end in "sha256" of all the text before it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/segment.h"
#include "backup/segment_form.h"
#include "base/result.h"

namespace kontor::backup {

struct SegmentFile {
  std::filesystem::path file;
  std::uint64_t first_sequence = 0;
  std::uint64_t sequence = 0;  // the last
  std::int64_t second_ms = 0;  // the second in which its last commit was made
  std::int64_t bytes = 0;
  bool is_merged() const { return first_sequence != sequence; }
};

// A place in a chain: behind the segment of this sequence; 0: before the first.
struct ChainPlace {
  std::uint64_t sequence = 0;
  std::uint64_t commit = 0;
  Sha256 hash{};
};

// A backup in whose database all commits up to `place` are, and none behind `ready_commit`: with
// the segments between them it is whole.
struct Base {
  std::string backup;  // its name in backups/
  std::string id;      // of its manifest
  std::int64_t taken_at_ms = 0;
  ChainPlace place;
  std::uint64_t ready_commit = 0;
};

struct Epoch {
  std::string name;
  std::filesystem::path folder;
  std::int64_t began_ms = 0;
  std::string why;
  // By their last sequence, of those with the same one the longest first; what is merged may lie
  // beside what it was made of.
  std::vector<SegmentFile> segments;
  std::vector<Base> bases;     // by commit
  std::int64_t bytes() const;  // of the segments
};

// How the last server left the archive, and the database's file with it: if that is as it was, the
// chain goes on.
struct CleanEnd {
  std::string epoch;
  ChainPlace place;
  std::int64_t last_ms = 0;
  std::string database;  // database_mark()
};

// Device, inode, size and times of the database's file: other ones if anybody wrote to it.
std::string database_mark(const std::filesystem::path& database);

// Oldest first. Code::verification_failed for a record in it that cannot be read.
Result<std::vector<Epoch>> list_epochs(const std::filesystem::path& archive);

// The folders of its epochs, oldest first, and what lies in one.
Result<std::vector<std::filesystem::path>> epoch_folders(const std::filesystem::path& archive);
Result<Epoch> read_epoch(const std::filesystem::path& folder);

// "2026-11-21T09-15-02Z-0badcafe", "000000000001-2026-11-21T09-15-02Z.seg", and of a merged one
// "000000000001-000000000300-2026-11-21T09-19-59Z.seg".
std::string epoch_name(std::int64_t began_ms, const std::string& id);
std::string segment_name(std::uint64_t first_sequence, std::uint64_t sequence,
                         std::int64_t last_ms);
// Without a path and a size. nullopt: the name of something else.
std::optional<SegmentFile> parse_segment_name(std::string_view name);

Result<void> write_epoch(const std::filesystem::path& folder, std::int64_t began_ms,
                         const std::string& why);
Result<void> write_base(const std::filesystem::path& folder, const Base& base);

Result<void> write_end(const std::filesystem::path& archive, const CleanEnd& end);
// nullopt: there is none, or none that can be read.
std::optional<CleanEnd> read_end(const std::filesystem::path& archive);
Result<void> remove_end(const std::filesystem::path& archive);

}  // namespace kontor::backup
