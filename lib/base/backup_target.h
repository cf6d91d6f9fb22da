// Where copies of backups go, as a setting says it: "dir:/mnt/usb/kontor", "exec:rclone rcat …".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

struct BackupTarget {
  enum class Kind : std::uint8_t { folder, command };

  Kind kind = Kind::folder;
  std::string place;  // an absolute path; a command line for /bin/sh

  // nullopt: no such text.
  static std::optional<BackupTarget> parse(std::string_view text);

  // For people and figures: "dir:/mnt/usb/kontor", "exec:rclone". Of a command only its first word,
  // because the others may be secret.
  std::string shown() const;
  // 16 hexadecimal digits by which it is known again.
  std::string id() const;
  bool operator==(const BackupTarget&) const = default;
};

}  // namespace kontor
