#include "crm/imports/mapping_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/fold.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "crm/imports/formats/reading.h"

namespace kontor::crm {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 10> k_column_keys = {
    "to", "split", "from", "trim", "values", "unknown", "default", "empty", "dates", "decimal"};
constexpr std::array<std::string_view, 5> k_sheet_keys = {"columns", "join", "constants", "rest",
                                                          "lines"};
constexpr std::array<std::string_view, 2> k_join_keys = {"columns", "with"};
constexpr std::array<std::string_view, 2> k_ends = {"start", "end"};
constexpr std::array<std::string_view, 2> k_unknown = {"error", "keep"};
constexpr std::array<std::string_view, 2> k_rest = {"guess", "ignore"};
constexpr std::size_t k_separator_bytes = 16;

// Reads one mapping and collects what is wrong with it.
class MappingReader {
 public:
  Result<MappingFile> read(const Json& json) {
    MappingFile file;
    if (json.object() == nullptr) {
      refuse("", "wrong_type", "A mapping must be an object.");
    } else if (is_full(json)) {
      file.rows = sheet(json, "");
      if (const Json* lines = json.find("lines"))
        if (is_object(*lines, "/lines")) file.lines = sheet(*lines, "/lines");
    } else {
      file.rows = short_form(json);
    }
    if (!errors_.empty()) return invalid_map(std::move(errors_));
    return file;
  }

 private:
  static bool is_full(const Json& json) {
    for (const std::string_view name : {"columns", "join", "constants"})
      if (const Json* member = json.find(name); member != nullptr && member->object() != nullptr)
        return true;
    return false;
  }

  void refuse(std::string pointer, std::string code, std::string detail) {
    errors_.push_back(
        {.pointer = std::move(pointer), .code = std::move(code), .detail = std::move(detail)});
  }

  bool is_object(const Json& json, const std::string& pointer) {
    if (json.object() != nullptr) return true;
    refuse(pointer, "wrong_type", pointer.substr(1) + " must be an object.");
    return false;
  }

  void check_keys(const Json& json, const std::string& pointer, Names known) {
    for (const auto& [name, value] : *json.object()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      std::string detail = "A mapping has no key \"" + name + "\" here";
      if (const auto near = nearest(name, known)) detail += "; did you mean " + std::string(*near);
      refuse(pointer + "/" + pointer_step(name), "unknown_field", detail + ".");
    }
  }

  // The text of a member; empty if it is not there or of another kind, which is refused.
  std::string text(const Json& json, std::string_view name, const std::string& pointer) {
    const Json* value = json.find(name);
    if (value == nullptr) return "";
    if (value->string() != nullptr) return *value->string();
    refuse(pointer + "/" + std::string(name), "wrong_type",
           "\"" + std::string(name) + "\" must be a text.");
    return "";
  }

  std::string word(const Json& json, std::string_view name, const std::string& pointer,
                   Names known) {
    std::string given = text(json, name, pointer);
    if (given.empty() || std::find(known.begin(), known.end(), given) != known.end()) return given;
    std::string all;
    for (const std::string_view one : known) all += (all.empty() ? "" : " or ") + std::string(one);
    refuse(pointer + "/" + std::string(name), "invalid_choice",
           "\"" + std::string(name) + "\" must be " + all + ".");
    return "";
  }

  std::string separator(const Json& json, std::string_view name, const std::string& pointer) {
    std::string given = text(json, name, pointer);
    if (given.size() > k_separator_bytes)
      refuse(pointer + "/" + std::string(name), "too_long",
             "\"" + std::string(name) + "\" has at most " + std::to_string(k_separator_bytes) +
                 " bytes.");
    return given;
  }

  // A value, or null for an empty cell.
  std::string value_of(const Json& json, const std::string& pointer) {
    if (json.string() != nullptr) return *json.string();
    if (json.integer() != nullptr || json.boolean() != nullptr || json.decimal() != nullptr)
      return json.decimal() != nullptr ? json.decimal()->text : to_text(json);
    if (!json.is_null())
      refuse(pointer, "wrong_type", "A value must be a text, a number, true, false or null.");
    return "";
  }

  SheetRules short_form(const Json& json) {
    SheetRules rules;
    for (const auto& [header, target] : *json.object()) {
      const std::string pointer = "/" + pointer_step(header);
      if (target.string() == nullptr && !target.is_null()) {
        refuse(pointer, "wrong_type", "\"" + header + "\" must be the name of a field, or null.");
        continue;
      }
      ColumnRule rule{.header = header, .pointer = pointer, .targets = {}};
      if (target.string() != nullptr && !target.string()->empty())
        rule.targets.push_back(*target.string());
      rules.columns.push_back(std::move(rule));
    }
    return rules;
  }

  SheetRules sheet(const Json& json, const std::string& at) {
    Names known = k_sheet_keys;
    check_keys(json, at, at.empty() ? known : known.first(known.size() - 1));
    SheetRules rules;
    rules.guess_rest = word(json, "rest", at, k_rest) != "ignore";
    if (const Json* columns = json.find("columns"); columns && is_object(*columns, at + "/columns"))
      for (const auto& [header, rule] : *columns->object())
        rules.columns.push_back(column(header, rule, at + "/columns/" + pointer_step(header)));
    if (const Json* joins = json.find("join"); joins && is_object(*joins, at + "/join"))
      for (const auto& [target, rule] : *joins->object())
        rules.joins.push_back(join(target, rule, at + "/join/" + pointer_step(target)));
    if (const Json* all = json.find("constants"); all && is_object(*all, at + "/constants"))
      for (const auto& [target, value] : *all->object())
        rules.constants.push_back(
            constant(target, value, at + "/constants/" + pointer_step(target)));
    return rules;
  }

  void check_target(const std::string& target, const std::string& pointer) {
    if (target.empty()) refuse(pointer, "required", "The name of a field is missing.");
  }

  ConstantRule constant(const std::string& target, const Json& value, const std::string& pointer) {
    ConstantRule rule{.target = target, .pointer = pointer, .text = value_of(value, pointer)};
    check_target(target, pointer);
    const bool is_blank = value.is_null() || (value.string() != nullptr && rule.text.empty());
    if (is_blank) refuse(pointer, "required", "A constant must not be empty.");
    return rule;
  }

  JoinRule join(const std::string& target, const Json& json, const std::string& pointer) {
    JoinRule rule{.target = target, .pointer = pointer, .headers = {}, .separator = " "};
    check_target(target, pointer);
    if (!is_object(json, pointer)) return rule;
    check_keys(json, pointer, k_join_keys);
    if (json.find("with") != nullptr) rule.separator = separator(json, "with", pointer);
    const Json* columns = json.find("columns");
    if (columns == nullptr || columns->array() == nullptr || columns->array()->empty()) {
      refuse(pointer + "/columns", "required", "\"columns\" must list the columns to be joined.");
      return rule;
    }
    for (const Json& header : *columns->array()) {
      if (header.string() != nullptr) rule.headers.push_back(*header.string());
      else refuse(pointer + "/columns", "wrong_type", "A column is named by its header.");
    }
    return rule;
  }

  ColumnRule column(const std::string& header, const Json& json, const std::string& pointer) {
    ColumnRule rule{.header = header, .pointer = pointer, .targets = {}};
    if (json.is_null()) return rule;
    if (json.string() != nullptr) {
      if (!json.string()->empty()) rule.targets.push_back(*json.string());
      return rule;
    }
    if (json.object() == nullptr) {
      refuse(pointer, "wrong_type",
             "\"" + header + "\" must be the name of a field, null, or an object.");
      return rule;
    }
    check_keys(json, pointer, k_column_keys);
    read_targets(json, pointer, rule);
    rule.trim = separator(json, "trim", pointer);
    rule.dates = word(json, "dates", pointer, k_date_orders);
    rule.decimal = word(json, "decimal", pointer, k_decimal_marks);
    read_words(json, pointer, rule);
    return rule;
  }

  void read_targets(const Json& json, const std::string& pointer, ColumnRule& rule) {
    const Json* to = json.find("to");
    rule.split = separator(json, "split", pointer);
    rule.from_end = word(json, "from", pointer, k_ends) == "end";
    if (to == nullptr || (to->string() == nullptr && to->array() == nullptr)) {
      refuse(pointer + "/to", to == nullptr ? "required" : "wrong_type",
             "\"to\" must be the name of a field, or a list of them.");
      return;
    }
    if (to->string() != nullptr) rule.targets.push_back(*to->string());
    if (to->array() != nullptr) {
      for (const Json& target : *to->array())
        rule.targets.push_back(value_of(target, pointer + "/to"));
    }
    const bool parts = to->array() != nullptr;
    if (parts && rule.targets.empty())
      refuse(pointer + "/to", "required", "\"to\" must name at least one field.");
    if (parts && rule.split.empty())
      refuse(pointer + "/split", "required", "\"split\" must say what stands between the parts.");
    if (!parts && !rule.split.empty())
      refuse(pointer + "/split", "wrong_type", "With \"split\", \"to\" must be a list of fields.");
  }

  void read_words(const Json& json, const std::string& pointer, ColumnRule& rule) {
    const Json* values = json.find("values");
    if (values != nullptr && is_object(*values, pointer + "/values"))
      for (const auto& [from, to] : *values->object())
        rule.words.add(from, value_of(to, pointer + "/values/" + pointer_step(from)));
    const Json* other = json.find("default");
    const std::string unknown = word(json, "unknown", pointer, k_unknown);
    if (other != nullptr && !unknown.empty())
      refuse(pointer + "/unknown", "conflict",
             "Either \"default\" or \"unknown\": both say what becomes of other values.");
    if (values == nullptr && (other != nullptr || !unknown.empty()))
      refuse(pointer + "/values", "required", "\"values\" must say which values are known.");
    if (other != nullptr)
      rule.words.set_unknown(WordMap::Unknown::other, value_of(*other, pointer + "/default"));
    else if (values != nullptr && unknown != "keep")
      rule.words.set_unknown(WordMap::Unknown::refuse);
    if (const Json* blank = json.find("empty"))
      rule.words.set_blank(value_of(*blank, pointer + "/empty"));
  }

  std::vector<FieldError> errors_;
};

}  // namespace

Error invalid_map(std::vector<FieldError> fields) {
  const std::string message = "The map of columns cannot be used: " + fields.front().detail;
  return {
      .code = Code::invalid, .message = message, .kind = "bad_map", .fields = std::move(fields)};
}

Result<MappingFile> parse_mapping(std::string_view json) {
  if (trim(json).empty()) return MappingFile{};
  if (json.size() > limits::import_map_bytes)
    return invalid_map({{.pointer = "",
                         .code = "too_long",
                         .detail = "A mapping has at most " +
                                   std::to_string(limits::import_map_bytes) + " bytes."}});
  const Result<Json> parsed = parse_json(json);
  if (!parsed.ok())
    return invalid_map({{.pointer = "",
                         .code = "malformed",
                         .detail = "It is no JSON. " + parsed.error().message}});
  return MappingReader().read(*parsed);
}

}  // namespace kontor::crm
