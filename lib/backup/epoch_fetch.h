// What a moment of one epoch needs, fetched from a target: back from the moment until a base is
// reached, by as few bundles as there are for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backup/archive_fetch.h"

namespace kontor::backup {

class EpochFetch {
 public:
  // `at_ms` as of find_point(); `backups` are those of the target. All must outlive it.
  EpochFetch(const FetchWish& wish, std::optional<std::int64_t> at_ms, const SegmentForm& form,
             const std::map<std::string, StoredFile>& backups);

  // `bundles` and those of what was `merged`, each in their order. nullopt: no base of this epoch
  // reaches the moment.
  Result<std::optional<ArchivePoint>> run(const std::string& epoch,
                                          std::vector<StoredBundle> bundles,
                                          std::vector<StoredBundle> merged);

 private:
  void cut(std::vector<StoredBundle>& bundles) const;
  bool is_before(const BundleName& name) const;
  Result<std::optional<ArchivePoint>> by_longest(const std::string& epoch,
                                                 std::vector<StoredBundle> parts);
  Result<void> fetch_next(const std::vector<StoredBundle>& parts, std::uint64_t last) const;
  Result<void> fetch_newest_bases(const std::vector<StoredBundle>& parts) const;
  Result<std::uint64_t> first_here(const std::string& epoch, std::uint64_t behind) const;
  Result<std::optional<ArchivePoint>> one_by_one(const std::string& epoch,
                                                 const std::vector<StoredBundle>& bundles);
  Result<std::optional<ArchivePoint>> try_bases(const std::string& name, bool is_last);
  bool is_usable(const Epoch& epoch, const Base& base, bool is_last) const;

  const FetchWish& wish_;
  const std::optional<std::int64_t> at_ms_;
  const SegmentForm& form_;
  const std::map<std::string, StoredFile>& backups_;
  std::set<std::string> tried_;
};

}  // namespace kontor::backup
