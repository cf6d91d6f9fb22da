// What the disk of power_cut_vfs.h does not see: files of a data directory that get their names
// whole.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/power_cut_vfs.h"

namespace kontor::test {

// The files of archive/ and backups/ as they get their names, and as they go.
class FolderWatch {
 public:
  explicit FolderWatch(std::filesystem::path root) : root_(std::move(root)) {}

  void look(std::vector<DiskEvent>& events) {
    Names found;
    // Records first: what a record names was there before it, so the later look finds it, too.
    collect(root_ / "archive", found);
    collect(root_ / "backups", found);
    std::vector<std::pair<std::string, Stamp>> fresh;
    for (const auto& [name, stamp] : found) {
      const auto known = known_.find(name);
      if (known == known_.end() || known->second != stamp) fresh.emplace_back(name, stamp);
    }
    std::ranges::sort(fresh, {}, [](const auto& file) {
      return std::tuple(file.second.named_ns, rank_of(file.first), file.first);
    });
    for (const auto& [name, stamp] : fresh) {
      events.push_back(
          {.kind = DiskEvent::Kind::appear, .file = name, .bytes = bytes_of(root_ / name)});
    }
    for (const auto& [name, stamp] : known_) {
      if (!found.contains(name)) events.push_back({.kind = DiskEvent::Kind::vanish, .file = name});
    }
    known_ = std::move(found);
  }

 private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t named_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  using Names = std::map<std::string, Stamp>;

  // What comes before what if the clock of the files, which ticks every few milliseconds, does not
  // tell: a record names what is there already.
  static int rank_of(const std::string& name) {
    if (name.starts_with("backups/")) return 0;
    if (name.ends_with("epoch.json")) return 1;
    if (name.ends_with(".seg")) return 2;
    return name.ends_with("end.json") ? 4 : 3;
  }

  // Not what has no name of its own yet.
  void collect(const std::filesystem::path& folder, Names& found) const {
    for (const auto& item : std::filesystem::directory_iterator(folder)) {
      const std::string name = item.path().lexically_relative(root_);
      if (name.find(".new-") != std::string::npos || name.find("/.") != std::string::npos) continue;
      struct stat entry {};
      if (::stat(item.path().c_str(), &entry) != 0) continue;
      if (S_ISDIR(entry.st_mode)) collect(item.path(), found);
      else found[name] = {entry.st_ino, nanoseconds_of(entry.st_ctim)};
    }
  }

  static std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  static std::int64_t nanoseconds_of(const timespec& time) {
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
  }

  const std::filesystem::path root_;
  Names known_;
};

}  // namespace kontor::test
