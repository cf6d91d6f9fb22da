#include "crm/imports/formats/json_lines.h"

#include <algorithm>
#include <utility>

#include "base/fold.h"
#include "base/limits.h"

namespace kontor::crm {
namespace {

NamedRow faulty(std::int64_t number, std::string code, std::string detail) {
  return {.number = number,
          .cells = {},
          .fault = FieldError{.pointer = "", .code = std::move(code), .detail = std::move(detail)}};
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  if (const auto* text = value.string()) return *text;
  if (const auto* decimal = value.decimal()) return decimal->text;
  return to_text(value);
}

// Depth is bounded by the parser.
void flatten(const Json& value, const std::string& path, std::vector<NamedCell>& cells) {
  const JsonObject* object = value.object();
  if (object == nullptr) {
    cells.push_back({path, text_of(value)});
    return;
  }
  for (const auto& [name, member] : *object) {
    std::string step = path;
    if (!step.empty()) step += '.';
    step += name;
    flatten(member, step, cells);
  }
}

bool holds_lines(const Json& value) {
  const JsonArray* array = value.array();
  return array != nullptr && std::all_of(array->begin(), array->end(), [](const Json& element) {
           return element.object() != nullptr;
         });
}

}  // namespace

JsonLinesReader::JsonLinesReader(std::istream& file) : lines_(file, limits::csv_row_bytes) {}

std::vector<NamedRow> JsonLinesReader::next() {
  while (auto line = lines_.next())
    if (!trim(line->text).empty()) return rows_of(*line);
  return {};
}

std::vector<NamedRow> JsonLinesReader::rows_of(const TextLine& line) {
  if (line.cut)
    return {faulty(line.number, "row_too_large",
                   "The line has more than " + std::to_string(limits::csv_row_bytes) + " bytes.")};
  const Result<Json> json = parse_json(line.text);
  if (!json.ok()) return {faulty(line.number, "invalid_json", json.error().message)};
  if (json->object() == nullptr)
    return {faulty(line.number, "not_an_object",
                   "A line must be one JSON object, not " + std::string(json->type_name()) + ".")};
  std::vector<NamedRow> rows{{.number = line.number, .cells = {}}};
  const Json* lines = json->find("lines");
  const bool has_lines = lines != nullptr && holds_lines(*lines);
  for (const auto& [name, value] : *json->object())
    if (!has_lines || name != "lines") flatten(value, name, rows.front().cells);
  if (!has_lines) return rows;
  for (std::size_t i = 0; i < lines->array()->size(); ++i) {
    if (i > 0) rows.push_back({.number = line.number, .cells = {}});
    for (const auto& [name, value] : *(*lines->array())[i].object())
      flatten(value, "line." + name, rows.back().cells);
  }
  return rows;
}

std::unique_ptr<RowSource> open_json_lines(std::istream& file) {
  return std::make_unique<RecordSource>(
      file, [](std::istream& in) { return std::make_unique<JsonLinesReader>(in); }, "record");
}

}  // namespace kontor::crm
