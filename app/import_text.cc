#include "import_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "crm/imports/dialects/vendors.h"

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

// Bytes that begin a letter.
std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t wide = letters(text);
  if (wide < width) text.append(width - wide, ' ');
  return text;
}

std::string joined(const JsonArray& texts) {
  std::string all;
  for (const Json& text : texts)
    if (text.string()) all += (all.empty() ? "" : ", ") + *text.string();
  return all;
}

std::string rule_text(const Json& column) {
  const std::string rule = text_at(column, "rule");
  if (rule == "exact") return "its name";
  if (rule == "alias") return "a usual name";
  if (rule == "mapping") return "the map";
  if (rule == "constant") return "the map, all rows";
  if (rule == "none") return "";
  return "as " + std::string(crm::vendor_label(text_at(column, "vendor"))) + " says";
}

std::string form_text(const Json& column) {
  std::string text;
  if (const std::string mark = text_at(column, "decimal"); !mark.empty())
    text += "; decimal " + mark;
  if (const std::string order = text_at(column, "dates"); !order.empty())
    text += order == "mdy" ? "; month first" : "; day first";
  return text;
}

std::string delimiter_text(const Json& sheet) {
  const std::string sign = text_at(sheet, "delimiter");
  if (sign.empty()) return "";
  if (sign == "\t") return ", tabs between cells";
  return ", \"" + sign + "\" between cells";
}

std::string column_text(const Json& column, std::size_t width) {
  constexpr std::size_t k_target_width = 22, k_rule_width = 24;
  const std::string target = text_at(column, "target");
  const std::string samples = joined(array_at(column, "samples"));
  std::string text = "  " + padded(text_at(column, "header"), width) + "  ";
  text += padded(target.empty() ? "left out" : "→ " + target, k_target_width);
  text += padded(rule_text(column), k_rule_width);
  const std::int64_t filled = number_at(column, "filled");
  text += std::to_string(filled) + (filled == 1 ? " cell" : " cells");
  if (!samples.empty()) text += ": " + samples;
  text += form_text(column) + "\n";
  const std::string problem = text_at(column, "problem");
  return problem.empty() ? text : text + "  ! " + problem + "\n";
}

std::string sheet_text(const Json& sheet) {
  constexpr std::size_t k_widest = 32;
  std::string text = text_at(sheet, "format") + ", " + text_at(sheet, "encoding") +
                     delimiter_text(sheet) + ", " + std::to_string(number_at(sheet, "rows")) +
                     " rows";
  const std::int64_t faulty = number_at(sheet, "faulty_rows");
  text += (faulty == 0 ? "" : ", " + std::to_string(faulty) + " of them faulty") + "\n";
  if (const Json* vendor = sheet.find("vendor"); vendor != nullptr && vendor->object())
    text += "looks like " + text_at(*vendor, "name") + ": " + joined(array_at(*vendor, "headers")) +
            "\n";
  std::size_t width = 0;
  for (const Json& column : array_at(sheet, "columns"))
    width = std::max(width, std::min(letters(text_at(column, "header")), k_widest));
  for (const Json& column : array_at(sheet, "columns")) text += column_text(column, width);
  const std::string missing = joined(array_at(sheet, "missing"));
  return missing.empty() ? text : text + "  ! no column for: " + missing + "\n";
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

std::string explanation_text(const Json& explanation) {
  std::string text = text_at(explanation, "collection") + " from " +
                     text_at(explanation, "file_name") + ": " + sheet_text(explanation);
  if (const Json* lines = explanation.find("lines"); lines != nullptr && lines->object())
    text += "lines: " + sheet_text(*lines);
  return text + (flag_at(explanation, "ready")
                     ? "ready to be imported; --dry-run says what comes of it\n"
                     : "not ready: settle what is marked, with a map or an option\n");
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
