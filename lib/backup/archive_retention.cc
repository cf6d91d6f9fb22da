#include "backup/archive_retention.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <set>
#include <system_error>

#include "backup/durable_file.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

// A base holds the moment at which its copy began, which is soon after taken_at_ms.
constexpr std::int64_t k_copy_begins_ms = 10LL * 60 * 1000;

class Planning {
 public:
  Planning(const std::vector<Epoch>& epochs,
           const std::function<bool(const std::string& backup)>& is_there)
      : epochs_(epochs), is_there_(is_there) {}

  ArchivePlan run(std::int64_t keep_from_ms) {
    find_oldest(keep_from_ms);
    for (std::size_t at = 0; at < epochs_.size(); ++at) {
      if (oldest_ != nullptr && at < oldest_epoch_) drop(epochs_[at]);
      else if (oldest_ != nullptr && at == oldest_epoch_) cut(epochs_[at], *oldest_);
      else keep(epochs_[at]);
    }
    return std::move(plan_);
  }

 private:
  // The newest base that every moment that stays is behind.
  void find_oldest(std::int64_t keep_from_ms) {
    for (std::size_t at = 0; at < epochs_.size(); ++at) {
      for (const Base& base : epochs_[at].bases) {
        if (base.taken_at_ms + k_copy_begins_ms > keep_from_ms || !is_there_(base.backup)) continue;
        oldest_ = &base;
        oldest_epoch_ = at;
      }
    }
  }

  void drop(const Epoch& epoch) {
    plan_.goes.push_back({epoch.folder, "ended before all that is kept",
                          static_cast<std::int64_t>(epoch.segments.size()), epoch.bytes()});
  }

  void cut(const Epoch& epoch, const Base& oldest) {
    for (const SegmentFile& segment : epoch.segments) {
      if (segment.sequence > oldest.place.sequence) break;
      plan_.goes.push_back({segment.file, "older than all that is kept", 1, segment.bytes});
    }
    keep(epoch, &oldest);
  }

  // With its first base every moment of an epoch can be restored; a later one that is gone is
  // missed by nobody.
  void keep(const Epoch& epoch, const Base* first = nullptr) {
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
  const std::function<bool(const std::string& backup)>& is_there_;
  const Base* oldest_ = nullptr;
  std::size_t oldest_epoch_ = 0;
  ArchivePlan plan_;
};

}  // namespace

ArchivePlan plan_pruning(const std::vector<Epoch>& epochs, std::int64_t keep_from_ms,
                         const std::function<bool(const std::string& backup)>& is_there) {
  return Planning(epochs, is_there).run(keep_from_ms);
}

Result<ArchivePlan> plan_archive_pruning(const std::filesystem::path& archive,
                                         const std::filesystem::path& backups,
                                         std::int64_t keep_from_ms) {
  const std::vector<Epoch> epochs = TRY(list_epochs(archive));
  return plan_pruning(epochs, keep_from_ms, [&](const std::string& backup) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(backups / backup, ignored);
  });
}

// What is older goes first: a process that is killed in between leaves an archive that begins
// later.
Result<void> prune_archive(const ArchivePlan& plan) {
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
  return {};
}

}  // namespace kontor::backup
