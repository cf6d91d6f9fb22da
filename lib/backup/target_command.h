// A file handed to a program that takes it elsewhere: sftp, rclone, a script.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace kontor::backup {

struct CommandCall {
  std::string command;  // for /bin/sh -c
  std::filesystem::path file;
  std::vector<std::string> environment = {};  // "NAME=value"
  std::int64_t timeout_ms = 0;
  std::function<bool()> is_cancelled = {};  // asked twice a second; then kind `interrupted`
};

// Runs the command with the file as its standard input and KONTOR_BACKUP_NAME and
// KONTOR_BACKUP_BYTES in its environment; what it prints is dropped. Done if it ends with 0. Else
// an Error with its exit status and the end of what it wrote to stderr. After `timeout_ms`, or when
// cancelled, it and all that it started are ended, with SIGKILL if need be.
Result<void> hand_to_command(const CommandCall& call);

}  // namespace kontor::backup
