#include "backup/epoch_fetch.h"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

namespace kontor::backup {
namespace {

bool is_here(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

// Others can do for what is damaged or gone.
bool is_lost(const Error& error) {
  return error.code == Code::verification_failed || error.code == Code::not_found;
}

std::vector<StoredBundle>::iterator longest(std::vector<StoredBundle>& parts,
                                            std::uint64_t behind) {
  auto longest = parts.end();
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    if (part->name.first_sequence > behind || part->name.last_sequence < behind) continue;
    if (longest == parts.end() || part->name.first_sequence < longest->name.first_sequence) {
      longest = part;
    }
  }
  return longest;
}

// nullopt: it is not.
Result<std::optional<ArchivePoint>> if_whole(ArchivePoint point, const SegmentForm& form) {
  const auto whole = check_segments(point, form);
  if (whole.ok()) return std::optional<ArchivePoint>(std::move(point));
  if (!is_lost(whole.error())) return whole.error();
  return std::optional<ArchivePoint>();
}

}  // namespace

EpochFetch::EpochFetch(const FetchWish& wish, std::optional<std::int64_t> at_ms,
                       const SegmentForm& form, const std::map<std::string, StoredFile>& backups)
    : wish_(wish), at_ms_(at_ms), form_(form), backups_(backups) {}

Result<std::optional<ArchivePoint>> EpochFetch::run(const std::string& epoch,
                                                    std::vector<StoredBundle> bundles,
                                                    std::vector<StoredBundle> merged) {
  if (!merged.empty()) {
    merged.insert(merged.end(), bundles.begin(), bundles.end());
    auto found = TRY(by_longest(epoch, std::move(merged)));
    if (found) return found;
    tried_.clear();
  }
  cut(bundles);
  return one_by_one(epoch, bundles);
}

// What comes behind the first that ends after the moment is not needed.
void EpochFetch::cut(std::vector<StoredBundle>& bundles) const {
  if (!at_ms_) return;
  const auto end = std::find_if(bundles.begin(), bundles.end(), [&](const StoredBundle& bundle) {
    return !is_before(bundle.name);
  });
  if (end != bundles.end()) bundles.erase(end + 1, bundles.end());
}

bool EpochFetch::is_before(const BundleName& name) const {
  return !at_ms_ || name.last_ms < *at_ms_;
}

// Backwards, each time the bundle that goes back furthest. nullopt: it cannot be done so.
Result<std::optional<ArchivePoint>> EpochFetch::by_longest(const std::string& epoch,
                                                           std::vector<StoredBundle> parts) {
  std::uint64_t behind = 0;  // the last one that is needed still
  for (const StoredBundle& part : parts) {
    if (is_before(part.name)) behind = std::max(behind, part.name.last_sequence);
  }
  TRY(fetch_next(parts, behind));
  std::erase_if(parts, [&](const StoredBundle& part) { return !is_before(part.name); });
  TRY(fetch_newest_bases(parts));
  while (behind > 0) {
    const std::uint64_t first = TRY(first_here(epoch, behind));
    if (first <= behind) {
      behind = first - 1;
      auto found = TRY(try_bases(epoch, behind == 0));
      if (found) return if_whole(*std::move(found), form_);
      continue;
    }
    const auto part = longest(parts, behind);
    if (part == parts.end()) break;
    const auto fetched = fetch_bundle(wish_, part->file);
    const bool is_enough = fetched.ok() || (part->name.is_merged && is_lost(fetched.error()));
    if (!is_enough) return fetched.error();
    parts.erase(part);
  }
  return std::optional<ArchivePoint>();
}

// What follows the moment, so that a gap between shows: a small one if there is one.
Result<void> EpochFetch::fetch_next(const std::vector<StoredBundle>& parts,
                                    std::uint64_t last) const {
  const StoredBundle* next = nullptr;
  for (const StoredBundle& part : parts) {
    if (is_before(part.name) || part.name.last_sequence <= last) continue;
    const auto rank = [&](const BundleName& name) {
      return std::make_tuple(std::max(name.first_sequence, last + 1), name.is_merged,
                             name.last_sequence);
    };
    if (next == nullptr || rank(part.name) < rank(next->name)) next = &part;
  }
  return next == nullptr ? Result<void>() : fetch_bundle(wish_, next->file);
}

// Records of bases travel with what was merged, but for the newest.
Result<void> EpochFetch::fetch_newest_bases(const std::vector<StoredBundle>& parts) const {
  std::uint64_t merged_until = 0;
  for (const StoredBundle& part : parts) {
    if (part.name.is_merged) merged_until = std::max(merged_until, part.name.last_sequence);
  }
  for (const StoredBundle& part : parts) {
    const bool is_empty = part.name.first_sequence > part.name.last_sequence;
    if (is_empty && part.name.last_sequence >= merged_until) TRY(fetch_bundle(wish_, part.file));
  }
  return {};
}

// Up to `behind` all from this one on are here, and of use for the moment.
Result<std::uint64_t> EpochFetch::first_here(const std::string& epoch, std::uint64_t behind) const {
  std::uint64_t first = behind + 1;
  const std::filesystem::path folder = wish_.archive() / epoch;
  if (!is_here(folder)) return first;
  const Epoch here = TRY(read_epoch(folder));
  for (auto file = here.segments.rbegin(); file != here.segments.rend(); ++file) {
    if (at_ms_ && file->second_ms >= *at_ms_) continue;
    if (file->sequence + 1 >= first) first = std::min(first, file->first_sequence);
  }
  return first;
}

Result<std::optional<ArchivePoint>> EpochFetch::one_by_one(
    const std::string& epoch, const std::vector<StoredBundle>& bundles) {
  for (std::size_t at = bundles.size(); at-- > 0;) {
    TRY(fetch_bundle(wish_, bundles[at].file));
    auto found = try_bases(epoch, at == 0);
    if (!found.ok() || *found) return found;
  }
  return std::optional<ArchivePoint>();
}

Result<std::optional<ArchivePoint>> EpochFetch::try_bases(const std::string& name, bool is_last) {
  const auto epochs = TRY(list_epochs(wish_.archive()));
  const auto epoch =
      std::find_if(epochs.begin(), epochs.end(), [&](const Epoch& e) { return e.name == name; });
  if (epoch == epochs.end()) return std::optional<ArchivePoint>();
  for (auto base = epoch->bases.rbegin(); base != epoch->bases.rend(); ++base) {
    if (!is_usable(*epoch, *base, is_last) || !tried_.insert(base->id).second) continue;
    if (!is_here(wish_.backups() / base->backup)) TRY(fetch_backup(wish_, base->backup));
    auto point = find_point(wish_.archive(), wish_.backups(), at_ms_, form_);
    if (point.ok() && point->epoch == name) return std::optional<ArchivePoint>(*std::move(point));
    if (!point.ok() && point.error().kind != "no_archive_point") return std::move(point).error();
  }
  return std::optional<ArchivePoint>();
}

// All segments upon it are here, or nothing more can come.
bool EpochFetch::is_usable(const Epoch& epoch, const Base& base, bool is_last) const {
  if (backups_.count(base.backup) == 0) return false;
  if (at_ms_ && base.taken_at_ms > *at_ms_ && !is_last) return false;
  if (is_last || epoch.segments.empty()) return true;
  const auto first = std::min_element(epoch.segments.begin(), epoch.segments.end(),
                                      [](const SegmentFile& a, const SegmentFile& b) {
                                        return a.first_sequence < b.first_sequence;
                                      });
  return first->first_sequence <= base.place.sequence + 1;
}

}  // namespace kontor::backup
