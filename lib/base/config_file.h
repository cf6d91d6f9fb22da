// kontor.toml: its keys as texts, with their lines. Knows TOML, not the settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kontor {

enum class FileValueKind { string, integer, boolean, strings, other };

struct FileEntry {
  std::string name;
  FileValueKind kind = FileValueKind::other;
  std::vector<std::string> items;  // numbers and booleans as they are written; empty for `other`
  unsigned line = 0;               // from 1
};

// In the order of the lines. Code::usage if the text is no TOML; the message begins with
// "<file_name>:<line>: ".
Result<std::vector<FileEntry>> read_config_text(std::string_view text,
                                                const std::string& file_name);

}  // namespace kontor
