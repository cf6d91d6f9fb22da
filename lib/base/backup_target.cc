#include "base/backup_target.h"

#include "base/fold.h"
#include "base/sha256.h"

namespace kontor {
namespace {

constexpr std::string_view k_folder = "dir:";
constexpr std::string_view k_command = "exec:";
constexpr std::size_t k_id_digits = 16;

}  // namespace

std::optional<BackupTarget> BackupTarget::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (text.starts_with(k_folder)) {
    const std::string_view path = text.substr(k_folder.size());
    if (!path.starts_with('/')) return std::nullopt;
    return BackupTarget{.kind = Kind::folder, .place = std::string(path)};
  }
  if (!text.starts_with(k_command)) return std::nullopt;
  const std::string_view command = trim(text.substr(k_command.size()));
  if (command.empty()) return std::nullopt;
  return BackupTarget{.kind = Kind::command, .place = std::string(command)};
}

std::string BackupTarget::shown() const {
  if (kind == Kind::folder) return std::string(k_folder) + place;
  return std::string(k_command) + place.substr(0, place.find_first_of(" \t\n"));
}

std::string BackupTarget::id() const {
  const std::string_view prefix = kind == Kind::folder ? k_folder : k_command;
  return sha256_hex(std::string(prefix) + place).substr(0, k_id_digits);
}

}  // namespace kontor
