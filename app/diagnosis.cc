#include "diagnosis.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "archiving.h"
#include "base/civil.h"
#include "base/master_key.h"
#include "composition.h"
#include "crm/accounts/key_check.h"
#include "crm/invariants.h"
#include "crm/schema_check.h"
#include "read_only.h"
#include "store/disk_reserve.h"
#include "store/failed_starts.h"
#include "store/identity.h"
#include "store/migration_history.h"
#include "store/start_check.h"

namespace kontor::app {
namespace {

// The sources are of 2026; an earlier clock is wrong, and so is one that is ten years ahead.
constexpr std::int64_t k_earliest_ms = 1'767'225'600'000;  // 2026-01-01
constexpr std::int64_t k_latest_ms = k_earliest_ms + 10LL * 366 * 86'400'000;
constexpr std::int64_t k_disk_attention_bytes = 1024LL * 1024 * 1024;
constexpr std::int64_t k_archive_behind_ms = 300'000;
constexpr std::int64_t k_disk_broken_bytes = 64LL * 1024 * 1024;

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return text.data();
}

struct Expected {
  std::filesystem::path path;
  mode_t mode;
  bool must_exist;
};

void check_entry(const Expected& expected, Finding& finding) {
  struct stat entry {};
  if (::stat(expected.path.c_str(), &entry) != 0) {
    if (!expected.must_exist) return;
    finding.verdict = Verdict::broken;
    finding.details.push_back(expected.path.string() + " is not there");
    return;
  }
  if (entry.st_uid != ::geteuid()) {
    finding.verdict = Verdict::broken;
    finding.details.push_back(expected.path.string() + " belongs to user " +
                              std::to_string(entry.st_uid));
  }
  if ((entry.st_mode & 077 & ~expected.mode) != 0) {
    finding.verdict = Verdict::broken;
    finding.details.push_back(expected.path.string() + " has mode " + octal(entry.st_mode) +
                              ", which lets others in");
  }
}

Finding check_directory(const std::filesystem::path& data, const std::string& credentials) {
  Finding finding{.name = "directory",
                  .meaning = "The data directory and its files belong to this user alone."};
  const bool needs_key = master_key_place(data / "master.key", credentials) == data / "master.key";
  const std::array<Expected, 8> entries = {{{data, 0700, true},
                                            {data / "kontor.db", 0600, true},
                                            {data / "kontor.db-wal", 0600, false},
                                            {data / "kontor.toml", 0600, false},
                                            {data / "master.key", 0600, needs_key},
                                            {data / "files", 0700, true},
                                            {data / "backups", 0700, true},
                                            {data / "archive", 0700, true}}};
  for (const Expected& entry : entries) check_entry(entry, finding);
  if (finding.verdict != Verdict::fine) {
    finding.hint = "chown -R to the server's user and chmod -R go-rwx " + data.string();
  }
  return finding;
}

Finding failed(Finding finding, const Error& error, Verdict verdict) {
  finding.verdict = verdict;
  finding.details.push_back(error.message);
  finding.hint = error.hint;
  return finding;
}

// The value by which a database knows its key; nullopt: it knows none, or cannot be asked.
std::optional<std::string> known_key(const std::filesystem::path& database) {
  std::error_code failure;
  if (!std::filesystem::exists(database, failure)) return std::nullopt;
  auto known = read_only(database, crm::known_key);
  return known.ok() ? *std::move(known) : std::nullopt;
}

Finding check_key(const std::filesystem::path& data, const std::string& credentials) {
  Finding finding{.name = "key", .meaning = "The master key is whole, and that of this database."};
  const std::string file = data / "master.key";
  const std::string place = master_key_place(file, credentials);
  if (place != file) finding.details.push_back("read from " + place);
  const auto key = read_master_key(file, credentials);
  if (!key.ok()) return failed(std::move(finding), key.error(), Verdict::broken);
  const auto known = known_key(data / "kontor.db");
  if (!known || *known == key->check_value()) return finding;
  finding.verdict = Verdict::broken;
  finding.details.emplace_back("it is the key of another database");
  finding.hint = "put back the master.key that lay beside this database when it was made";
  return finding;
}

Finding check_lock(const std::filesystem::path& data) {
  Finding finding{.name = "lock", .meaning = "Who works in the data directory."};
  const auto held = store::is_held(data);
  if (!held) {
    finding.details.emplace_back("this system does not tell");
  } else if (!*held) {
    finding.details.emplace_back("nobody");
  } else {
    const auto holder = store::read_holder(data);
    finding.details.push_back("process " + (holder ? std::to_string(holder->pid) : "unknown"));
    for (const std::string& address : holder ? holder->addresses : std::vector<std::string>()) {
      finding.details.push_back("answers on " + address);
    }
  }
  return finding;
}

Finding check_disk(const std::filesystem::path& data) {
  Finding finding{.name = "disk", .meaning = "The disk has room."};
  const std::int64_t free = store::free_bytes(data);
  finding.details.push_back(std::to_string(free / (1024 * 1024)) + " MiB free");
  if (free < k_disk_attention_bytes) {
    finding.verdict = free < k_disk_broken_bytes ? Verdict::broken : Verdict::attention;
    finding.hint = "free some space";
  }
  return finding;
}

// Nobody looks at an archive until the day it is wanted.
Finding check_archive(const std::filesystem::path& data, bool is_on) {
  Finding finding{.name = "archive",
                  .meaning = "What is committed is archived soon.",
                  .details = {is_on ? archive_line(data) : "off: only backups can be restored"}};
  if (!is_on || archive_behind_ms(data) < k_archive_behind_ms) return finding;
  finding.verdict = Verdict::attention;
  finding.hint = "look at the disk, and at the server's log for why it cannot be written";
  return finding;
}

Finding check_failures(const std::filesystem::path& data) {
  Finding finding{.name = "failures",
                  .meaning = "The disk has not failed since the last good end."};
  const store::FailedStarts failures(data / "kontor.db");
  for (const store::FailedStart& failure : failures.list()) {
    finding.details.push_back(format_instant(failure.at_ms) + ": " + failure.reason);
  }
  if (finding.details.empty()) return finding;
  finding.verdict = failures.are_too_many() ? Verdict::broken : Verdict::attention;
  finding.hint = "look at the disk and the system's log";
  if (failures.are_too_many()) finding.hint += "; to write again: kontor serve --writable";
  return finding;
}

Finding check_clock(const Clock& clock) {
  Finding finding{.name = "clock", .meaning = "The machine's clock can be right."};
  const std::int64_t now = clock.now_ms();
  if (now >= k_earliest_ms && now < k_latest_ms) return finding;
  finding.verdict = Verdict::broken;
  finding.details.emplace_back("it is far from the time of this program");
  finding.hint = "set the clock; timedatectl shows it";
  return finding;
}

Finding check_library() {
  Finding finding{.name = "sqlite", .meaning = "SQLite is one that does not lose commits."};
  const auto version = read_only(":memory:", [](store::ReadTx& tx) -> Result<std::string> {
    store::Statement row = tx.prepare("SELECT sqlite_version()");
    row.step();
    return std::string(row.text(0));
  });
  const auto checked = store::check_sqlite();
  if (!checked.ok()) return failed(std::move(finding), checked.error(), Verdict::broken);
  if (version.ok()) finding.details.push_back(*version);
  return finding;
}

// What a check on the open database returns: findings as text; none: fine.
using Look = Result<std::vector<std::string>> (*)(store::ReadTx&);

Finding look(const std::filesystem::path& database, Finding finding, Look check) {
  auto found = read_only(database, check);
  if (!found.ok()) return failed(std::move(finding), found.error(), Verdict::corrupt);
  if (!found->empty()) finding.verdict = Verdict::corrupt;
  finding.details = *std::move(found);
  return finding;
}

Result<std::vector<std::string>> damaged_pages(store::ReadTx& tx) {
  std::vector<std::string> found;
  store::Statement row = tx.prepare("PRAGMA quick_check(10)");
  while (row.step()) found.emplace_back(row.text(0));
  if (found == std::vector<std::string>{"ok"}) found.clear();
  return found;
}

Result<std::vector<std::string>> dangling_references(store::ReadTx& tx) {
  std::vector<std::string> found;
  store::Statement row = tx.prepare("PRAGMA foreign_key_check");
  while (row.step() && found.size() < 10) {
    found.push_back("row " + std::to_string(row.integer(1)) + " of " + std::string(row.text(0)) +
                    " refers to a row of " + std::string(row.text(2)) + " that is not there");
  }
  return found;
}

Result<std::vector<std::string>> differing_tables(store::ReadTx& tx) {
  return crm::schema_differences(tx);
}

Finding check_schema(const std::filesystem::path& database) {
  Finding finding{.name = "schema",
                  .meaning = "The schema is this program's, step by step, unchanged."};
  try {
    store::Connection connection({.database = database, .role = store::Role::reader});
    const auto version = store::check_history(connection, store::embedded_schema());
    if (!version.ok()) return failed(std::move(finding), version.error(), Verdict::corrupt);
    finding.details.push_back("version " + std::to_string(*version));
    if (*version < schema_version()) {
      finding.verdict = Verdict::attention;
      finding.hint = "kontor migrate up";
    }
    return finding;
  } catch (const store::SqlFailure& failure) {
    return failed(std::move(finding), store::to_error(failure), Verdict::corrupt);
  }
}

Finding check_invariant(const std::filesystem::path& database, const crm::Invariant& invariant) {
  Finding finding{.name = "invariant." + std::string(invariant.name),
                  .meaning = std::string(invariant.meaning)};
  auto found = read_only(database, [&](store::ReadTx& tx) -> Result<std::vector<std::string>> {
    return invariant.check(tx);
  });
  if (!found.ok()) return failed(std::move(finding), found.error(), Verdict::corrupt);
  if (!found->empty()) {
    finding.verdict = Verdict::corrupt;
    finding.hint = "restore the snapshot or copy from before; do not edit the rows by hand";
  }
  finding.details = *std::move(found);
  return finding;
}

void check_data(const std::filesystem::path& database, std::vector<Finding>& findings) {
  findings.push_back(look(database,
                          {.name = "pages",
                           .meaning = "Every page of the database can be read and fits.",
                           .hint = "copy the data directory aside, then restore a backup"},
                          damaged_pages));
  if (findings.back().verdict == Verdict::corrupt) return;
  findings.push_back(check_schema(database));
  if (findings.back().verdict != Verdict::fine) return;
  findings.push_back(
      look(database, {.name = "tables", .meaning = "The tables hold what the program expects."},
           differing_tables));
  findings.push_back(look(database,
                          {.name = "references", .meaning = "Every reference has its target."},
                          dangling_references));
  for (const crm::Invariant& invariant : crm::invariants()) {
    findings.push_back(check_invariant(database, invariant));
  }
}

}  // namespace

std::vector<Finding> diagnose(const Session& session) {
  std::vector<Finding> findings;
  Finding settings{.name = "settings", .meaning = "All settings are known and allowed."};
  const auto config = session.settings();
  if (!config.ok()) {
    findings.push_back(failed(std::move(settings), config.error(), Verdict::broken));
    return findings;
  }
  findings.push_back(std::move(settings));
  const std::filesystem::path data = data_path(*config);
  findings.push_back(check_clock(session.clock));
  findings.push_back(check_library());
  findings.push_back(check_directory(data, config->credentials()));
  findings.push_back(check_key(data, config->credentials()));
  findings.push_back(check_lock(data));
  findings.push_back(check_disk(data));
  findings.push_back(check_failures(data));
  findings.push_back(check_archive(data, config->text("archive") == "on"));
  std::error_code failure;
  if (std::filesystem::exists(data / "kontor.db", failure))
    check_data(data / "kontor.db", findings);
  return findings;
}

}  // namespace kontor::app
