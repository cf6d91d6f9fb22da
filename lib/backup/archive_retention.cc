#include "backup/archive_retention.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <set>
#include <system_error>

#include "backup/archive_merging.h"
#include "backup/durable_file.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

// A base holds the moment at which its copy began, which is soon after taken_at_ms.
constexpr std::int64_t k_copy_begins_ms = 10LL * 60 * 1000;
constexpr std::int64_t k_day_ms = 24 * k_hour_ms;

// The moments that stay.
class Promise {
 public:
  explicit Promise(const ArchiveKeep& keep)
      : levels_{{{1'000, keep.now_ms - keep.seconds_days * k_day_ms},
                 {k_minutes_ms, keep.now_ms - keep.minutes_days * k_day_ms},
                 {k_hour_ms, keep.now_ms - keep.hours_days * k_day_ms}}} {}

  // Is there one behind `from_ms`, and not behind `to_ms`? A moment is a multiple of its level's
  // step, and what was committed before it.
  bool is_between(std::int64_t from_ms, std::int64_t to_ms) const {
    return std::any_of(levels_.begin(), levels_.end(), [&](const Level& level) {
      const std::int64_t last_ms = to_ms / level.step_ms * level.step_ms;
      return last_ms > from_ms && last_ms >= level.from_ms;
    });
  }
  std::int64_t first_ms() const {
    return std::min({levels_[0].from_ms, levels_[1].from_ms, levels_[2].from_ms});
  }
  std::int64_t seconds_from_ms() const { return levels_[0].from_ms; }
  std::int64_t minutes_from_ms() const { return levels_[1].from_ms; }

 private:
  struct Level {
    std::int64_t step_ms;
    std::int64_t from_ms;
  };
  std::array<Level, 3> levels_;
};

class Planning {
 public:
  Planning(const std::vector<Epoch>& epochs, const ArchiveKeep& keep,
           const std::function<bool(const std::string& backup)>& is_there)
      : epochs_(epochs), promise_(keep), is_there_(is_there) {}

  ArchivePlan run() {
    find_oldest();
    for (std::size_t at = 0; at < epochs_.size(); ++at) {
      const Epoch& epoch = epochs_[at];
      const bool is_last = at + 1 == epochs_.size();
      if (at < oldest_epoch_) {
        drop(epoch, "ended before all that is kept");
      } else if (!is_last && has_base(epoch) &&
                 !promise_.is_between(epoch.began_ms, epochs_[at + 1].began_ms)) {
        drop(epoch, "no moment that is kept lies in it");
      } else {
        keep(epoch, at == oldest_epoch_ ? oldest_ : nullptr);
      }
    }
    for (auto& [reason, share] : stays_) plan_.stays.push_back(std::move(share));
    return std::move(plan_);
  }

 private:
  // The newest base that every moment that stays is behind.
  void find_oldest() {
    for (std::size_t at = 0; at < epochs_.size(); ++at) {
      for (const Base& base : epochs_[at].bases) {
        const bool is_before = base.taken_at_ms + k_copy_begins_ms <= promise_.first_ms();
        if (!is_before || !is_there_(base.backup)) continue;
        oldest_ = &base;
        oldest_epoch_ = at;
      }
    }
  }

  bool has_base(const Epoch& epoch) const {
    return std::any_of(epoch.bases.begin(), epoch.bases.end(),
                       [&](const Base& base) { return is_there_(base.backup); });
  }

  void drop(const Epoch& epoch, const char* reason) {
    plan_.goes.push_back(
        {epoch.folder, reason, static_cast<std::int64_t>(epoch.segments.size()), epoch.bytes()});
  }

  void keep(const Epoch& epoch, const Base* first) {
    std::vector<const SegmentFile*> merged;
    for (const SegmentFile& file : epoch.segments) {
      if (file.is_merged()) merged.push_back(&file);
    }
    const bool is_thinned = has_base(epoch);
    keep_bases(epoch, first);  // a record goes before the segments that it was for
    for (const SegmentFile& file : epoch.segments) {
      if (first != nullptr && file.sequence <= first->place.sequence) {
        plan_.goes.push_back({file.file, "older than all that is kept", 1, file.bytes});
      } else if (const SegmentFile* other = is_thinned ? instead_of(file, merged) : nullptr) {
        plan_.goes.push_back({file.file,
                              file.is_merged() ? "merged into an hour, and five minutes are not "
                                                 "told apart any more"
                                               : "merged, and seconds are not told apart any more",
                              1, file.bytes, other->file});
      } else {
        stay(file, is_thinned);
      }
    }
  }

  // One is merged within its hour, and by their ends the merged ones are in order.
  const SegmentFile* instead_of(const SegmentFile& file,
                                const std::vector<const SegmentFile*>& merged) const {
    auto at = std::partition_point(merged.begin(), merged.end(), [&](const SegmentFile* other) {
      return other->sequence < file.sequence;
    });
    for (; at != merged.end(); ++at) {
      const SegmentFile& other = **at;
      if (other.second_ms / k_hour_ms != file.second_ms / k_hour_ms) break;
      const bool does_more =
          other.first_sequence <= file.first_sequence &&
          other.sequence - other.first_sequence > file.sequence - file.first_sequence;
      // Within one second no moment tells them apart; they stay as long as others of their day.
      const bool is_past = other.second_ms < promise_.seconds_from_ms();
      if (does_more && is_past && !promise_.is_between(file.second_ms, other.second_ms)) {
        return &other;
      }
    }
    return nullptr;
  }

  void stay(const SegmentFile& file, bool has_base) {
    const char* reason = "merged: the last moments before a full hour";
    if (!has_base) reason = "no backup that they go upon is there: look why";
    else if (file.second_ms >= promise_.seconds_from_ms()) reason = "every second";
    else if (!file.is_merged()) reason = "single in their time, or no key here opens them to merge";
    else if (file.second_ms >= promise_.minutes_from_ms()) reason = "merged: every five minutes";
    ArchiveShare& share = stays_[reason];
    share.reason = reason;
    ++share.segments;
    share.bytes += file.bytes;
  }

  // With its first base every moment of an epoch can be restored; a later one that is gone is
  // missed by nobody.
  void keep_bases(const Epoch& epoch, const Base* first) {
    bool has_first = false;
    for (const Base& base : epoch.bases) {
      const bool is_before = first != nullptr && !has_first && &base != first;
      if (is_before) {
        forget(epoch, base, "older than all that is kept");
      } else if (is_there_(base.backup)) {
        if (!has_first) plan_.needed.push_back(base.backup);
        has_first = true;
      } else if (has_first) {
        forget(epoch, base, "its backup is gone, and an older one does");
      }
    }
  }

  void forget(const Epoch& epoch, const Base& base, const char* reason) {
    plan_.goes.push_back({epoch.folder / ("base-" + base.id + ".json"), reason, 0, 0});
  }

  const std::vector<Epoch>& epochs_;
  const Promise promise_;
  const std::function<bool(const std::string& backup)>& is_there_;
  const Base* oldest_ = nullptr;
  std::size_t oldest_epoch_ = 0;
  std::map<std::string, ArchiveShare> stays_;
  ArchivePlan plan_;
};

// Reads each file once that others go for.
class Substitutes {
 public:
  explicit Substitutes(const SegmentForm& form) : form_(form) {}

  bool is_sound(const std::filesystem::path& file) {
    const auto known = sound_.find(file);
    if (known != sound_.end()) return known->second;
    const auto segment = read_segment(file, form_);
    if (!segment.ok()) findings_.push_back(segment.error().message);
    return sound_.emplace(file, segment.ok()).first->second;
  }
  std::vector<std::string> findings() && { return std::move(findings_); }

 private:
  const SegmentForm& form_;
  std::map<std::filesystem::path, bool> sound_;
  std::vector<std::string> findings_;
};

}  // namespace

ArchivePlan plan_pruning(const std::vector<Epoch>& epochs, const ArchiveKeep& keep,
                         const std::function<bool(const std::string& backup)>& is_there) {
  return Planning(epochs, keep, is_there).run();
}

Result<ArchivePlan> plan_archive_pruning(const std::filesystem::path& archive,
                                         const std::filesystem::path& backups,
                                         const ArchiveKeep& keep) {
  const std::vector<Epoch> epochs = TRY(list_epochs(archive));
  return plan_pruning(epochs, keep, [&](const std::string& backup) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(backups / backup, ignored);
  });
}

// What is older goes first: a process that is killed in between leaves an archive that begins
// later.
Result<std::vector<std::string>> prune_archive(ArchivePlan& plan, const SegmentForm& form) {
  Substitutes substitutes(form);
  std::erase_if(plan.goes, [&](const ArchiveVerdict& verdict) {
    return !verdict.instead.empty() && !substitutes.is_sound(verdict.instead);
  });
  std::set<std::filesystem::path> folders;
  for (const ArchiveVerdict& verdict : plan.goes) {
    std::error_code failure;
    std::filesystem::remove_all(verdict.path, failure);
    if (failure) {
      errno = failure.value();
      return file_error(verdict.path, "cannot be removed");
    }
    folders.insert(verdict.path.parent_path());
  }
  for (const std::filesystem::path& folder : folders) TRY(store::sync_folder(folder));
  return std::move(substitutes).findings();
}

}  // namespace kontor::backup
