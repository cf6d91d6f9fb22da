#include "backup/retention.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "backup/durable_file.h"
#include "base/civil.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

// The Monday of a date's week.
Date week_of(const Date& date) { return add_days(date, -((weekday(date) + 6) % 7)); }

class Judging {
 public:
  Judging(const Retention& retention, const std::string& proven)
      : retention_(retention), proven_(proven) {}

  Verdict judge(const Entry& entry) {
    if (!entry.is_readable() && !entry.is_closed) {
      return {.entry = entry, .reason = "cannot be read; remove it by hand once you know why"};
    }
    reason_.clear();
    const std::int64_t day_ms = k_day_s * 1000;
    const Date date = civil_from_days(entry.taken_at_ms / day_ms);
    if (seen_++ == 0) add("the newest");
    if (seen_ <= retention_.last) add("last " + std::to_string(seen_));
    const std::string day = format_date(date);
    if (is_first_of(days_, day, retention_.daily)) add("daily " + day);
    const std::string week = format_date(week_of(date));
    if (is_first_of(weeks_, week, retention_.weekly)) add("weekly from " + week);
    const std::string month = day.substr(0, 7);
    if (is_first_of(months_, month, retention_.monthly)) add("monthly " + month);
    if (entry.name() == proven_) add("the last one proven");
    const auto& needed = retention_.needed;
    if (std::find(needed.begin(), needed.end(), entry.name()) != needed.end())
      add("a base of the archive");
    const bool keep = !reason_.empty();
    return {.entry = entry, .keep = keep, .reason = keep ? reason_ : "beyond all that is kept"};
  }

 private:
  void add(const std::string& reason) { reason_ += (reason_.empty() ? "" : ", ") + reason; }

  static bool is_first_of(std::set<std::string>& seen, const std::string& period,
                          std::int64_t most) {
    if (seen.contains(period) || static_cast<std::int64_t>(seen.size()) >= most) return false;
    seen.insert(period);
    return true;
  }

  const Retention& retention_;
  const std::string& proven_;
  std::int64_t seen_ = 0;
  std::set<std::string> days_, weeks_, months_;
  std::string reason_;
};

}  // namespace

std::vector<Verdict> judge(const std::vector<Entry>& entries, const Retention& retention,
                           const std::string& proven) {
  Judging judging(retention, proven);
  std::vector<Verdict> verdicts;
  verdicts.reserve(entries.size());
  for (const Entry& entry : entries) verdicts.push_back(judging.judge(entry));
  return verdicts;
}

Result<Pruned> prune(const std::filesystem::path& folder, const Retention& retention,
                     const std::string& proven, bool dry_run, const Keyring& keys) {
  TRY(make_folders(folder));
  const FileLock lock = TRY(FileLock::take(folder / ".lock"));
  const std::vector<Entry> entries = TRY(list_backups(folder, keys));
  Pruned pruned{.verdicts = judge(entries, retention, proven)};
  for (const Verdict& verdict : pruned.verdicts) {
    if (verdict.keep) continue;
    if (!dry_run && ::unlink(verdict.entry.file.c_str()) != 0 && errno != ENOENT) {
      return file_error(verdict.entry.file, "cannot be removed");
    }
    ++pruned.removed;
    pruned.freed_bytes += verdict.entry.bytes;
  }
  if (pruned.removed > 0 && !dry_run) TRY(store::sync_folder(folder));
  return pruned;
}

}  // namespace kontor::backup
