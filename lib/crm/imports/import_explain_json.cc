// An explanation as JSON, and the mapping in it as a file that a person keeps.
#include <algorithm>

#include "base/json.h"
#include "base/json_writer.h"
#include "crm/imports/import_explain.h"

namespace kontor::crm {
namespace {

void member(std::string& out, std::string_view name) {
  append_json_string(out, name);
  out += ": ";
}

void write_text(JsonWriter& out, std::string_view name, std::string_view text) {
  out.key(name);
  text.empty() ? out.null() : out.string(text);
}

const RowShape::Change* change_of(const Mapping& mapping, std::size_t column) {
  for (const RowShape::Change& change : mapping.shape.changes)
    if (change.column == column) return &change;
  return nullptr;
}

// Writes the rules that make a sheet's mapping, one member a line.
class RulesWriter {
 public:
  explicit RulesWriter(const ExplainedSheet& sheet, std::string indent)
      : sheet_(sheet), indent_(std::move(indent)) {
    const std::size_t made = sheet.mapping.shape.made.size();
    own_ = sheet.mapping.columns.size() - made;
  }

  void write(std::string& out) const {
    write_columns(out);
    write_made(out, RowShape::Made::Kind::joined, "join");
    write_made(out, RowShape::Made::Kind::constant, "constants");
    out += ",\n" + indent_ + "\"rest\": \"ignore\"";
  }

 private:
  const RowShape::Made& made(std::size_t index) const { return sheet_.mapping.shape.made[index]; }
  const Mapping::Column& made_column(std::size_t index) const {
    return sheet_.mapping.columns[own_ + index];
  }

  void write_columns(std::string& out) const {
    out += indent_ + "\"columns\": {";
    bool first = true;
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < own_; ++i) {
      const Mapping::Column& column = sheet_.mapping.columns[i];
      if (column.header == "_row" || column.header == "_error") continue;
      // A header that comes twice can be named once.
      if (std::find(seen.begin(), seen.end(), column.header) != seen.end()) continue;
      seen.push_back(column.header);
      out += (first ? "\n  " : ",\n  ") + indent_;
      first = false;
      member(out, column.header);
      write_column(out, i);
    }
    out += "\n" + indent_ + "}";
  }

  // The parts that are made of a column, by their places.
  std::vector<std::size_t> parts_of(std::size_t column) const {
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < sheet_.mapping.shape.made.size(); ++i)
      if (made(i).kind == RowShape::Made::Kind::part && made(i).from.front() == column)
        parts.push_back(i);
    return parts;
  }

  void write_column(std::string& out, std::size_t at) const {
    const Mapping::Column& column = sheet_.mapping.columns[at];
    const RowShape::Change* change = change_of(sheet_.mapping, at);
    const std::vector<std::size_t> parts = parts_of(at);
    const ExplainedColumn& told = sheet_.columns[parts.empty() ? at : own_ + parts.front()];
    const bool is_usual =
        told.decimal.empty() || (told.decimal == "point" && told.column.decimal.empty());
    if (column.target.empty() && parts.empty()) {
      out += "null";
      return;
    }
    if (change == nullptr && parts.empty() && told.dates.empty() && is_usual) {
      append_json_string(out, column.target);
      return;
    }
    JsonWriter json(out);
    json.begin_object().key("to");
    if (parts.empty()) json.string(column.target);
    else write_parts(json, parts);
    if (change != nullptr) write_change(json, *change);
    if (!told.dates.empty()) json.key("dates").string(told.dates);
    if (!told.decimal.empty()) json.key("decimal").string(told.decimal);
    json.end_object();
  }

  void write_parts(JsonWriter& json, const std::vector<std::size_t>& parts) const {
    const RowShape::Made& first = made(parts.front());
    json.begin_array();
    for (std::size_t part = 0; part < first.parts; ++part) {
      const auto at = std::find_if(parts.begin(), parts.end(),
                                   [&](std::size_t i) { return made(i).part == part; });
      at == parts.end() ? json.null() : json.string(made_column(*at).target);
    }
    json.end_array().key("split").string(first.text);
    if (first.from_end) json.key("from").string("end");
  }

  static void write_change(JsonWriter& json, const RowShape::Change& change) {
    if (!change.trim.empty()) json.key("trim").string(change.trim);
    const WordMap& words = change.words;
    if (words.is_empty()) return;
    json.key("values").begin_object();
    for (const auto& [from, to] : words.words()) {
      std::string name;
      append_json_string(name, from);
      json.key(std::string_view(name).substr(1, name.size() - 2));
      to.empty() ? json.null() : json.string(to);
    }
    json.end_object();
    if (words.unknown() == WordMap::Unknown::keep) json.key("unknown").string("keep");
    if (words.unknown() == WordMap::Unknown::other) write_text(json, "default", words.other());
    if (!words.blank().empty()) json.key("empty").string(words.blank());
  }

  void write_made(std::string& out, RowShape::Made::Kind kind, std::string_view name) const {
    bool first = true;
    for (std::size_t i = 0; i < sheet_.mapping.shape.made.size(); ++i) {
      if (made(i).kind != kind) continue;
      out += first ? ",\n" + indent_ + "\"" + std::string(name) + "\": {\n  " : ",\n  ";
      first = false;
      out += indent_;
      member(out, made_column(i).target);
      if (kind == RowShape::Made::Kind::constant) append_json_string(out, made(i).text);
      else write_join(out, made(i));
    }
    if (!first) out += "\n" + indent_ + "}";
  }

  void write_join(std::string& out, const RowShape::Made& join) const {
    JsonWriter json(out);
    json.begin_object().key("columns").begin_array();
    for (const std::size_t column : join.from) json.string(sheet_.mapping.columns[column].header);
    json.end_array().key("with").string(join.text).end_object();
  }

  const ExplainedSheet& sheet_;
  const std::string indent_;
  std::size_t own_ = 0;
};

void write_column(JsonWriter& out, const ExplainedColumn& told) {
  const Mapping::Column& column = told.column;
  out.begin_object().key("header").string(column.header);
  write_text(out, "target", column.target);
  out.key("rule").string(name_of(column.rule));
  write_text(out, "vendor", column.vendor);
  out.key("filled").integer(told.filled).key("samples").begin_array();
  for (const std::string& sample : told.samples) out.string(sample);
  out.end_array();
  write_text(out, "dates", told.dates);
  write_text(out, "decimal", told.decimal);
  write_text(out, "problem", told.problem ? told.problem->detail : "");
  out.end_object();
}

// Members of an object that the caller has begun.
void write_sheet(JsonWriter& out, const ExplainedSheet& sheet) {
  out.key("format").string(sheet.format).key("encoding").string(sheet.encoding);
  write_text(out, "delimiter", sheet.delimiter);
  out.key("rows").integer(sheet.rows).key("faulty_rows").integer(sheet.faulty);
  out.key("vendor");
  if (const auto& vendor = sheet.mapping.vendor) {
    out.begin_object().key("id").string(vendor->id).key("name").string(vendor->label);
    out.key("headers").begin_array();
    for (const std::string& header : vendor->headers) out.string(header);
    out.end_array().end_object();
  } else {
    out.null();
  }
  out.key("columns").begin_array();
  for (const ExplainedColumn& column : sheet.columns) write_column(out, column);
  out.end_array().key("missing").begin_array();
  for (const std::string& name : sheet.missing) out.string(name);
  out.end_array();
}

}  // namespace

std::string mapping_json(const ImportExplanation& explanation) {
  std::string out = "{\n";
  RulesWriter(explanation.rows, "  ").write(out);
  if (explanation.lines) {
    out += ",\n  \"lines\": {\n";
    RulesWriter(*explanation.lines, "    ").write(out);
    out += "\n  }";
  }
  return out + "\n}\n";
}

std::string to_json(const ImportExplanation& explanation) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("collection").string(explanation.collection);
  out.key("file_name").string(explanation.file_name);
  out.key("ready").boolean(explanation.is_ready());
  write_sheet(out, explanation.rows);
  out.key("lines");
  if (explanation.lines) {
    out.begin_object();
    write_sheet(out, *explanation.lines);
    out.end_object();
  } else {
    out.null();
  }
  out.key("mapping").raw(to_text(*parse_json(mapping_json(explanation)))).end_object();
  return text;
}

}  // namespace kontor::crm
