#include "base/config_file.h"

#include <toml++/toml.h>
#include <algorithm>

namespace kontor {
namespace {

Error syntax_error(const toml::parse_error& error, const std::string& file_name) {
  const std::string line = std::to_string(error.source().begin.line);
  return {.code = Code::usage,
          .message = file_name + ":" + line + ": " + std::string(error.description()) + "."};
}

void read_strings(FileEntry& entry, const toml::array& values) {
  entry.kind = FileValueKind::strings;
  for (const toml::node& value : values) {
    const auto* text = value.as_string();
    if (text == nullptr) {
      entry.kind = FileValueKind::other;
      return;
    }
    entry.items.push_back(text->get());
  }
}

FileEntry read_entry(const toml::key& key, const toml::node& value) {
  FileEntry entry{.name = std::string(key.str()), .items = {}, .line = key.source().begin.line};
  if (const auto* text = value.as_string()) {
    entry.kind = FileValueKind::string;
    entry.items.push_back(text->get());
  } else if (const auto* number = value.as_integer()) {
    entry.kind = FileValueKind::integer;
    entry.items.push_back(std::to_string(number->get()));
  } else if (const auto* boolean = value.as_boolean()) {
    entry.kind = FileValueKind::boolean;
    entry.items.emplace_back(boolean->get() ? "true" : "false");
  } else if (const auto* values = value.as_array()) {
    read_strings(entry, *values);
  }
  return entry;
}

}  // namespace

Result<std::vector<FileEntry>> read_config_text(std::string_view text,
                                                const std::string& file_name) {
  const toml::parse_result parsed = toml::parse(text, file_name);
  if (!parsed) return syntax_error(parsed.error(), file_name);
  std::vector<FileEntry> entries;
  for (const auto& [key, value] : parsed.table()) entries.push_back(read_entry(key, value));
  std::stable_sort(entries.begin(), entries.end(),
                   [](const FileEntry& a, const FileEntry& b) { return a.line < b.line; });
  return entries;
}

}  // namespace kontor
