#include "backup/catalogue.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "backup/archive_reader.h"
#include "backup/durable_file.h"
#include "backup/sealed_stream.h"
#include "base/civil.h"
#include "base/limits.h"
#include "base/unique_fd.h"

namespace kontor::backup {
namespace {

constexpr std::string_view k_prefix = "kontor-";
constexpr std::string_view k_suffix = ".tar.gz";
constexpr std::string_view k_sealed_suffix = ".sealed";
constexpr std::size_t k_stamp_bytes = 20;

// The moment in a backup's name; nullopt: it is no such name.
std::optional<std::int64_t> moment_in(std::string_view name) {
  constexpr std::size_t k_name_bytes = 7 + k_stamp_bytes + 1 + 8 + 7;
  if (name.ends_with(k_sealed_suffix)) name.remove_suffix(k_sealed_suffix.size());
  if (name.size() != k_name_bytes || !name.starts_with(k_prefix) || !name.ends_with(k_suffix)) {
    return std::nullopt;
  }
  std::string text(name.substr(k_prefix.size(), k_stamp_bytes));
  if (text[13] != '-' || text[16] != '-') return std::nullopt;
  text[13] = text[16] = ':';
  return parse_instant(text);
}

// For whom the file is sealed; empty: not at all, or nobody can tell.
std::vector<SealLock> locks_of(const std::filesystem::path& file) {
  const UniqueFd in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return {};
  auto header = read_seal_header(bytes_of(in.get(), file.string()), file.string());
  return header.ok() && *header ? std::move((*header)->locks) : std::vector<SealLock>();
}

Entry entry_of(const std::filesystem::path& file, std::int64_t taken_at_ms, const Keyring& keys) {
  Entry entry{.file = file, .taken_at_ms = taken_at_ms};
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(file, failure);
  entry.bytes = failure ? 0 : static_cast<std::int64_t>(bytes);
  entry.locks = locks_of(file);
  auto manifest = read_manifest(file, keys);
  if (!manifest.ok()) {
    entry.is_closed = manifest.error().code == Code::wrong_key;
    entry.trouble =
        (entry.is_closed ? "sealed, cannot be proved here: " : "") + manifest.error().message;
    return entry;
  }
  entry.manifest = *std::move(manifest);
  entry.taken_at_ms = entry.manifest.taken_at_ms;
  return entry;
}

// By the manifest's milliseconds: two of one second differ in their names by chance only.
bool is_newer(const Entry& a, const Entry& b) {
  if (a.taken_at_ms != b.taken_at_ms) return a.taken_at_ms > b.taken_at_ms;
  return a.name() > b.name();
}

Result<std::filesystem::path> latest(const std::filesystem::path& folder, const Keyring& keys) {
  const auto entries = TRY(list_backups(folder, keys));
  for (const Entry& entry : entries) {
    if (entry.is_readable()) return entry.file;
    if (entry.is_closed) return read_manifest(entry.file, keys).error();
  }
  return Error{.code = Code::not_found,
               .message = entries.empty() ? "There is no backup in " + folder.string() + "."
                                          : "None of the backups in " + folder.string() +
                                                " can be read: " + entries.front().trouble,
               .kind = "no_backup",
               .hint = entries.empty() ? "kontor backup create" : "kontor backup list"};
}

}  // namespace

bool is_backup_name(std::string_view name) {
  return moment_in(name).has_value() && name.find('/') == std::string_view::npos;
}

std::string stamp(std::int64_t ms) {
  std::string text = format_instant(ms).substr(0, 19) + "Z";
  std::replace(text.begin(), text.end(), ':', '-');
  return text;
}

std::string backup_name(std::int64_t taken_at_ms, std::string_view id, bool is_sealed) {
  return std::string(k_prefix) + stamp(taken_at_ms) + "-" + std::string(id) +
         std::string(k_suffix) + std::string(is_sealed ? k_sealed_suffix : "");
}

Result<Manifest> read_manifest(const std::filesystem::path& file, const Keyring& keys) {
  const UniqueFd in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return file_error(file, "cannot be read");
  ArchiveReader reader(
      opened(bytes_of(in.get(), file.string()), file.string(), k_backup_purpose, keys),
      file.string());
  const auto entry = TRY(reader.next());
  if (!entry || entry->name != "manifest.json") {
    return Error{.code = Code::verification_failed,
                 .message = file.string() + " does not begin with a manifest.",
                 .kind = "foreign_file"};
  }
  auto parsed = parse_manifest(TRY(reader.read_all(limits::backup_manifest_bytes)));
  if (!parsed.ok()) parsed.error().message = file.string() + ": " + parsed.error().message;
  return parsed;
}

Result<std::vector<Entry>> list_backups(const std::filesystem::path& folder, const Keyring& keys) {
  std::vector<Entry> entries;
  std::error_code failure;
  if (!std::filesystem::exists(folder, failure)) return entries;
  std::filesystem::directory_iterator at(folder, failure);
  if (failure) {
    errno = failure.value();
    return file_error(folder, "cannot be read");
  }
  for (const auto& item : at) {
    const auto moment = moment_in(item.path().filename().string());
    if (moment) entries.push_back(entry_of(item.path(), *moment, keys));
  }
  std::sort(entries.begin(), entries.end(), is_newer);
  return entries;
}

std::vector<std::string> backup_names(const std::filesystem::path& folder) {
  std::error_code failure;
  std::vector<std::string> names;
  for (const auto& item : std::filesystem::directory_iterator(folder, failure)) {
    std::string name = item.path().filename().string();
    if (moment_in(name)) names.push_back(std::move(name));
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

bool is_newest_sealed(const std::filesystem::path& folder) {
  const std::vector<std::string> names = backup_names(folder);
  return !names.empty() && names.front().ends_with(k_sealed_suffix);
}

Result<std::filesystem::path> find_backup(const std::filesystem::path& folder,
                                          const std::string& which, const Keyring& keys) {
  if (which == "latest") return latest(folder, keys);
  std::error_code failure;
  for (const std::filesystem::path& file : {std::filesystem::path(which), folder / which}) {
    if (std::filesystem::is_regular_file(file, failure)) return file;
  }
  return Error{.code = Code::not_found,
               .message = "There is no backup " + which + ", neither as a file nor in " +
                          folder.string() + ".",
               .kind = "no_backup",
               .hint = "kontor backup list"};
}

std::string other_backup(const std::filesystem::path& folder, const std::filesystem::path& file,
                         const Keyring& keys) {
  const auto entries = list_backups(folder, keys);
  if (!entries.ok()) return {};
  for (const Entry& entry : *entries) {
    if (entry.is_readable() && entry.file.filename() != file.filename()) return entry.name();
  }
  return {};
}

}  // namespace kontor::backup
