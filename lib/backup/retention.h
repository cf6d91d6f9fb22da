// Which backups stay, and why. A pure function of their times.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "backup/catalogue.h"

namespace kontor::backup {

// How many of each: the newest ones, and the newest one of each of the newest days, weeks (from
// Monday) and months that have one. Times are UTC.
struct Retention {
  std::int64_t last = 7;
  std::int64_t daily = 30;
  std::int64_t weekly = 12;
  std::int64_t monthly = 12;
  std::vector<std::string> needed = {};  // names that stay: the archive is nothing without them
};

struct Verdict {
  Entry entry;
  bool keep = true;
  std::string reason;  // "last 2, daily 2026-11-21", "older than all that is kept"
};

// In the order of `entries`, which are newest first. The newest one with a manifest stays whatever
// `retention` says, and so does `proven`, the name of the last one that a drill restored; one
// without a manifest stays until a person has looked at it. One that is sealed and that no key here
// opens counts like the others, by the time in its name.
std::vector<Verdict> judge(const std::vector<Entry>& entries, const Retention& retention,
                           const std::string& proven);

struct Pruned {
  std::vector<Verdict> verdicts;
  std::int64_t removed = 0;
  std::int64_t freed_bytes = 0;
};

// Removes what judge() does not keep; with `dry_run` only tells. Safe beside other processes.
Result<Pruned> prune(const std::filesystem::path& folder, const Retention& retention,
                     const std::string& proven, bool dry_run, const Keyring& keys = {});

}  // namespace kontor::backup
