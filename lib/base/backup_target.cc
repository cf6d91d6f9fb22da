#include "base/backup_target.h"

#include <algorithm>

#include "base/fold.h"
#include "base/sha256.h"

namespace kontor {
namespace {

constexpr std::string_view k_folder = "dir:";
constexpr std::string_view k_command = "exec:";
constexpr std::string_view k_bucket = "s3://";
constexpr std::size_t k_id_digits = 16;
constexpr std::size_t k_least_bucket = 3, k_most_bucket = 63;  // of S3's rules for names
constexpr std::size_t k_prefix_bytes = 512;                    // of the 1024 of a name

std::string_view beginning_of(BackupTarget::Kind kind) {
  switch (kind) {
    case BackupTarget::Kind::folder: return k_folder;
    case BackupTarget::Kind::command: return k_command;
    case BackupTarget::Kind::bucket: return k_bucket;
  }
  return {};
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_bucket_name(std::string_view name) {
  return name.size() >= k_least_bucket && name.size() <= k_most_bucket &&
         is_lower_or_digit(name.front()) && is_lower_or_digit(name.back()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
}

// Characters that no service has trouble with; nothing that reads like a path's own steps.
bool is_prefix(std::string_view text) {
  const auto is_safe = [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
           c == '/';
  };
  return text.size() <= k_prefix_bytes && !text.starts_with('/') &&
         text.find("//") == std::string_view::npos && text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_safe);
}

std::optional<BackupTarget> parse_bucket(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t slash = text.find('/');
  if (!is_bucket_name(text.substr(0, slash))) return std::nullopt;
  if (slash != std::string_view::npos && !is_prefix(text.substr(slash + 1))) return std::nullopt;
  return BackupTarget{.kind = BackupTarget::Kind::bucket, .place = std::string(text)};
}

}  // namespace

std::optional<BackupTarget> BackupTarget::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (text.starts_with(k_folder)) {
    const std::string_view path = text.substr(k_folder.size());
    if (!path.starts_with('/')) return std::nullopt;
    return BackupTarget{.kind = Kind::folder, .place = std::string(path)};
  }
  if (text.starts_with(k_bucket)) return parse_bucket(text.substr(k_bucket.size()));
  if (!text.starts_with(k_command)) return std::nullopt;
  const std::string_view command = trim(text.substr(k_command.size()));
  if (command.empty()) return std::nullopt;
  return BackupTarget{.kind = Kind::command, .place = std::string(command)};
}

std::string BackupTarget::shown() const {
  if (kind != Kind::command) return std::string(beginning_of(kind)) + place;
  return std::string(k_command) + place.substr(0, place.find_first_of(" \t\n"));
}

std::string BackupTarget::bucket() const { return place.substr(0, place.find('/')); }

std::string BackupTarget::prefix() const {
  const std::size_t slash = place.find('/');
  return slash == std::string::npos ? std::string() : place.substr(slash + 1) + "/";
}

std::string BackupTarget::id() const {
  return sha256_hex(std::string(beginning_of(kind)) + place).substr(0, k_id_digits);
}

}  // namespace kontor
