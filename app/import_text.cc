#include "import_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kontor::app {
namespace {

std::string text_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() ? *value->string() : std::string();
}

std::int64_t number_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() ? *value->integer() : 0;
}

bool flag_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->boolean() && *value->boolean();
}

const JsonArray& array_at(const Json& object, std::string_view name) {
  static const JsonArray none;
  const Json* value = object.find(name);
  return value != nullptr && value->array() ? *value->array() : none;
}

std::string counts_of(const Json& object) {
  std::string text = std::to_string(number_at(object, "rows")) + " rows";
  for (const std::string_view what : {"created", "updated", "unchanged", "skipped", "failed"}) {
    const std::int64_t count = number_at(object, what);
    if (count != 0) text += ", " + std::to_string(count) + " " + std::string(what);
  }
  return text;
}

std::string errors_text(const Json& report) {
  std::string text;
  const JsonArray& errors = array_at(report, "errors");
  for (const Json& error : errors) {
    const std::string file = text_at(error, "file");
    const std::string column = text_at(error, "column");
    text += (file.empty() ? "" : file + " ") + "row " + std::to_string(number_at(error, "row")) +
            (column.empty() ? "" : ", " + column) + ": " + text_at(error, "detail") + "\n";
  }
  const std::int64_t all = number_at(report, "error_count");
  if (all > static_cast<std::int64_t>(errors.size()))
    text += "… " + std::to_string(all) + " errors in all\n";
  return text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

}  // namespace

std::string import_counts(const Json& report) {
  return text_at(report, "entity") + ": " + counts_of(report);
}

std::string import_text(const Json& report) {
  std::string text = import_counts(report) + "\n";
  if (flag_at(report, "resumed")) text += "went on with an import that had been interrupted\n";
  if (const Json* totals = report.find("totals"); totals != nullptr && totals->object()) {
    for (const auto& [name, total] : *totals->object()) text += name + ": " + to_text(total) + "\n";
  }
  if (const Json* columns = report.find("columns"); columns != nullptr) {
    for (const Json& header : array_at(*columns, "unmapped"))
      if (header.string()) text += "left out: column " + *header.string() + "\n";
  }
  text += errors_text(report);
  if (flag_at(report, "dry_run")) return text + "rehearsed only; nothing was changed\n";
  const std::string id = text_at(report, "id");
  const bool changed = number_at(report, "created") + number_at(report, "updated") > 0;
  return id.empty() || !changed ? text : text + "to take it back: kontor import undo " + id + "\n";
}

std::string undo_text(const Json& undone) {
  std::string text = std::to_string(number_at(undone, "removed")) + " removed, " +
                     std::to_string(number_at(undone, "restored")) + " restored";
  const std::int64_t gone = number_at(undone, "gone");
  const std::int64_t left = number_at(undone, "left_count");
  if (gone != 0) text += ", " + std::to_string(gone) + " deleted already";
  if (left != 0) text += ", " + std::to_string(left) + " left as they are";
  text += "\n";
  const JsonArray& listed = array_at(undone, "left");
  for (const Json& one : listed)
    text += "left: " + text_at(one, "collection") + " " + text_at(one, "id") + " " +
            text_at(one, "title") + ": " + text_at(one, "reason") + "\n";
  if (left > static_cast<std::int64_t>(listed.size()))
    text += "… " + std::to_string(left) + " in all\n";
  return text;
}

std::string import_list_text(const Json& list) {
  constexpr std::size_t k_state_width = 8, k_collection_width = 10;
  std::string text;
  for (const Json& import : array_at(list, "data")) {
    text += text_at(import, "id") + "  " + text_at(import, "created_at") + "  " +
            padded(text_at(import, "state"), k_state_width) + "  " +
            padded(text_at(import, "collection"), k_collection_width) + "  " +
            text_at(import, "file_name") + ": " + counts_of(import) + "\n";
  }
  return text.empty() ? "There are no imports yet.\n" : text;
}

}  // namespace kontor::app
