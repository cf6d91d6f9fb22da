// Where copies of backups go, as a setting says it: "dir:/mnt/usb/kontor", "exec:rclone rcat …",
// "s3://bucket/prefix".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor {

struct BackupTarget {
  enum class Kind : std::uint8_t { folder, command, bucket };

  Kind kind = Kind::folder;
  // An absolute path; a command line for /bin/sh; a bucket and what the names in it begin with.
  std::string place;

  // nullopt: no such text.
  static std::optional<BackupTarget> parse(std::string_view text);

  // For people and figures: "dir:/mnt/usb/kontor", "exec:rclone". Of a command only its first word,
  // because the others may be secret.
  std::string shown() const;
  // Of a bucket: its name, and what all names in it begin with: empty, or with a "/" at its end.
  std::string bucket() const;
  std::string prefix() const;
  // 16 hexadecimal digits by which it is known again.
  std::string id() const;
  bool operator==(const BackupTarget&) const = default;
};

}  // namespace kontor
