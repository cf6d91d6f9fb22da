#include "backup/archive_fetch.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <system_error>

#include "backup/archive_bundle.h"
#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/epoch_fetch.h"
#include "store/disk_reserve.h"

namespace kontor::backup {
namespace {

constexpr std::string_view k_backup_beginning = "kontor-";
constexpr std::string_view k_erasures_beginning = "erasures-";
constexpr std::size_t k_erasures_name_bytes = 64;
// A bundle holds little more than its bound, or one segment.
constexpr std::int64_t k_bundle_file_bytes = 600LL * 1024 * 1024;

Error none(const std::string& what) {
  return {.code = Code::not_found,
          .message = "The target holds " + what + ".",
          .kind = "no_archive_point",
          .hint = "kontor backup list --from TARGET"};
}

Result<void> check_room(const FetchWish& wish, std::int64_t bytes) {
  const std::int64_t free = store::free_bytes(wish.folder);
  if (free < 0 || free >= bytes) return {};
  return Error{.code = Code::disk_full,
               .message = wish.folder.parent_path().string() + " has " + std::to_string(free) +
                          " bytes free; what has to be fetched has " + std::to_string(bytes) + ".",
               .hint = "restore to a larger disk with --to"};
}

bool is_here(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

}  // namespace

Result<void> fetch_bundle(const FetchWish& wish, const StoredFile& file) {
  if (file.bytes > k_bundle_file_bytes) {
    return Error{.code = Code::verification_failed,
                 .message = file.name + " is larger than any part of an archive.",
                 .kind = "bundle_damaged"};
  }
  TRY(check_room(wish, 2 * file.bytes));
  TRY(wish.store.get(file.name, wish.folder, wish.effort));
  TRY(unpack_bundle(wish.folder / file.name, wish.archive()));
  std::error_code ignored;
  std::filesystem::remove(wish.folder / file.name, ignored);
  return {};
}

Result<Bundles> list_bundles(const FetchWish& wish, const std::string& beginning) {
  Bundles bundles;
  for (StoredFile& file : TRY(wish.store.list(beginning, wish.effort))) {
    auto name = BundleName::parse(file.name);
    if (!name) continue;
    const std::string epoch = name->epoch;
    bundles[epoch].push_back({*std::move(name), std::move(file)});
  }
  return bundles;
}

Result<std::vector<StoredFile>> list_stored_backups(const FetchWish& wish) {
  auto files = TRY(wish.store.list(std::string(k_backup_beginning), wish.effort));
  std::erase_if(files, [](const StoredFile& file) { return !is_backup_name(file.name); });
  std::reverse(files.begin(), files.end());
  return files;
}

Result<std::filesystem::path> fetch_backup(const FetchWish& wish, const std::string& which) {
  const auto files = TRY(list_stored_backups(wish));
  const auto found = std::find_if(files.begin(), files.end(), [&](const StoredFile& file) {
    return which == "latest" || which == file.name;
  });
  if (found == files.end()) {
    return none(which == "latest" ? "no backup" : "no backup " + which);
  }
  TRY(make_folders(wish.backups()));
  if (is_here(wish.backups() / found->name)) return wish.backups() / found->name;
  TRY(check_room(wish, found->bytes));
  TRY(wish.store.get(found->name, wish.backups(), wish.effort));
  return wish.backups() / found->name;
}

Result<void> fetch_erasures(const FetchWish& wish) {
  TRY(make_folders(wish.backups()));
  for (const StoredFile& file :
       TRY(wish.store.list(std::string(k_erasures_beginning), wish.effort))) {
    const bool is_name = file.name.ends_with(".txt") && file.name.size() < k_erasures_name_bytes &&
                         file.name.find('/') == std::string::npos;
    if (is_name) TRY(wish.store.get(file.name, wish.backups(), wish.effort));
  }
  return {};
}

Result<ArchivePoint> fetch_point(const FetchWish& wish, std::optional<std::int64_t> at_ms,
                                 const SegmentForm& form, const std::string& oldest_epoch) {
  const Bundles bundles = TRY(list_bundles(wish));
  if (bundles.empty()) return none("no archive");
  Bundles merged = TRY(list_bundles(wish, std::string(k_merged_beginning)));
  std::map<std::string, StoredFile> backups;
  for (StoredFile& file : TRY(list_stored_backups(wish))) {
    const std::string name = file.name;
    backups.emplace(name, std::move(file));
  }
  TRY(make_folders(wish.backups()));
  const std::string last = at_ms ? stamp(*at_ms) : std::string();
  for (auto epoch = bundles.rbegin(); epoch != bundles.rend(); ++epoch) {
    if (epoch->first < oldest_epoch) break;
    if (at_ms && epoch->first.substr(0, last.size()) > last) continue;
    auto point = TRY(EpochFetch(wish, at_ms, form, backups)
                         .run(epoch->first, epoch->second, merged[epoch->first]));
    if (point) return *std::move(point);
  }
  return find_point(wish.archive(), wish.backups(), at_ms, form);
}

Result<ArchiveReport> check_stored_archive(const FetchWish& wish, const SegmentForm& form) {
  // An empty file stands for each backup: here only its name counts.
  TRY(make_folders(wish.backups()));
  for (const StoredFile& file : TRY(list_stored_backups(wish))) {
    TRY(write_atomically(wish.backups() / file.name, ""));
  }
  ArchiveReport sum;
  Bundles all = TRY(list_bundles(wish));
  for (auto& [epoch, merged] : TRY(list_bundles(wish, std::string(k_merged_beginning)))) {
    std::move(merged.begin(), merged.end(), std::back_inserter(all[epoch]));
  }
  for (const auto& [epoch, bundles] : all) {
    for (const StoredBundle& bundle : bundles) {
      const auto fetched = fetch_bundle(wish, bundle.file);
      if (!fetched.ok() && fetched.error().kind != "bundle_damaged") return fetched.error();
      if (!fetched.ok()) sum.findings.push_back(fetched.error().message);
    }
    ArchiveReport report = TRY(check_archive(wish.archive(), wish.backups(), form));
    sum.epochs += report.epochs;
    sum.segments += report.segments;
    sum.bytes += report.bytes;
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(sum.findings));
    std::error_code ignored;
    std::filesystem::remove_all(wish.archive(), ignored);
  }
  return sum;
}

}  // namespace kontor::backup
